"""Which page of Relais the link of a mail leads to."""

from typing import Protocol
from uuid import UUID

from shared.events import OUTSIDE

COORDINATION = "coordinator"
"""Who owes what nobody else can do: does it on the page of the patient."""
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
    place: str
    subject: UUID
    referral_id: UUID | None
    patient_id: UUID


def page(part: str, owed: Owed) -> str:
    """The path of the page where this matter is dealt with, for one who is told as `part`."""
    referral = owed.referral_id or owed.subject
    if part == "debtor" and owed.debtor != COORDINATION:
        return _page_of_debtor(owed, owed.place or owed.debtor, referral)
    if part == "creditor":
        # The two sides of a referral have two pages: the asker's, and the answering service's.
        side = "referrals" if owed.what in _AT_THE_REQUESTER else "sent"
        return f"/{owed.creditor}/{side}/{referral}"
    return f"/coordinator/patients/{owed.patient_id}"


def _page_of_debtor(owed: Owed, place: str, referral: UUID) -> str:
    """Where it is done: also when somebody of another unit was asked to."""
    if owed.what in _BY_SUBJECT:
        return f"/{place}/{_BY_SUBJECT[owed.what]}/{owed.subject}"
    # What an outside referrer cannot do here, the performing service does on its own page.
    if owed.what in _AT_THE_REQUESTER and owed.creditor != OUTSIDE:
        return f"/{place}/sent/{referral}"
    return f"/{place}/referrals/{referral}"
