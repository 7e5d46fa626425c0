"""What the rTMS unit keeps beside referrals and sessions: courses, safety, equipment."""

from services.rtms_unit.tables.base import Table
from services.rtms_unit.tables.courses import (
    Closure,
    Course,
    CourseSession,
    OpeningHours,
    PlanChange,
    ProtocolVersion,
    UnavailableDay,
)
from services.rtms_unit.tables.equipment import Coil, Machine
from services.rtms_unit.tables.safety import (
    AdverseEvent,
    Crisis,
    DayCheck,
    Gate,
    Screening,
    SessionSheet,
    Threshold,
)

__all__ = [
    "AdverseEvent",
    "Closure",
    "Coil",
    "Course",
    "CourseSession",
    "Crisis",
    "DayCheck",
    "Gate",
    "Machine",
    "OpeningHours",
    "PlanChange",
    "ProtocolVersion",
    "Screening",
    "SessionSheet",
    "Table",
    "Threshold",
    "UnavailableDay",
]
