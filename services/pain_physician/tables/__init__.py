"""What the pain physician keeps: the record, medicines, referrals sent, decisions, letters."""

from services.pain_physician.tables.base import Table
from services.pain_physician.tables.decisions import AdverseEvent, Concern, Gate
from services.pain_physician.tables.letter import Letter
from services.pain_physician.tables.medication import CentreLines, Medication, MedicationChange
from services.pain_physician.tables.record import (
    Assessment,
    Happening,
    NumberSeries,
    StandingChange,
    Way,
)
from services.pain_physician.tables.sent import (
    SentCourse,
    SentFollowUp,
    SentReferral,
    SentSession,
)

__all__ = [
    "AdverseEvent",
    "Assessment",
    "CentreLines",
    "Concern",
    "Gate",
    "Happening",
    "Letter",
    "Medication",
    "MedicationChange",
    "NumberSeries",
    "SentCourse",
    "SentFollowUp",
    "SentReferral",
    "SentSession",
    "StandingChange",
    "Table",
    "Way",
]
