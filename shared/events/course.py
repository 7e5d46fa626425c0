"""Facts about a course of treatment: sessions that follow a protocol. FHIR: CarePlan."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from shared.events.base import PatientEvent


class CourseEvent(PatientEvent):
    """The course that `performer` gives for a referral of `requester`."""

    course_id: UUID
    referral_id: UUID
    requester: str
    performer: str


class CoursePlanned(CourseEvent, kind="course.planned"):
    """The sessions of a protocol were put on real days."""

    protocol: str
    protocol_version: int
    sessions: int
    first_on: date
    last_on: date
    protocol_title: str = ""
    """What the protocol is called, in English or in the words of the centre."""


class CourseChanged(CourseEvent, kind="course.changed"):
    """The plan is another one now, or the course is at risk, or no longer."""

    reason_code: str
    """moved, missed, made-up, closed-day, undone, resumed or risk-accepted."""
    sessions: int
    last_on: date | None = None
    at_risk_since: AwareDatetime | None = None


class CourseDecided(CourseEvent, kind="course.decided"):
    """A physician decided at a decision point of the protocol whether the course goes on."""

    point: str
    """after-test, end-of-induction or another point that the protocol names."""
    decision: str
    """go-on or end."""
    baseline: float | None = None
    value: float | None = None
    """Average pain (NRS 0-10) before the course and at the point: what the physician saw."""


class CourseStopped(CourseEvent, kind="course.stopped"):
    """The course may not go on: only a physician re-opens it."""

    reason_code: str


class CourseCompleted(CourseEvent, kind="course.completed"):
    """The course is over: all sessions were given, missed or cancelled, or it was ended before."""

    given: int
    missed: int
    cancelled: int
    ended_early: bool = False
    reason_code: str = ""
