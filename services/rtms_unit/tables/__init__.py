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

__all__ = [
    "Closure",
    "Course",
    "CourseSession",
    "OpeningHours",
    "PlanChange",
    "ProtocolVersion",
    "Table",
    "UnavailableDay",
]
