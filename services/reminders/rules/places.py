"""Which page of Relais the link of a mail leads to."""

from typing import Protocol
from uuid import UUID

from shared.events import OUTSIDE

_AT_THE_REQUESTER = frozenset({"answer-question", "decide-next-step", "read-report"})
_BY_SUBJECT = {
    "record-outcome": "sessions",
    "follow-up": "follow-ups",
    "acknowledge-concern": "concerns",
    "acknowledge-adverse-event": "adverse-events",
    "decide-at-gate": "gates",
}


class Owed(Protocol):
    """What must be known of a matter to find its page."""

    what: str
    debtor: str
    creditor: str
    subject: UUID
    referral_id: UUID | None
    patient_id: UUID


def page(part: str, owed: Owed) -> str:
    """The path of the page where this matter is dealt with, for one who is told as `part`."""
    referral = owed.referral_id or owed.subject
    if part == "debtor":
        return _page_of_debtor(owed, referral)
    if part == "creditor":
        # The two sides of a referral have two pages: the asker's, and the answering service's.
        side = "referrals" if owed.what in _AT_THE_REQUESTER else "sent"
        return f"/{owed.creditor}/{side}/{referral}"
    return f"/coordinator/patients/{owed.patient_id}"


def _page_of_debtor(owed: Owed, referral: UUID) -> str:
    if owed.what in _BY_SUBJECT:
        return f"/{owed.debtor}/{_BY_SUBJECT[owed.what]}/{owed.subject}"
    # What an outside referrer cannot do here, the performing service does on its own page.
    if owed.what in _AT_THE_REQUESTER and owed.creditor != OUTSIDE:
        return f"/{owed.debtor}/sent/{referral}"
    return f"/{owed.debtor}/referrals/{referral}"
