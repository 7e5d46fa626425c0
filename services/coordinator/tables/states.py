"""Where everybody stands: the coordinator's copy of what each patient's care is made of."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlmodel import Field

from services.coordinator.tables.base import Table


class ReferralState(Table, table=True):
    """Where a referral stands, as the coordinator knows it. `said_*`: what said so last."""

    __tablename__ = "referral_state"
    __table_args__ = (
        Index("referral_state_list", "requested_at", "id"),
        Index("referral_state_unit", "performer", "requested_at", "id"),
        Index("referral_state_patient", "patient_id"),
    )

    id: UUID = Field(primary_key=True)
    patient_id: UUID
    requester: str
    performer: str
    requester_member: UUID | None = None
    referrer: str = ""
    question: str = Field(default="", sa_type=Text)
    urgency: str = "routine"
    status: str = "requested"
    said_at: datetime
    said_in: UUID
    requested_at: datetime
    received_at: datetime | None = None
    answered_at: datetime | None = None
    held_question: str = Field(default="", sa_type=Text)
    reason_code: str = ""
    next_step: str = ""
    onward_to: str = ""
    outcome_code: str = ""
    ended_at: datetime | None = None
    reported_at: datetime | None = None
    settled: bool = False


class SessionState(Table, table=True):
    """Where a session stands."""

    __tablename__ = "session_state"
    __table_args__ = (
        Index("session_state_list", "starts_at", "id"),
        Index("session_state_unit", "performer", "starts_at", "id"),
        Index("session_state_referral", "referral_id"),
        Index("session_state_patient", "patient_id"),
    )

    id: UUID = Field(primary_key=True)
    patient_id: UUID
    referral_id: UUID
    requester: str
    performer: str
    number: int
    starts_at: datetime
    minutes: int
    practitioner_id: UUID | None = None
    course_id: UUID | None = None
    status: str = "booked"
    reason_code: str = ""
    booked_at: datetime
    booked_in: UUID
    said_at: datetime
    said_in: UUID


class FollowUpState(Table, table=True):
    """Where a follow-up stands."""

    __tablename__ = "follow_up_state"

    id: UUID = Field(primary_key=True)
    patient_id: UUID = Field(index=True)
    referral_id: UUID
    requester: str
    performer: str
    point: str
    due_on: date
    status: str = "planned"
    planned_at: datetime
    done_at: datetime | None = None


class ConcernState(Table, table=True):
    """Where a concern stands."""

    __tablename__ = "concern_state"

    id: UUID = Field(primary_key=True)
    patient_id: UUID = Field(index=True)
    referral_id: UUID | None = None
    raised_by: str
    addressed_to: str
    urgent: bool = True
    raised_at: datetime | None = None
    """Empty as long as only the acknowledgement has arrived."""
    acknowledged_at: datetime | None = None


class Measurement(Table, table=True):
    """A score of a patient, for the curve."""

    __tablename__ = "measurement"
    __table_args__ = (Index("measurement_curve", "patient_id", "measured_at"),)

    id: UUID = Field(primary_key=True)
    patient_id: UUID
    code: str
    value: float
    context: str = ""
    measured_at: datetime
    corrected: bool = False
    """Another score was put in its place."""
