"""The rules of accounts: who may sign in, who stands in for whom, when a unit is open."""

from services.accounts.rules.signing import (
    FIRST_RUN_HOURS,
    INVITATION_HOURS,
    LONGEST_PASSWORD,
    PER_ACCOUNT,
    PER_ADDRESS,
    SHORTEST_PASSWORD,
    TryLimit,
    browser_name,
    email_key,
    is_address,
    is_plain_name,
    normal,
    stays_administered,
    weakness,
    words_of,
)

__all__ = [
    "FIRST_RUN_HOURS",
    "INVITATION_HOURS",
    "LONGEST_PASSWORD",
    "PER_ACCOUNT",
    "PER_ADDRESS",
    "SHORTEST_PASSWORD",
    "TryLimit",
    "browser_name",
    "email_key",
    "is_address",
    "is_plain_name",
    "normal",
    "stays_administered",
    "weakness",
    "words_of",
]
