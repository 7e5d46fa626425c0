"""What is owed, and what became of the mails about it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlmodel import Field

from services.coordinator.tables.base import Table, one_of
from shared.identifiers import new_id

OBLIGATION_STATES = ("open", "paused", "settled", "met", "cancelled")
LIVE_STATES = ("open", "paused", "settled")

_COUNTED = (
    *("told", "urgent", "shown_from", "what", "debtor", "creditor", "debtor_member", "since"),
    "patient_id",
)
"""What the board asks of every open obligation: it stands in the index, so that no row is read."""
_LIVE = text("state in ('open','paused','settled')")


class Obligation(Table, table=True):
    """Somebody owes something to somebody. `settled`: a person says that it was done elsewhere.

    `start` is the foot of its ladder; `taken` counts the steps taken, and `next_at` is empty
    while nobody climbs. From `shown_from` on it is work, from `late_at` on it is late.
    """

    __tablename__ = "obligation"
    __table_args__ = (
        one_of("state", OBLIGATION_STATES, "obligation_state"),
        Index(
            "obligation_once",
            "what",
            "subject",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("obligation_board", "state", "late_at", "id", *_COUNTED),
        Index("obligation_kind", "state", "what", "since"),
        Index("obligation_climb", "state", "next_at"),
        Index("obligation_patient", "patient_id", "state"),
        Index("obligation_referral", "referral_id", "state"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID
    what: str
    debtor: str
    debtor_member: UUID | None = None
    creditor: str
    creditor_member: UUID | None = None
    subject: UUID
    referral_id: UUID | None = None
    since: datetime
    start: datetime
    due_at: datetime
    late_at: datetime
    shown_from: datetime
    urgent: bool = False
    told: bool = False
    """The coordinator was told: only a person can move it now."""
    state: str = "open"
    taken: int = 0
    next_step: str = ""
    next_at: datetime | None = None
    paused_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    closed_why: str = Field(default="", sa_type=Text)
    chased_at: datetime | None = None
    chased_by: str = ""


class MailState(Table, table=True):
    """What became of a reminder: a mail server accepted it, or it failed."""

    __tablename__ = "mail_state"
    __table_args__ = (Index("mail_state_failed", "state", "at"),)

    id: UUID = Field(primary_key=True)
    obligation_id: UUID = Field(index=True)
    member_id: UUID | None = None
    state: str
    reason_code: str = ""
    at: datetime
