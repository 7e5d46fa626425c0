"""Courses: planned, moved, made up, stopped, decided about and ended; days closed for the unit."""

from services.rtms_unit.actions.courses.changing import (
    catch_up,
    make_up,
    move,
    refuse_alone,
)
from services.rtms_unit.actions.courses.closing import close_days, reopen
from services.rtms_unit.actions.courses.consequences import accept_risk, session_ended
from services.rtms_unit.actions.courses.ending import (
    decided,
    end,
    hold_all,
    refuse_unfinished,
    resume,
    revoke,
    revoke_of,
)
from services.rtms_unit.actions.courses.planning import plan
from services.rtms_unit.actions.courses.undoing import undo
from services.rtms_unit.reading.courses import course_of

__all__ = [
    "accept_risk",
    "catch_up",
    "close_days",
    "course_of",
    "decided",
    "end",
    "hold_all",
    "make_up",
    "move",
    "plan",
    "refuse_alone",
    "refuse_unfinished",
    "reopen",
    "resume",
    "revoke",
    "revoke_of",
    "session_ended",
    "undo",
]
