"""What is owed, what people did about it, and what became of the mails about it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Index, Text, UniqueConstraint, false, text
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


def _filled(value: Any) -> dict[str, Any]:
    """What rows have in a column that they got later."""
    return {"server_default": value}


class Obligation(Table, table=True):
    """Somebody owes something to somebody. `settled`: a person has ended it, and said why.

    `debtor` and `debtor_member` owe it now. `place` and `named` owe it by the rules; `moved_to` and
    `moved_member` since a person gave it to somebody else. `place` is also where it is done.
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
        Index("obligation_rest", "state", "held_until"),
        Index("obligation_patient", "patient_id", "state"),
        Index("obligation_referral", "referral_id", "state"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID
    what: str
    debtor: str
    debtor_member: UUID | None = None
    place: str = Field(sa_column_kwargs=_filled(""))
    named: UUID | None = None
    moved_to: str = Field(default="", sa_column_kwargs=_filled(""))
    moved_member: UUID | None = None
    why_here: str = Field(default="", sa_column_kwargs=_filled(""))
    """Why somebody else owes it than whoever was named: away, left, closed or nobody."""
    creditor: str
    creditor_member: UUID | None = None
    subject: UUID
    referral_id: UUID | None = None
    since: datetime
    asked_at: datetime | None = None
    """The start by the rules; `start` is later by the days for which it rested."""
    start: datetime
    due_at: datetime
    late_at: datetime
    shown_from: datetime
    urgent: bool = False
    told: bool = False
    """The coordinator was told: only a person can move it now."""
    state: str = "open"
    waits: bool = Field(default=False, sa_column_kwargs=_filled(false()))
    """By the rules it cannot be done now: something else has to be done before."""
    held_until: datetime | None = None
    """Until when a person lets it rest."""
    settled_as: str = Field(default="", sa_column_kwargs=_filled(""))
    """How a person ended it: done or not-needed."""
    ladder_version: int = Field(default=1, sa_column_kwargs=_filled("1"))
    taken: int = 0
    next_step: str = ""
    next_at: datetime | None = None
    paused_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    closed_why: str = Field(default="", sa_type=Text)
    chased_at: datetime | None = None
    chased_by: str = ""
    seen_at: datetime | None = None
    seen_by: UUID | None = None
    """The member who was reminded of it and said: I take care of it."""
    version: int = Field(default=1, sa_column_kwargs=_filled("1"))
    """Counts what people and rules did with it, not the steps of the clock."""


class ObligationDeed(Table, table=True):
    """What was done with an obligation, by whom and why. `what`: a word of `rules.deeds`.

    `unit`, `member` and `until`: to whom it was moved, or until when it rests. `before`: what an
    undoing puts back. The reason stays in this table; it travels nowhere.
    """

    __tablename__ = "obligation_deed"
    __table_args__ = (Index("obligation_deed_list", "obligation_id", "at", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    obligation_id: UUID
    at: datetime
    by: str
    what: str
    code: str = ""
    reason: str = Field(default="", sa_type=Text)
    unit: str = ""
    member: UUID | None = None
    until: datetime | None = None
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    undone_at: datetime | None = None


class Redrawing(Table, table=True):
    """Open obligations that are to be looked at again, because people or working days changed.

    `scope`: `owners`, or `days:` and a unit. `after`: how far it has come since it was begun.
    `done_on`: the day for which all owners were looked at last; each morning somebody may be away.
    """

    __tablename__ = "redrawing"

    scope: str = Field(primary_key=True)
    after: UUID | None = None
    begun_on: date | None = None
    done_on: date | None = None


class LadderVersion(Table, table=True):
    """A version of a ladder that the centre wrote. It is never changed: a later one follows it."""

    __tablename__ = "ladder_version"
    __table_args__ = (UniqueConstraint("name", "version", name="ladder_version_once"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str
    version: int
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    reason: str = Field(default="", sa_type=Text)
    added_at: datetime
    added_by: str


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
