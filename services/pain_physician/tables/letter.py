"""Reports to the doctor who sent the patient, kept as they were sent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.pain_physician.tables.base import Table
from shared.identifiers import new_id


class Letter(Table, table=True):
    """A report to the referrer outside. It is never changed: a correction is another letter."""

    __tablename__ = "letter"
    __table_args__ = (Index("ix_letter_patient", "patient_id", "sent_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID
    referral_id: UUID | None = None
    """The referral from outside that it answers, if there is one."""
    addressee: str
    contact: str = ""
    text: str
    language: str
    sent_at: datetime
    sent_by: str
