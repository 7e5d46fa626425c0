"""Where a session stands in its course: the phase, the protocol, and what was given before."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.rtms_unit.reading import protocols
from services.rtms_unit.rules.protocols import Phase, Protocol
from services.rtms_unit.tables import Course, CourseSession, SessionSheet
from shared.work import Work


@dataclass(frozen=True)
class InCourse:
    """A session of a course, with the version of the protocol that the course was planned with."""

    course: Course
    link: CourseSession
    protocol: Protocol

    @property
    def phase(self) -> Phase:
        return self.protocol.phase(self.link.phase)


def in_course(work: Work, session_id: UUID | None) -> InCourse | None:
    """Its place, or None for a visit without stimulation."""
    link = work.find(CourseSession, session_id) if session_id else None
    if link is None:
        return None
    course = work.get(Course, link.course_id)
    protocol = protocols.find(work, course.protocol, course.protocol_version)
    return InCourse(course, link, protocol)


def given_before(work: Work, patient_id: UUID) -> int:
    """How many sessions with stimulation the patient has had in this unit."""
    sheets = select(func.count()).where(col(SessionSheet.patient_id) == patient_id)
    return int(work.first(sheets) or 0)
