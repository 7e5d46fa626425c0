"""JSON for programs: courses, and previews of everything that moves their sessions."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import col, select

from services.rtms_unit.actions import courses as actions
from services.rtms_unit.actions import unit as unit_actions
from services.rtms_unit.actions.courses import proposing
from services.rtms_unit.actions.courses.closing import closing
from services.rtms_unit.forms import courses as forms
from services.rtms_unit.reading import unit
from services.rtms_unit.reading.courses import WholeCourse, whole
from services.rtms_unit.rules.planning import Days, Proposal, fingerprint
from services.rtms_unit.tables import Course, CourseSession, PlanChange, UnavailableDay
from shared.discipline.reading import require_colleague, require_reader
from shared.discipline.tables import CareSession, Referral
from shared.web.doors import LookDep, WorkDep
from shared.work import Work

router = APIRouter()


class PlannedSession(BaseModel):
    """A session of a course: the appointment, and its place in the protocol."""

    session: CareSession
    place: CourseSession


class CourseAnswer(BaseModel):
    """A course with its sessions and its account."""

    course: Course
    sessions: Sequence[PlannedSession]
    given: int
    missed: int
    cancelled: int
    to_come: int


class Slot(BaseModel):
    """Where a session would be. Without `session_id` it is new; `why` are codes with their days."""

    session_id: UUID | None
    ordinal: int
    phase: str
    starts_at: datetime
    was_at: datetime | None
    minutes: int
    changed: bool
    late_days: int
    why: Sequence[tuple[str, date]]


class Preview(BaseModel):
    """What would be; send `seen` along to apply exactly this."""

    seen: str
    sessions: Sequence[Slot]


@router.post("/referrals/{referral_id}/courses/preview")
def preview_plan(referral_id: UUID, entry: forms.PlanEntry, work: WorkDep) -> Preview:
    """The sessions of a course on real days; nothing is booked."""
    require_colleague(work)
    made = proposing.draft(work, work.get(Referral, referral_id), entry.wish())
    return _preview(work, [made.proposal])


@router.post("/referrals/{referral_id}/courses", status_code=201)
def plan(referral_id: UUID, entry: forms.PlanEntry, work: WorkDep) -> CourseAnswer:
    course = actions.plan(work, referral_id, entry.wish(), seen=entry.seen)
    return _answer(whole(work, course))


@router.get("/courses/{course_id}")
def show_course(course_id: UUID, work: WorkDep) -> CourseAnswer:
    """A course with its sessions."""
    require_reader(work)
    course = work.get(Course, course_id)
    work.audit("read-record", course.patient_id)
    return _answer(whole(work, course))


@router.get("/courses/{course_id}/changes")
def list_changes(course_id: UUID, work: LookDep) -> Sequence[PlanChange]:
    """What was changed in the plan, the latest first."""
    require_reader(work)
    statement = select(PlanChange).where(col(PlanChange.course_id) == course_id)
    return work.all(statement.order_by(col(PlanChange.at).desc()))


@router.post("/courses/{course_id}/sessions/{session_id}/move/preview")
def preview_move(
    course_id: UUID, session_id: UUID, entry: forms.MoveEntry, work: WorkDep
) -> Preview:
    """What would shift; nothing is saved."""
    course = _open(work, course_id)
    return _preview(work, [proposing.moved(work, course, session_id, entry.day, entry.at)])


@router.post("/courses/{course_id}/sessions/{session_id}/move")
def move(course_id: UUID, session_id: UUID, entry: forms.MoveEntry, work: WorkDep) -> PlanChange:
    return actions.move(work, course_id, session_id, entry.day, entry.at, seen=entry.seen)


@router.post("/courses/{course_id}/sessions/{session_id}/make-up/preview")
def preview_make_up(
    course_id: UUID, session_id: UUID, entry: forms.MakeUpEntry, work: WorkDep
) -> Preview:
    """Where a session that was not given would be made up; nothing is saved."""
    course = _open(work, course_id)
    return _preview(work, [proposing.made_up(work, course, session_id, entry.day, entry.at)])


@router.post("/courses/{course_id}/sessions/{session_id}/make-up", status_code=201)
def make_up(
    course_id: UUID, session_id: UUID, entry: forms.MakeUpEntry, work: WorkDep
) -> PlanChange:
    return actions.make_up(work, course_id, session_id, entry.day, entry.at, seen=entry.seen)


@router.post("/courses/{course_id}/catch-up/preview")
def preview_catch_up(course_id: UUID, work: WorkDep) -> Preview:
    """Where the sessions would be that went by while the course was stopped."""
    return _preview(work, [proposing.caught_up(work, _open(work, course_id))])


@router.post("/courses/{course_id}/catch-up")
def catch_up(course_id: UUID, entry: forms.Shown, work: WorkDep) -> PlanChange:
    return actions.catch_up(work, course_id, seen=entry.seen)


@router.post("/courses/{course_id}/end")
def end(course_id: UUID, entry: forms.EndEntry, work: WorkDep) -> CourseAnswer:
    actions.end(work, course_id, entry.reason_code)
    return _answer(whole(work, work.get(Course, course_id)))


@router.post("/courses/{course_id}/accept-risk")
def accept_risk(course_id: UUID, entry: forms.RiskEntry, work: WorkDep) -> CourseAnswer:
    """A physician of the unit accepts that missed sessions are not made up."""
    actions.accept_risk(work, course_id, entry.reason)
    return _answer(whole(work, work.get(Course, course_id)))


@router.post("/plan-changes/{change_id}/undo")
def undo(change_id: UUID, work: WorkDep) -> PlanChange:
    """Put everything back to where it was, or nothing."""
    actions.undo(work, change_id)
    return work.get(PlanChange, change_id)


@router.post("/referrals/{referral_id}/away", status_code=201)
def add_away(referral_id: UUID, entry: forms.DaysEntry, work: WorkDep) -> UnavailableDay:
    """Days on which the patient cannot come."""
    return unit_actions.add_away(work, referral_id, Days(entry.first, entry.until))


@router.post("/unit/closures/preview")
def preview_closure(entry: forms.ClosureEntry, work: WorkDep) -> Preview:
    """Every session that would shift; nothing is saved."""
    require_colleague(work)
    return _preview(work, closing(work, Days(entry.first, entry.until)).proposals)


@router.post("/unit/closures", status_code=201)
def close_days(entry: forms.ClosureEntry, work: WorkDep) -> PlanChange:
    days = Days(entry.first, entry.until)
    return actions.close_days(work, days, entry.reason, seen=entry.seen)


def _open(work: Work, course_id: UUID) -> WholeCourse:
    require_colleague(work)
    course = work.get(Course, course_id)
    work.audit("read-record", course.patient_id)
    return whole(work, course)


def _answer(found: WholeCourse) -> CourseAnswer:
    account = found.account
    return CourseAnswer(
        course=found.course,
        sessions=[PlannedSession(session=line.session, place=line.link) for line in found.lines],
        given=account.given,
        missed=account.missed,
        cancelled=account.cancelled,
        to_come=account.to_come,
    )


def _preview(work: Work, proposals: Sequence[Proposal]) -> Preview:
    slots = [
        Slot(
            session_id=each.wanted.key,
            ordinal=each.wanted.ordinal,
            phase=each.wanted.phase.code,
            starts_at=unit.instant_of(work, each.place),
            was_at=unit.instant_of(work, each.wanted.was) if each.wanted.was else None,
            minutes=each.place.minutes,
            changed=each.changed,
            late_days=each.late,
            why=[(reason.code, reason.day) for reason in each.reasons],
        )
        for proposal in proposals
        for each in proposal.placed
    ]
    return Preview(seen=fingerprint(proposals), sessions=slots)
