"""The record of a patient: assessments, the way to the centre, and the story."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlmodel import Field

from services.pain_physician.tables.base import Table, structured
from shared.identifiers import new_id


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
    areas: list[str] = Field(sa_column=structured())
    background: list[str] = Field(sa_column=structured())
    paroxysms: list[str] = Field(sa_column=structured())
    paroxysms_per_day: int | None = None
    evoked: list[str] = Field(sa_column=structured())
    triggers: list[str] = Field(sa_column=structured())
    life: dict[str, int] = Field(sa_column=structured())
    nrs_worst: int | None = None
    nrs_least: int | None = None
    nrs_average: int | None = None
    dn4: int | None = None
    onset: date | None = None
    first_consultation: date | None = None
    diagnosis: date | None = None
    referred_to_centre: date | None = None
    note: str = ""


class Way(Table, table=True):
    """The dates of a patient's way to and through the centre, as they were known on one day.

    The latest row is the one that counts; the earlier ones are kept. A month is its first day.
    """

    __tablename__ = "way"
    __table_args__ = (Index("ix_way_patient", "patient_id", "recorded_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID
    recorded_at: datetime
    recorded_by: str
    onset: date | None = None
    first_consultation: date | None = None
    diagnosis: date | None = None
    referred_to_centre: date | None = None
    first_assessment: date | None = None
    first_treatment: date | None = None


class StandingChange(Table, table=True):
    """That a patient died, was transferred, or that this was an error; with the reason in words."""

    __tablename__ = "standing_change"
    __table_args__ = (Index("ix_standing_change_patient", "patient_id", "at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID
    status: str
    status_on: date | None = None
    reason: str = Field(default="", sa_type=Text)
    at: datetime
    by: str
    """Who recorded it, as the audit names them."""
    person: str = ""
    """The member's name as it stood that day; empty for the referrer outside."""


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
