"""What is still owed when the patient has died or was transferred: what somebody must know."""

from collections.abc import Iterable

from services.coordinator.rules.owed.kinds import (
    ACKNOWLEDGE,
    ACKNOWLEDGE_EFFECT,
    DECIDE,
    READ_REPORT,
    RECORD,
    REPORT,
    Owed,
)
from shared.events import OUTSIDE

STAYS = frozenset({ACKNOWLEDGE, ACKNOWLEDGE_EFFECT, RECORD, REPORT, READ_REPORT})
"""A harm or a worry is read, what took place is written down, a report is sent and read."""


def stays(what: str, creditor: str) -> bool:
    """Whether this is owed even then. A referrer outside is told how the referral ended."""
    return what in STAYS or (what == DECIDE and creditor == OUTSIDE)


def still_owed(owed: Iterable[Owed]) -> list[Owed]:
    """Of what would be owed for the living, what stays."""
    return [item for item in owed if stays(item.what, item.creditor)]
