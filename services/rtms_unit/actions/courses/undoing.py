"""Undoing a change of the plan: everything goes back to where it was, or nothing does."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.rtms_unit.actions.courses.changing import after
from services.rtms_unit.actions.courses.holding import hold_courses, hold_people, hold_unit
from services.rtms_unit.reading import unit as reading
from services.rtms_unit.reading.changes import is_changed
from services.rtms_unit.rules import account as rules
from services.rtms_unit.tables import Closure, Course, CourseSession, PlanChange
from shared.discipline.actions.sessions import put
from shared.discipline.actions.withdrawing import drop_session
from shared.discipline.reading import require_colleague
from shared.discipline.tables import CareSession, Referral
from shared.work import Work

UNDONE = "plan-undone"
Move = Mapping[str, Any]


def undo(work: Work, change_id: UUID) -> None:
    """Put every session back. Refused when one was changed since, or its time is taken."""
    require_colleague(work)
    hold_unit(work)
    change = work.get(PlanChange, change_id)
    work.session.refresh(change)
    rules.refuse_undone(change.undone_at is not None)
    courses = hold_courses(work, {UUID(move["course"]) for move in change.moves})
    for course in courses:
        rules.refuse_unless_under_way(course.status)
        hold_people(work, course.patient_id, course.practitioner_id)
    sessions = [work.get(CareSession, UUID(move["session"])) for move in change.moves]
    rules.refuse_changed_since(any(map(is_changed, sessions, change.moves)))
    _refuse_unless_free(work, change, sessions)
    for session, move in zip(sessions, change.moves, strict=True):
        _put_back(work, session, move)
    _settle(work, change, courses)


def _refuse_unless_free(work: Work, change: PlanChange, sessions: Sequence[CareSession]) -> None:
    opening = reading.opening_of(work, besides=change.closure_id)
    diary = reading.diary_of(work, opening, work.today, {session.id for session in sessions})
    for session, move in zip(sessions, change.moves, strict=True):
        if "was_at" in move:
            before = datetime.fromisoformat(move["was_at"])
            place = reading.place_of(work, before, session.minutes, UUID(move["machine"]))
            free = diary.free(place, session.patient_id, session.practitioner_id)
            own = free is not None and free.machine == place.machine
            rules.refuse_taken(own and before >= work.now)


def _put_back(work: Work, session: CareSession, move: Move) -> None:
    if "was_at" in move:
        put(work, session, datetime.fromisoformat(move["was_at"]), session.minutes)
        work.get(CourseSession, session.id).machine_id = UUID(move["machine"])
    else:
        drop_session(work, work.get(Referral, session.referral_id), session, UNDONE)


def _settle(work: Work, change: PlanChange, courses: Sequence[Course]) -> None:
    change.undone_at, change.undone_by = work.now, work.actor
    closure = work.find(Closure, change.closure_id) if change.closure_id else None
    if closure is not None:
        work.session.delete(closure)
        work.audit("days-reopened", None)
    for course in courses:
        after(work, course, "undone", "course-undone")
