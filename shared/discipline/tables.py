"""What a discipline keeps: the referrals put to it, their sessions, follow-ups and history."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, MetaData, Text
from sqlmodel import Field, SQLModel

from shared.identifiers import new_id

REFERRAL_STATES = (
    "requested",
    "received",
    "accepted",
    "in-progress",
    "completed",
    "rejected",
    "on-hold",
    "cancelled",
    "failed",
)
SESSION_STATES = ("booked", "arrived", "completed", "interrupted", "missed", "cancelled")
FOLLOW_UP_STATES = ("planned", "done", "cancelled")


def _one_of(column: str, states: tuple[str, ...], name: str) -> CheckConstraint:
    listed = ",".join(f"'{state}'" for state in states)
    return CheckConstraint(f"{column} in ({listed})", name=name)


class Table(SQLModel):
    """The tables of a discipline have a catalogue of their own."""

    metadata: ClassVar[MetaData] = MetaData()


class Referral(Table, table=True):
    """One question to this service, about one patient. States follow FHIR Task."""

    __tablename__ = "referral"
    __table_args__ = (
        _one_of("status", REFERRAL_STATES, "referral_status"),
        Index("referral_worklist", "status", "requested_at"),
    )

    id: UUID = Field(primary_key=True)
    patient_id: UUID = Field(index=True)
    requester: str
    performer: str
    requester_member: UUID | None = None
    referrer: str = ""
    """Who asks, as a person reads it: `Dr É. Caradec`, or the outside organisation."""
    referrer_contact: str = ""
    urgency: str = "routine"
    reason_code: str = ""
    question: str = Field(sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    tried: str = Field(default="", sa_type=Text)
    status: str = "received"
    requested_at: datetime
    received_at: datetime | None = None
    answered_at: datetime | None = None
    decline_reason: str = ""
    next_step: str = ""
    onward_to: str = ""
    hold_question: str = Field(default="", sa_type=Text)
    hold_answer: str = Field(default="", sa_type=Text)
    completed_at: datetime | None = None
    outcome_code: str = ""
    report: str = Field(default="", sa_type=Text)
    cancelled_at: datetime | None = None
    version: int = 1
    changed_at: datetime
    changed_by: str
    """Who did it, as the audit names them: `member:<id>` or `service:<name>`."""


class CareSession(Table, table=True):
    """An appointment, kept or still to come. `number` counts those of one referral from 1."""

    __tablename__ = "session"
    __table_args__ = (
        _one_of("status", SESSION_STATES, "session_status"),
        CheckConstraint("nrs_before between 0 and 10", name="session_nrs_before"),
        CheckConstraint("nrs_after between 0 and 10", name="session_nrs_after"),
        Index("session_agenda", "starts_at", "status"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    referral_id: UUID = Field(foreign_key="referral.id", index=True)
    patient_id: UUID = Field(index=True)
    number: int
    starts_at: datetime
    minutes: int
    practitioner_id: UUID | None = None
    status: str = "booked"
    reason_code: str = ""
    nrs_before: int | None = None
    nrs_after: int | None = None
    note: str = Field(default="", sa_type=Text)
    version: int = 1
    changed_at: datetime
    changed_by: str


class FollowUp(Table, table=True):
    """What is asked some time after the care, and what was found."""

    __tablename__ = "follow_up"
    __table_args__ = (
        _one_of("status", FOLLOW_UP_STATES, "follow_up_status"),
        CheckConstraint("nrs between 0 and 10", name="follow_up_nrs"),
        CheckConstraint("pgic between 1 and 7", name="follow_up_pgic"),
        Index("follow_up_due", "status", "due_on"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    referral_id: UUID = Field(foreign_key="referral.id", index=True)
    patient_id: UUID = Field(index=True)
    point: str
    due_on: date
    status: str = "planned"
    done_at: datetime | None = None
    nrs: int | None = None
    pgic: int | None = None
    note: str = Field(default="", sa_type=Text)
    reason_code: str = ""
    version: int = 1
    changed_at: datetime
    changed_by: str


class Step(Table, table=True):
    """One line of a referral's history in this service: who did what, when. Never changed.

    `subject` is the referral itself, or the session, follow-up or concern it is about.
    """

    __tablename__ = "step"
    __table_args__ = (Index("step_history", "referral_id", "at"), Index("step_subject", "subject"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    referral_id: UUID = Field(foreign_key="referral.id")
    subject: UUID
    what: str
    at: datetime
    by: str
    note: str = Field(default="", sa_type=Text)
    was_at: datetime | None = None
    """Where a moved session was before."""
