"""What the pain physician keeps: assessments, what became of each referral sent, and concerns."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Column, Index, MetaData
from sqlmodel import Field, SQLModel

from services.pain_physician.rules import referrals
from shared.discipline.tables import REFERRAL_STATES, SESSION_STATES
from shared.identifiers import new_id


class Table(SQLModel):
    metadata: ClassVar[MetaData] = MetaData()


def _one_of(column: str, values: tuple[str, ...], name: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=name)


def _codes() -> Column[list[str]]:
    return Column(JSON, nullable=False)


class NumberSeries(Table, table=True):
    """The last number that the centre gave to a patient (one row)."""

    __tablename__ = "number_series"

    name: str = Field(primary_key=True)
    last: int


class Assessment(Table, table=True):
    """The clinical picture on one day. It is never changed: a later one says what is new."""

    __tablename__ = "assessment"
    __table_args__ = (Index("ix_assessment_patient", "patient_id", "recorded_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID
    recorded_at: datetime
    recorded_by: str
    first: bool
    cause: str
    side: str
    areas: list[str] = Field(sa_column=_codes())
    background: list[str] = Field(sa_column=_codes())
    paroxysms: list[str] = Field(sa_column=_codes())
    paroxysms_per_day: int | None = None
    evoked: list[str] = Field(sa_column=_codes())
    triggers: list[str] = Field(sa_column=_codes())
    life: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))
    nrs_worst: int | None = None
    nrs_least: int | None = None
    nrs_average: int | None = None
    dn4: int | None = None
    onset: date | None = None
    first_consultation: date | None = None
    diagnosis: date | None = None
    referred_to_centre: date | None = None
    note: str = ""


class SentReferral(Table, table=True):
    """A referral that was sent, and what became of it. Only events of the performer move it on."""

    __tablename__ = "sent_referral"
    __table_args__ = (
        _one_of("status", REFERRAL_STATES, "ck_sent_referral_status"),
        Index("ix_sent_referral_patient", "patient_id", "requested_at"),
        Index("ix_sent_referral_waits", "waits"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID
    performer: str
    urgency: str
    reason_code: str = ""
    question: str
    reason: str = ""
    tried: str = ""
    requested_by: UUID | None = None
    referrer: str = ""
    requested_at: datetime
    replaces: UUID | None = None
    replaced_by: UUID | None = None
    status: str = referrals.REQUESTED
    changed_at: datetime
    waits: bool = False
    """Something on it waits for its sender: a question, a decline, a hand-back or a report."""
    hold_question: str = ""
    hold_answer: str = ""
    decline_reason: str = ""
    decline_step: str = ""
    onward_to: str = ""
    decline_note: str = ""
    cancel_reason: str = ""
    outcome_code: str = ""
    report: str = ""
    reported_at: datetime | None = None
    noted_at: datetime | None = None
    next_step: str = ""


class SentSession(Table, table=True):
    """A session of a referral that was sent, as far as its sender must know of it."""

    __tablename__ = "sent_session"
    __table_args__ = (_one_of("status", SESSION_STATES, "ck_sent_session_status"),)

    id: UUID = Field(primary_key=True)
    referral_id: UUID = Field(index=True)
    number: int
    starts_at: datetime
    status: str = "booked"
    nrs_before: int | None = None
    nrs_after: int | None = None


class SentFollowUp(Table, table=True):
    """A follow-up after a referral that was sent: when it is due, what it found."""

    __tablename__ = "sent_follow_up"
    __table_args__ = (
        _one_of("status", ("planned", "done", "cancelled"), "ck_sent_follow_up_status"),
    )

    id: UUID = Field(primary_key=True)
    referral_id: UUID = Field(index=True)
    patient_id: UUID = Field(index=True)
    performer: str
    point: str
    due_on: date
    status: str = "planned"
    done_at: datetime | None = None
    nrs: int | None = None
    pgic: int | None = None


class Concern(Table, table=True):
    """Somebody of the team is worried; a named physician must say what is done about it."""

    __tablename__ = "concern"
    __table_args__ = (Index("ix_concern_patient", "patient_id", "raised_at"),)

    id: UUID = Field(primary_key=True)
    patient_id: UUID
    referral_id: UUID | None = None
    raised_by: str
    raised_at: datetime
    urgent: bool
    note: str
    acknowledged_at: datetime | None = Field(default=None, index=True)
    acknowledged_by: str = ""
    what_is_done: str = ""


class Happening(Table, table=True):
    """One line of the story of a patient here: what happened, when, and through whom."""

    __tablename__ = "happening"
    __table_args__ = (
        Index("ix_happening_patient", "patient_id", "at"),
        Index("ix_happening_referral", "referral_id", "at"),
        Index("ix_happening_at", "at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    at: datetime
    patient_id: UUID
    referral_id: UUID | None = None
    what: str
    service: str
    """The service through which it happened; the own one for what was done here."""
    person: str = ""
    """The member who did it, as his or her name stood that day; empty for events of others."""
