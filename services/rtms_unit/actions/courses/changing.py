"""Changing a running plan: a session is moved or made up, and what follows it shifts."""

from datetime import date, time
from typing import Any
from uuid import UUID

from services.rtms_unit.actions.courses import proposing
from services.rtms_unit.actions.courses.consequences import tell_changed
from services.rtms_unit.actions.courses.holding import hold_course, hold_unit
from services.rtms_unit.actions.courses.planning import enter
from services.rtms_unit.reading.courses import WholeCourse, whole
from services.rtms_unit.reading.unit import instant_of
from services.rtms_unit.rules import account as rules
from services.rtms_unit.rules.planning import Placed, Proposal, refuse_unseen
from services.rtms_unit.tables import Course, CourseSession, PlanChange
from shared.discipline.actions.records import write
from shared.discipline.actions.sessions import put
from shared.discipline.reading import require_colleague
from shared.discipline.tables import CareSession, Referral
from shared.errors import RuleBroken
from shared.i18n import N_
from shared.work import Work


def move(
    work: Work, course_id: UUID, session_id: UUID, day: date, at: time, *, seen: str = ""
) -> PlanChange:
    """Put one session elsewhere, and with it what must shift."""
    course = _open(work, course_id)
    proposal = proposing.moved(work, course, session_id, day, at)
    return _apply(work, course, proposal, "moved", seen)


def refuse_alone() -> None:
    """A session of a course is moved in its course, where it is seen what shifts with it."""
    raise RuleBroken(
        N_("This session belongs to a course: move it there, where you see what shifts with it.")
    )


def make_up(
    work: Work,
    course_id: UUID,
    session_id: UUID,
    day: date | None = None,
    at: time | None = None,
    *,
    seen: str = "",
) -> PlanChange:
    """Book a session for one that was missed or cancelled; without a day on the first that fits."""
    course = _open(work, course_id)
    rules.refuse_while_stopped(course.course.status)
    proposal = proposing.made_up(work, course, session_id, day, at)
    return _apply(work, course, proposal, "made-up", seen)


def catch_up(work: Work, course_id: UUID, *, seen: str = "") -> PlanChange:
    """After a stop: put what went by meanwhile on the next days that fit."""
    course = _open(work, course_id)
    rules.refuse_while_stopped(course.course.status)
    return _apply(work, course, proposing.caught_up(work, course), "resumed", seen)


def _open(work: Work, course_id: UUID) -> WholeCourse:
    require_colleague(work)
    hold_unit(work)
    course = hold_course(work, course_id)
    rules.refuse_unless_under_way(course.status)
    return whole(work, course)


def _apply(work: Work, course: WholeCourse, proposal: Proposal, what: str, seen: str) -> PlanChange:
    refuse_unseen(seen, [proposal])
    moves = carry_out(work, course.course, proposal)
    change = note(work, what, moves, course_id=course.course.id)
    after(work, course.course, what)
    return change


def carry_out(work: Work, course: Course, proposal: Proposal) -> list[dict[str, Any]]:
    """Move and book what the proposal says. Returns what can be undone of it.

    What is moved goes first: a new session may take a time that becomes free by it.
    """
    moves = [_put(work, course, each) for each in proposal.changes if each.wanted.key]
    new = [enter(work, course, each) for each in proposal.changes if not each.wanted.key]
    return moves + [_move(course, work.get(CareSession, key)) for key in new]


def _put(work: Work, course: Course, placed: Placed) -> dict[str, Any]:
    session = work.get(CareSession, placed.wanted.key)
    link = work.get(CourseSession, placed.wanted.key)
    was_at, was_on = session.starts_at, link.machine_id
    put(work, session, instant_of(work, placed.place), placed.place.minutes)
    link.machine_id = placed.place.taken
    return _move(course, session, was_at=was_at.isoformat(), machine=str(was_on))


def _move(course: Course, session: CareSession, **was: str) -> dict[str, Any]:
    """A line of a change; it says nothing of where a session was that is new."""
    return {
        "course": str(course.id),
        "session": str(session.id),
        "version": session.version,
        **was,
    }


def note(
    work: Work, what: str, moves: list[dict[str, Any]], *, course_id: UUID | None = None
) -> PlanChange:
    """Remember the change, so that it can be undone."""
    change = PlanChange(course_id=course_id, what=what, moves=moves, at=work.now, by=work.actor)
    work.add(change)
    return change


def after(work: Work, course: Course, what: str, step: str = "course-changed") -> None:
    """The history of the referral knows it, and so do the others."""
    referral = work.get(Referral, course.referral_id)
    write(work, referral, step, subject=course.id)
    tell_changed(work, referral, course, what)
