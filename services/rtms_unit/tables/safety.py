"""What keeps stimulation safe: screenings, gates, day checks, thresholds, sheets, side effects."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Column, Index, Text
from sqlmodel import Field

from services.rtms_unit.tables.base import Table
from shared.identifiers import new_id


class Crisis(Table, table=True):
    """A suicidal crisis that was heard of before the patient's referral: the two may cross."""

    __tablename__ = "crisis"

    concern_id: UUID = Field(primary_key=True)
    patient_id: UUID = Field(index=True)
    raised_at: datetime


class Screening(Table, table=True):
    """The questions of one safety screening with the patient's answers; signed when complete."""

    __tablename__ = "screening"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    referral_id: UUID = Field(index=True)
    patient_id: UUID
    answers: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    """yes or no for each question, by its code."""
    details: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    """What the patient said to a yes, by the code of the question."""
    decisions: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """The physician's reason for each yes, once decided."""
    signed_at: datetime
    signed_by: str
    gate_id: UUID


class Gate(Table, table=True):
    """Something that must not go on until it is completed, or a physician has decided.

    Whom it holds up: `screening` the referral, `decision-point` the course, `dose-envelope` the
    session; `safe-today`, `stop` and `motor-threshold` every stimulation of the patient.
    """

    __tablename__ = "gate"
    __table_args__ = (
        CheckConstraint("state in ('closed','released','upheld')", name="gate_state"),
        CheckConstraint("ask in ('decide','complete')", name="gate_ask"),
        CheckConstraint(
            "gate in ('screening','safe-today','motor-threshold','dose-envelope','stop',"
            "'decision-point')",
            name="gate_code",
        ),
        Index("gate_of_patient", "patient_id", "gate", "state"),
        Index("gate_open", "state", "closed_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    gate: str
    state: str = "closed"
    ask: str
    reason_code: str = ""
    urgent: bool = False
    referral_id: UUID = Field(index=True)
    patient_id: UUID
    course_id: UUID | None = None
    session_id: UUID | None = None
    asks: str
    """The service whose physician is asked; those of this unit may decide as well."""
    note: str = Field(default="", sa_type=Text)
    details: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """Codes and numbers that led to it."""
    closed_at: datetime
    closed_by: str
    decided_at: datetime | None = None
    decided_by: str = ""
    reason: str = Field(default="", sa_type=Text)
    version: int = 1
    changed_at: datetime
    changed_by: str


class DayCheck(Table, table=True):
    """What the patient was asked on the day, before a session of a course."""

    __tablename__ = "day_check"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    session_id: UUID = Field(index=True)
    patient_id: UUID
    day: date
    answers: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    """same or changed for each question, by its code."""
    note: str = Field(default="", sa_type=Text)
    gate_id: UUID | None = None
    """The gate that it closed, if anything was changed."""
    at: datetime
    by: str


class Threshold(Table, table=True):
    """A resting motor threshold, in per cent of the machine's maximal output. Never changed."""

    __tablename__ = "threshold"
    __table_args__ = (
        CheckConstraint("output_percent between 1 and 100", name="threshold_percent"),
        Index("threshold_history", "patient_id", "measured_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID
    referral_id: UUID
    course_id: UUID | None = None
    session_id: UUID | None = None
    output_percent: int
    method: str
    side: str
    """The side that was stimulated: left or right."""
    machine_id: UUID
    coil_id: UUID
    measured_at: datetime
    by: str


class SessionSheet(Table, table=True):
    """What was given in a session of a course, and with what. One for each session."""

    __tablename__ = "session_sheet"
    __table_args__ = (
        CheckConstraint(
            "pulses_delivered between 0 and pulses_planned", name="session_sheet_pulses"
        ),
        CheckConstraint("output_percent between 0 and 100", name="session_sheet_output"),
    )

    session_id: UUID = Field(primary_key=True)
    course_id: UUID = Field(index=True)
    patient_id: UUID = Field(index=True)
    operator_id: UUID
    machine_id: UUID
    coil_id: UUID
    target: str
    side: str
    threshold_percent: int | None = None
    """The motor threshold it was measured against; none in a protocol that needs none."""
    intensity_percent: float
    """Of the motor threshold; of the maximal output in a protocol that needs no threshold."""
    output_percent: int
    """Of the machine's maximal output."""
    frequency_hz: float
    trains: int
    pulses_planned: int
    pulses_delivered: int
    gate_id: UUID | None = None
    """The gate at which a physician allowed a dose outside the protocol."""
    next_step: str
    saved_at: datetime
    saved_by: str


class AdverseEvent(Table, table=True):
    """An adverse effect, in a session or after it. `session_id` is empty when outside of one."""

    __tablename__ = "adverse_event"
    __table_args__ = (
        CheckConstraint("severity in ('mild','moderate','severe')", name="adverse_event_severity"),
        Index("adverse_event_open", "serious", "acknowledged_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    referral_id: UUID = Field(index=True)
    patient_id: UUID = Field(index=True)
    course_id: UUID | None = None
    session_id: UUID | None = Field(default=None, index=True)
    code: str
    severity: str
    serious: bool
    relation: str
    action: str
    occurred_at: datetime
    note: str = Field(default="", sa_type=Text)
    addressed_to: str
    gate_id: UUID | None = None
    """The stop that followed from it."""
    reported_at: datetime
    reported_by: str
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    done: str = Field(default="", sa_type=Text)
    """What the physician who acknowledged it says is done about it."""
