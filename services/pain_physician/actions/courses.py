"""What the events of a course of treatment tell whoever sent the patient. News is never refused."""

from services.pain_physician.actions.story import tell
from services.pain_physician.tables import SentCourse
from shared.events import (
    CourseChanged,
    CourseCompleted,
    CourseDecided,
    CourseEvent,
    CoursePlanned,
    CourseStopped,
)
from shared.work import Work


def planned(work: Work, event: CoursePlanned) -> None:
    """The sessions of a protocol are on real days."""
    named = event.model_dump(include=set(SentCourse.model_fields))
    work.add(SentCourse(id=event.course_id, planned_at=work.said_at, **named))
    _tell(work, event, "planned")


def changed(work: Work, event: CourseChanged) -> None:
    """Moved, missed, made up, resumed: how many sessions it has now, and whether it is at risk."""
    course = work.find(SentCourse, event.course_id)
    if course is None:
        return
    course.sessions, course.at_risk_since = event.sessions, event.at_risk_since
    course.last_on = event.last_on or course.last_on
    if event.reason_code == "resumed":
        course.status, course.reason_code = "active", ""
    told = event.reason_code in ("resumed", "made-up", "risk-accepted")
    _tell(work, event, event.reason_code if told else "changed")


def decided(work: Work, event: CourseDecided) -> None:
    """A physician decided at a decision point, and saw these numbers."""
    course = work.find(SentCourse, event.course_id)
    if course is not None:
        what = event.model_dump(include={"point", "decision", "baseline", "value"})
        course.decided = [*course.decided, {**what, "at": work.said_at.isoformat()}]
        _tell(work, event, "ends" if event.decision == "end" else "goes-on")


def stopped(work: Work, event: CourseStopped) -> None:
    """It may not go on until a physician re-opens it."""
    course = work.find(SentCourse, event.course_id)
    if course is not None:
        course.status, course.reason_code = "on-hold", event.reason_code
        _tell(work, event, "stopped")


def completed(work: Work, event: CourseCompleted) -> None:
    """It is over: so many sessions were given, missed and cancelled."""
    course = work.find(SentCourse, event.course_id)
    if course is not None:
        course.status = "revoked" if event.ended_early else "completed"
        course.reason_code, course.at_risk_since = event.reason_code, None
        course.sqlmodel_update(event.model_dump(include={"given", "missed", "cancelled"}))
        _tell(work, event, "ended-early" if event.ended_early else "completed")


def _tell(work: Work, event: CourseEvent, what: str) -> None:
    tell(work, event.patient_id, f"course-{what}", event.performer, event.referral_id)
