"""Where courses of treatment stand, with their gates and adverse events."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.coordinator.tables.base import Table, one_of


class GateState(Table, table=True):
    """Where a gate stands: what must not go on until somebody has done or decided what is asked."""

    __tablename__ = "gate_state"
    __table_args__ = (
        one_of("status", ("closed", "released", "upheld"), "gate_state_status"),
        Index("gate_state_patient", "patient_id"),
        Index("gate_state_referral", "referral_id"),
    )

    id: UUID = Field(primary_key=True)
    patient_id: UUID
    referral_id: UUID
    course_id: UUID | None = None
    requester: str
    performer: str
    decided_by: str
    gate: str
    ask: str = "decide"
    reason_code: str = ""
    urgent: bool = False
    status: str = "closed"
    closed_at: datetime | None = None
    """Empty as long as only the decision has arrived."""
    decided_at: datetime | None = None
    decided_in: UUID | None = None


class CourseState(Table, table=True):
    """Where a course of treatment stands."""

    __tablename__ = "course_state"
    __table_args__ = (
        one_of("status", ("active", "on-hold", "completed", "revoked"), "course_state_status"),
        Index("course_state_patient", "patient_id"),
        Index("course_state_referral", "referral_id"),
    )

    id: UUID = Field(primary_key=True)
    patient_id: UUID
    referral_id: UUID
    requester: str
    performer: str
    protocol: str = ""
    protocol_version: int = 0
    protocol_title: str = Field(default="", sa_column_kwargs={"server_default": ""})
    sessions: int = 0
    first_on: date | None = None
    last_on: date | None = None
    status: str = "active"
    reason_code: str = ""
    """Why it stands still, or was ended before all sessions were given."""
    planned_at: datetime
    at_risk_since: datetime | None = None
    stopped_at: datetime | None = None
    ended_at: datetime | None = None


class AdverseEventState(Table, table=True):
    """Where an adverse event stands: reported, and read by a physician."""

    __tablename__ = "adverse_event_state"
    __table_args__ = (
        Index("adverse_event_state_patient", "patient_id"),
        Index("adverse_event_state_list", "occurred_at"),
    )

    id: UUID = Field(primary_key=True)
    patient_id: UUID
    referral_id: UUID
    raised_by: str
    addressed_to: str
    code: str = ""
    severity: str = ""
    serious: bool = False
    occurred_at: datetime | None = None
    reported_at: datetime | None = None
    """Empty as long as only the acknowledgement has arrived."""
    acknowledged_at: datetime | None = None
