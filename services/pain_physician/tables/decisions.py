"""What waits for a physician's decision: gates, adverse events, concerns."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.pain_physician.tables.base import Table, one_of, structured

GATE_STATES = ("closed", "released", "upheld")


class Gate(Table, table=True):
    """Something that another service must not go on with, until it is decided or completed."""

    __tablename__ = "gate"
    __table_args__ = (
        one_of("status", GATE_STATES, "ck_gate_status"),
        Index("ix_gate_patient", "patient_id", "closed_at"),
    )

    id: UUID = Field(primary_key=True)
    patient_id: UUID
    referral_id: UUID
    course_id: UUID | None = None
    session_id: UUID | None = None
    gate: str
    performer: str
    decided_by: str
    """The service whose physician is asked."""
    ask: str
    reason_code: str = ""
    urgent: bool = False
    note: str = ""
    yes: list[str] = Field(default_factory=list, sa_column=structured("[]"))
    """The codes of what a screening found: who releases the gate says a reason for each."""
    decisions: dict[str, str] = Field(default_factory=dict, sa_column=structured("{}"))
    """These reasons, when it was decided here."""
    closed_at: datetime
    status: str = Field(default="closed", index=True)
    decided_at: datetime | None = None
    decider: str = ""
    """The physician here, or the service where it was decided."""
    decided_here: bool = False
    reason: str = ""
    version: int = 1
    """Counts up when more has come, or it was decided: nobody decides on an older page."""
    crossed: str = ""
    """What was decided here while the other service had already decided: kept, without effect."""


class AdverseEvent(Table, table=True):
    """What a treatment did to a patient, and what a named physician does about it."""

    __tablename__ = "adverse_event"
    __table_args__ = (Index("ix_adverse_event_patient", "patient_id", "occurred_at"),)

    id: UUID = Field(primary_key=True)
    patient_id: UUID
    referral_id: UUID
    session_id: UUID | None = None
    course_id: UUID | None = None
    raised_by: str
    code: str
    severity: str
    serious: bool
    relation: str = ""
    action: str = ""
    occurred_at: datetime
    note: str = ""
    acknowledged_at: datetime | None = Field(default=None, index=True)
    acknowledged_by: str = ""
    what_is_done: str = ""


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
    reason_code: str = ""
    """by-hand, phq9-item-9, suicidal-crisis or relapse-suspected; empty for older ones."""
    note: str = ""
    acknowledged_at: datetime | None = Field(default=None, index=True)
    acknowledged_by: str = ""
    what_is_done: str = ""
