"""Courses of stimulation: protocols of the centre, planned sessions, what was changed, and hours.

Appointments are sessions like those of every discipline; here stands what makes them a course.
"""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field

from services.rtms_unit.tables.base import Table
from shared.identifiers import new_id


class ProtocolVersion(Table, table=True):
    """A version of a protocol that the centre wrote; those that Relais ships are in the rules."""

    __tablename__ = "protocol"
    __table_args__ = (UniqueConstraint("code", "version", name="protocol_once"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    code: str
    version: int
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    added_at: datetime
    added_by: str


class Course(Table, table=True):
    """The sessions of one protocol for one referral. States follow FHIR CarePlan.

    It keeps the version of the protocol that it was planned with.
    """

    __tablename__ = "course"
    __table_args__ = (
        CheckConstraint(
            "status in ('active','on-hold','completed','revoked')", name="course_status"
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    referral_id: UUID = Field(index=True)
    patient_id: UUID = Field(index=True)
    protocol: str
    protocol_version: int
    pain_side: str
    side: str
    """The side that is stimulated: left, right, or both for a target on the midline."""
    status: str = Field(default="active", index=True)
    at_risk_since: datetime | None = None
    """When a session of the induction was missed that nobody has made up or decided about."""
    risk_accepted_at: datetime | None = None
    """When a physician accepted that the sessions missed until then are not made up."""
    reason_code: str = ""
    """Why it ended before all its sessions."""
    practitioner_id: UUID | None = None
    planned_at: datetime
    ended_at: datetime | None = None
    version: int = 1
    changed_at: datetime
    changed_by: str


class CourseSession(Table, table=True):
    """The place of a session in its course. `makes_up` is the session that it stands in for."""

    __tablename__ = "course_session"

    session_id: UUID = Field(primary_key=True)
    course_id: UUID = Field(foreign_key="course.id", index=True)
    ordinal: int
    """From 1, in the order of the protocol; a session that is made up keeps its number."""
    phase: str
    machine_id: UUID
    makes_up: UUID | None = None


class PlanChange(Table, table=True):
    """A change of the plan, with where everything was before, so that it can be undone."""

    __tablename__ = "plan_change"
    __table_args__ = (Index("plan_change_latest", "course_id", "at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    course_id: UUID | None = None
    """The course that was changed; none when a day of the whole unit was closed."""
    what: str
    """moved, made-up, closed-day or resumed."""
    closure_id: UUID | None = None
    moves: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    """For each session: where it was (nothing for a new one), where it is, and its version now."""
    at: datetime
    by: str
    undone_at: datetime | None = None
    undone_by: str = ""


class OpeningHours(Table, table=True):
    """A time of a weekday at which the unit is open, and how many sessions it can attend at once.

    `weekday` counts from 0, Monday. Without any row the default of the centre holds.
    """

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint("weekday between 0 and 6", name="opening_hours_weekday"),
        CheckConstraint("operators between 1 and 20", name="opening_hours_operators"),
        CheckConstraint("opens < closes", name="opening_hours_order"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    weekday: int
    opens: time
    closes: time
    operators: int


class Closure(Table, table=True):
    """Days on which the unit is closed, beside weekends and public holidays."""

    __tablename__ = "closure"
    __table_args__ = (CheckConstraint("first <= last", name="closure_order"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    first: date
    last: date
    reason: str = ""
    at: datetime
    by: str


class UnavailableDay(Table, table=True):
    """Days on which a patient cannot come."""

    __tablename__ = "unavailable_day"
    __table_args__ = (CheckConstraint("first <= last", name="unavailable_day_order"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID = Field(index=True)
    first: date
    last: date
