"""What a discipline keeps: the referrals put to it, their sessions, follow-ups and history."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Column, Index, MetaData, Text
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
        CheckConstraint("npsi between 0 and 100", name="follow_up_npsi"),
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
    npsi: int | None = None
    keeping_up: list[str] = Field(
        default_factory=list,
        sa_column=Column(JSON, nullable=False, server_default="[]"),
    )
    """What keeps the gain, as codes of `codes.KEEPING_UP`."""
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


class Measurement(Table, table=True):
    """A score that was measured in this service, or that it heard of. Never changed.

    A correction is another row that names the one it corrects; the corrected one stays.
    """

    __tablename__ = "measurement"
    __table_args__ = (Index("measurement_history", "patient_id", "code", "measured_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID
    referral_id: UUID | None = Field(default=None, index=True)
    """The referral that it was measured for; it may be one to another service."""
    course_id: UUID | None = None
    code: str
    value: float
    answers: list[int] | None = Field(default=None, sa_column=Column(JSON))
    """The answers to an open form, in its order; None where only the score is kept."""
    context: str = ""
    measured_at: datetime
    recorded_at: datetime
    recorded_by: str
    corrects: UUID | None = None
    corrected_at: datetime | None = None
    """When another row took its place."""
    concern_id: UUID | None = None
    """The concern that it gave rise to; a correction takes it over."""


class TherapyPlan(Table, table=True):
    """What a therapy is for and how it goes on. Each version is a row; the latest one holds."""

    __tablename__ = "therapy_plan"
    __table_args__ = (
        CheckConstraint("sessions between 1 and 99", name="therapy_plan_sessions"),
        Index("therapy_plan_latest", "referral_id", "at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    referral_id: UUID = Field(foreign_key="referral.id")
    patient_id: UUID
    methods: list[str] = Field(sa_column=Column(JSON, nullable=False))
    sessions: int
    rhythm: str
    review_on: date
    goals: str = Field(sa_type=Text)
    """Sealed with the team's key: it is opened for this discipline alone."""
    at: datetime
    by: str


class TherapyNote(Table, table=True):
    """A note on a session, sealed; a later version of it is another row.

    One of another service came with the event by which its author shared it on purpose.
    """

    __tablename__ = "therapy_note"
    __table_args__ = (
        Index("therapy_note_of_session", "session_id", "at"),
        Index("therapy_note_shared", "patient_id", "shared_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID
    referral_id: UUID
    session_id: UUID
    service: str
    method: str
    text: str = Field(sa_type=Text)
    """Sealed with the team's key."""
    at: datetime
    by: str
    shared_at: datetime | None = None
