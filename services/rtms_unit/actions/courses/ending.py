"""Stopping a course, going on with it, and its end: complete, or before all was given."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import col, select

from services.rtms_unit.actions import gates
from services.rtms_unit.actions.courses.holding import hold_courses
from services.rtms_unit.reading.courses import WholeCourse, under_way, whole
from services.rtms_unit.rules import account as rules
from services.rtms_unit.rules.gates import CLOSED, DECISION, OF_COURSE
from services.rtms_unit.rules.protocols import END_REASONS
from services.rtms_unit.tables import Course, Gate
from shared.discipline.actions.records import mark, write
from shared.discipline.actions.withdrawing import (
    WITHDRAWN,
    drop_session,
    to_be_recorded,
    why_dropped,
)
from shared.discipline.codes import GONE
from shared.discipline.naming import about_referral
from shared.discipline.reading import require_colleague
from shared.discipline.rules.referral import check_code
from shared.discipline.tables import Measurement, Referral
from shared.errors import NotFound
from shared.events import CourseChanged, CourseCompleted, CourseDecided, CourseStopped
from shared.i18n import N_
from shared.work import Work

PAIN = "nrs-average"
DECIDED, ENDED = "decided-to-end", "course-ended"
_OF_REFERRAL = (WITHDRAWN, *GONE)
"""Reasons of the referral's end, which stand at each session that ends with it."""
COURSE_OVER = N_("The course is over: nothing has to be decided or done here any more.")


def hold_all(work: Work, running: Iterable[Course], reason_code: str) -> None:
    """Hold the courses of a patient, always in the same order, so that nobody waits in a ring."""
    for course in hold_courses(work, [each.id for each in running]):
        hold(work, course, reason_code)


def hold(work: Work, course: Course, reason_code: str) -> None:
    """No session of the course may be given until a physician re-opens it; all stay booked."""
    if course.status != "active":
        return
    course.status, course.reason_code = "on-hold", reason_code
    referral = _write(work, course, "course-stopped")
    work.announce(
        CourseStopped(**about_referral(referral), course_id=course.id, reason_code=reason_code)
    )


def resume(work: Work, course_id: UUID) -> None:
    """A physician re-opened the course."""
    course = _locked(work, course_id)
    if course.status != "on-hold":
        return
    course.status, course.reason_code = "active", ""
    referral = _write(work, course, "course-resumed")
    found = whole(work, course)
    work.announce(
        CourseChanged(
            **about_referral(referral),
            course_id=course.id,
            reason_code="resumed",
            sessions=found.account.given + found.account.to_come,
            last_on=max((line.place.day for line in found.lines if line.is_open), default=None),
            at_risk_since=course.at_risk_since,
        )
    )


def decided(work: Work, course_id: UUID, point: str, go_on: bool) -> None:
    """A physician decided at a decision point: the course goes on, or ends here."""
    course = _locked(work, course_id)
    if course.status not in rules.UNDER_WAY:
        return
    referral = _write(work, course, "course-decided")
    work.announce(
        CourseDecided(
            **about_referral(referral),
            course_id=course.id,
            point=point,
            decision="go-on" if go_on else "end",
            baseline=_pain(work, course, first=True),
            value=_pain(work, course, first=False),
        )
    )
    if go_on:
        finish_if_over(work, referral, course)
    else:
        revoke(work, course_id, DECIDED)


def _pain(work: Work, course: Course, *, first: bool) -> float | None:
    """Average pain when the course began (the last from before it), or as measured last."""
    began = min(line.session.starts_at for line in whole(work, course).lines)
    measured = select(Measurement).where(
        col(Measurement.patient_id) == course.patient_id,
        col(Measurement.code) == PAIN,
        col(Measurement.corrected_at).is_(None),
        col(Measurement.measured_at) <= began if first else col(Measurement.measured_at) > began,
    )
    found = work.first(measured.order_by(col(Measurement.measured_at).desc()))
    return found.value if found else None


def end(work: Work, course_id: UUID, reason_code: str) -> None:
    """A person ends the course: it is complete when nothing is to come, else it ends early."""
    require_colleague(work)
    check_code(reason_code, END_REASONS, "reason_code")
    course = _locked(work, course_id)
    rules.refuse_unless_under_way(course.status)
    if whole(work, course).account.to_come:
        revoke(work, course_id, reason_code)
    else:
        _complete(work, work.get(Referral, course.referral_id), course)


def revoke(work: Work, course_id: UUID, reason_code: str) -> None:
    """The course ends before all was given: what is booked is cancelled, what was given stays."""
    course = _locked(work, course_id)
    if course.status not in rules.UNDER_WAY:
        return
    course.status, course.reason_code, course.ended_at = "revoked", reason_code, work.now
    course.at_risk_since = None
    referral = _write(work, course, "course-ended")
    dropped = reason_code if reason_code in _OF_REFERRAL else ENDED
    for line in whole(work, course).lines:
        if line.session.status == "booked" and not to_be_recorded(work, line.session):
            drop_session(work, referral, line.session, dropped)
    _over(work, referral, whole(work, course))


def revoke_of(work: Work, referral: Referral) -> None:
    """The referral was withdrawn, or ended with its patient, and its course with it."""
    for course in under_way(work, referral.id):
        revoke(work, course.id, why_dropped(work, referral))


def refuse_unfinished(work: Work, referral: Referral) -> None:
    """Refuse to complete a referral whose course is not over."""
    rules.refuse_unfinished(len(under_way(work, referral.id)))


def finish_if_over(work: Work, referral: Referral, course: Course) -> None:
    """The course is complete when nothing is to come, nothing at risk and nothing to decide."""
    waits = select(Gate.id).where(
        col(Gate.course_id) == course.id, col(Gate.gate) == DECISION, col(Gate.state) == CLOSED
    )
    if course.at_risk_since or whole(work, course).account.to_come or work.first(waits):
        return
    _complete(work, referral, course)


def _complete(work: Work, referral: Referral, course: Course) -> None:
    course.status, course.ended_at, course.at_risk_since = "completed", work.now, None
    _write(work, course, "course-completed")
    _over(work, referral, whole(work, course))


def _over(work: Work, referral: Referral, found: WholeCourse) -> None:
    account, course = found.account, found.course
    _lift_gates(work, referral, course)
    work.announce(
        CourseCompleted(
            **about_referral(referral),
            course_id=course.id,
            given=account.given,
            missed=account.missed,
            cancelled=account.cancelled,
            ended_early=course.status == "revoked",
            reason_code=course.reason_code,
        )
    )


def _lift_gates(work: Work, referral: Referral, course: Course) -> None:
    """Nobody is asked any more about a course that is over; its doses are asked with a session.

    A gate that somebody decides about at this moment is left to him or her.
    """
    asked = select(Gate).where(
        col(Gate.course_id) == course.id,
        col(Gate.gate).in_(OF_COURSE),
        col(Gate.state) == CLOSED,
    )
    for gate in work.all(asked.order_by(col(Gate.id)).with_for_update(skip_locked=True)):
        gates.lift(work, referral, gate, COURSE_OVER)


def _locked(work: Work, course_id: UUID) -> Course:
    """The course as it is now; its sessions are held before it, as everywhere."""
    found = hold_courses(work, [course_id])
    if not found:
        raise NotFound
    return found[0]


def _write(work: Work, course: Course, step: str) -> Referral:
    referral = work.get(Referral, course.referral_id)
    mark(work, course)
    write(work, referral, step, subject=course.id)
    return referral
