"""What a patient takes and took against pain, with every change; and lines that the centre adds."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field

from services.pain_physician.tables.base import Table, structured
from shared.identifiers import new_id


class Medication(Table, table=True):
    """One medicine from its start to its stop, as it is known now. FHIR: MedicationStatement."""

    __tablename__ = "medication"
    __table_args__ = (Index("ix_medication_patient", "patient_id", "started_on"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID
    drug: str
    drug_class: str
    name: str = ""
    """What it is called, for a medicine that is not on the list."""
    seizure_risk: bool
    dose_unit: str
    doses: list[dict[str, Any]] = Field(default_factory=list, sa_column=structured())
    """Each daily dose with the day from which it was taken: `on`, `dose`; the first one first."""
    started_on: date
    stopped_on: date | None = None
    stop_reason: str = ""
    relief: str = ""
    adverse_effects: list[str] = Field(default_factory=list, sa_column=structured())
    in_error: bool = False
    """It was never taken: recorded by mistake."""
    version: int = 1


class MedicationChange(Table, table=True):
    """One entry about a medicine: who recorded what when, and what stood there before."""

    __tablename__ = "medication_change"
    __table_args__ = (Index("ix_medication_change_medication", "medication_id", "at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    medication_id: UUID
    patient_id: UUID
    at: datetime
    by: str
    what: str
    """started, dose-changed, stopped, corrected, in-error or undone."""
    changed_on: date
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    """The medicine as it stood before this entry; none before its first one."""


class CentreLines(Table, table=True):
    """A table of lines that the centre added. It is never changed: a later one follows it."""

    __tablename__ = "centre_lines"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str
    year: int
    source: str
    added_at: datetime
    added_by: str
    lines: dict[str, str] = Field(sa_column=structured())
    """The line of each class of treatment: first, second, third or against."""
