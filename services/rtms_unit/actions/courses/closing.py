"""Closing days for the whole unit: every session of a course that lies on them goes elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from services.rtms_unit.actions.courses import proposing
from services.rtms_unit.actions.courses.changing import after, carry_out, note
from services.rtms_unit.actions.courses.holding import hold_courses, hold_people, hold_unit
from services.rtms_unit.reading import unit as reading
from services.rtms_unit.reading.courses import WholeCourse, whole
from services.rtms_unit.rules.planning import Days, Entry, Proposal, refuse_unseen
from services.rtms_unit.rules.planning.opening import check_days
from services.rtms_unit.tables import Closure, CourseSession, PlanChange
from shared.discipline.reading import require_colleague
from shared.discipline.tables import CareSession
from shared.work import Work


@dataclass(frozen=True)
class Closing:
    """What closing some days would shift; `visits` belong to no course and are moved by hand."""

    courses: Sequence[tuple[WholeCourse, Proposal]]
    visits: Sequence[CareSession]

    @property
    def proposals(self) -> list[Proposal]:
        return [proposal for _, proposal in self.courses]


def closing(work: Work, days: Days) -> Closing:
    """What would shift if the unit were closed on these days."""
    check_days(days, work.today)
    opening = reading.opening_of(work, [days])
    diary = reading.diary_of(work, opening, work.today)
    found = []
    for course in (whole(work, each) for each in proposing.touched(work, days)):
        lines = proposing.upcoming(work, course)
        for line in lines:
            diary.remove(proposing.entry_of(line, course.course))
        proposal = proposing.shifted(work, course, diary, lines)
        for placed in proposal.placed:
            key, person = placed.wanted.key, course.course
            if key is not None:
                diary.add(Entry(key, placed.place, person.patient_id, person.practitioner_id))
        found.append((course, proposal))
    return Closing(found, _visits(work, days))


def _visits(work: Work, days: Days) -> Sequence[CareSession]:
    start, end = reading.bounds(work, days)
    of_courses = select(CourseSession.session_id)
    statement = select(CareSession).where(
        col(CareSession.status) == "booked",
        col(CareSession.starts_at) >= start,
        col(CareSession.starts_at) < end,
        col(CareSession.id).not_in(of_courses),
    )
    return work.all(statement.order_by(col(CareSession.starts_at)))


def close_days(work: Work, days: Days, reason: str = "", *, seen: str = "") -> PlanChange:
    """Close the unit on some days, and put what lay on them elsewhere."""
    require_colleague(work)
    hold_unit(work)
    for course in hold_courses(work, (each.id for each in proposing.touched(work, days))):
        hold_people(work, course.patient_id, course.practitioner_id)
    found = closing(work, days)
    refuse_unseen(seen, found.proposals)
    closure = Closure(first=days.first, last=days.last, reason=reason, at=work.now, by=work.actor)
    work.add(closure)
    work.audit("days-closed", None)
    moves = []
    for whole_course, proposal in found.courses:
        moves += carry_out(work, whole_course.course, proposal)
        after(work, whole_course.course, "closed-day")
    change = note(work, "closed-day", moves)
    change.closure_id = closure.id
    return change


def reopen(work: Work, closure_id: UUID) -> None:
    """The unit is open on these days after all; sessions stay where they are now."""
    require_colleague(work)
    work.session.delete(work.get(Closure, closure_id))
    work.audit("days-reopened", None)
