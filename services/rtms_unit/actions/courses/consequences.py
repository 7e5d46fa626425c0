"""What follows from a session of a course, whichever way it was recorded: one place for all."""

from uuid import UUID

from sqlmodel import col, select

from services.rtms_unit.actions import gates
from services.rtms_unit.actions.courses.ending import finish_if_over
from services.rtms_unit.reading import unit as reading
from services.rtms_unit.reading.courses import WholeCourse, whole
from services.rtms_unit.rules import account as rules
from services.rtms_unit.rules.account import GIVEN, UNDER_WAY
from services.rtms_unit.rules.gates import CLOSED, DECISION, DOSE, check_reason
from services.rtms_unit.tables import Course, CourseSession, Gate
from shared.access.viewer import PHYSICIAN
from shared.discipline.actions.records import mark, write
from shared.discipline.naming import about_referral
from shared.discipline.tables import CareSession, Referral
from shared.errors import NotFound
from shared.events import CourseChanged
from shared.i18n import N_
from shared.work import Work

SESSION_OVER = N_("The session is over: this dose does not have to be allowed any more.")


def session_ended(work: Work, session: CareSession, how: str) -> None:
    """A session was given, interrupted, missed or cancelled: `how` is the verb of it."""
    link = work.find(CourseSession, session.id)
    if link is None:
        return
    _lift_dose(work, session)
    course = work.hold(Course, link.course_id)
    if course is None or course.status not in UNDER_WAY:
        return
    referral = work.get(Referral, course.referral_id)
    before = course.at_risk_since
    if tell_if_changed(work, referral, course, how) or before != course.at_risk_since:
        mark(work, course)
    ask_at_decision_point(work, referral, course)
    if how in ("complete", "interrupt"):
        finish_if_over(work, referral, course)


def _lift_dose(work: Work, session: CareSession) -> None:
    """A dose is asked for one session: when that is over, nobody has to allow it any more."""
    asked = select(Gate).where(
        col(Gate.session_id) == session.id, col(Gate.gate) == DOSE, col(Gate.state) == CLOSED
    )
    for gate in work.all(asked.order_by(col(Gate.id)).with_for_update(skip_locked=True)):
        gates.lift(work, work.get(Referral, session.referral_id), gate, SESSION_OVER)


def tell_if_changed(work: Work, referral: Referral, course: Course, how: str) -> bool:
    """Tell the others of a missed session, and of a course that is no longer at risk."""
    before = course.at_risk_since
    reckon(work, course)
    if how == "miss":
        _tell(work, referral, course, "missed")
    elif before is not None and course.at_risk_since is None:
        _tell(work, referral, course, "made-up")
    return how == "miss"


def tell_changed(work: Work, referral: Referral, course: Course, what: str) -> None:
    """The plan was changed: see whether the course is at risk, and tell the others."""
    mark(work, course)
    reckon(work, course)
    _tell(work, referral, course, what)


def reckon(work: Work, course: Course) -> WholeCourse:
    """Find out anew since when the course is at risk."""
    found = whole(work, course)
    course.at_risk_since = rules.at_risk_since(
        found.stands(), course.risk_accepted_at, reading.opening_of(work)
    )
    return found


def _tell(work: Work, referral: Referral, course: Course, what: str) -> None:
    found = whole(work, course)
    ahead = [line.place.day for line in found.lines if line.is_open]
    work.announce(
        CourseChanged(
            **about_referral(referral),
            course_id=course.id,
            reason_code=what,
            sessions=found.account.given + found.account.to_come,
            last_on=max(ahead, default=None),
            at_risk_since=course.at_risk_since,
        )
    )


def ask_at_decision_point(work: Work, referral: Referral, course: Course) -> None:
    """After the last session of a phase with a decision point the course waits for a physician."""
    found = whole(work, course)
    for phase in found.protocol.phases:
        statuses = [each.session.status for each in found.lines if each.phase.code == phase.code]
        over = not any(status in rules.TO_COME for status in statuses)
        waits = phase.kind == "induction" and course.at_risk_since is not None
        due = phase.decision and over and not waits and not GIVEN.isdisjoint(statuses)
        if due and not _was_asked(work, course.id, phase.decision):
            gates.close(work, referral, DECISION, course_id=course.id, reason_code=phase.decision)


def _was_asked(work: Work, course_id: UUID, point: str) -> bool:
    asked = select(Gate.id).where(
        col(Gate.course_id) == course_id,
        col(Gate.gate) == DECISION,
        col(Gate.reason_code) == point,
    )
    return work.first(asked) is not None


def accept_risk(work: Work, course_id: UUID, reason: str) -> None:
    """A physician of the unit accepts that the missed sessions are not made up."""
    work.require(PHYSICIAN, unit=work.service)
    course = work.hold(Course, course_id)
    if course is None:
        raise NotFound
    rules.refuse_unless_under_way(course.status)
    rules.refuse_unless_at_risk(course.at_risk_since)
    check_reason(reason)
    referral = work.get(Referral, course.referral_id)
    course.risk_accepted_at = work.now
    write(work, referral, "course-risk-accepted", subject=course.id, note=reason)
    tell_changed(work, referral, course, "risk-accepted")
    ask_at_decision_point(work, referral, course)
