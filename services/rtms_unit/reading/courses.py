"""A course with its sessions, as those who plan and those who look at it need it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from services.rtms_unit.reading import protocols
from services.rtms_unit.reading.unit import place_of
from services.rtms_unit.rules import account as rules
from services.rtms_unit.rules.planning import Place, Wanted
from services.rtms_unit.rules.protocols import Phase, Protocol
from services.rtms_unit.tables import Course, CourseSession
from shared.discipline.tables import CareSession
from shared.work import Work


@dataclass(frozen=True)
class Line:
    """A session of a course: the appointment, and its place in the protocol."""

    session: CareSession
    link: CourseSession
    phase: Phase
    place: Place

    @property
    def is_open(self) -> bool:
        return self.session.status in rules.TO_COME

    @property
    def wanted(self) -> Wanted:
        """The session as the planner takes it up: it keeps its place if it can."""
        return Wanted(
            self.link.ordinal,
            self.phase,
            key=self.session.id,
            was=self.place,
            kept=self.place,
            makes_up=self.link.makes_up,
        )


@dataclass(frozen=True)
class WholeCourse:
    """A course, the version of the protocol that it keeps, and its sessions by their times."""

    course: Course
    protocol: Protocol
    lines: list[Line]

    @property
    def account(self) -> rules.Account:
        return rules.account(line.session.status for line in self.lines)

    def line(self, session_id: UUID) -> Line | None:
        """The line of a session, None for one of another course."""
        return next((each for each in self.lines if each.session.id == session_id), None)

    def stands(self) -> list[rules.Stand]:
        """The sessions as the account takes them up."""
        return [
            rules.Stand(
                id=line.session.id,
                phase=line.phase.code,
                induction=line.phase.kind == "induction",
                status=line.session.status,
                day=line.place.day,
                at=line.session.changed_at,
                makes_up=line.link.makes_up,
            )
            for line in self.lines
        ]


def course_of(work: Work, session_id: UUID) -> Course | None:
    """The course that a session belongs to; None for a visit without stimulation."""
    link = work.find(CourseSession, session_id)
    return work.get(Course, link.course_id) if link else None


def protocol_of(work: Work, course: Course) -> Protocol:
    """The version of the protocol that a course was planned with."""
    return protocols.find(work, course.protocol, course.protocol_version)


def courses_of(work: Work, referral_id: UUID) -> Sequence[Course]:
    """The courses of a referral, the latest first."""
    statement = select(Course).where(col(Course.referral_id) == referral_id)
    return work.all(statement.order_by(col(Course.planned_at).desc()))


def under_way(work: Work, referral_id: UUID) -> list[Course]:
    """The courses of a referral that are not over: one at most."""
    return [each for each in courses_of(work, referral_id) if each.status in rules.UNDER_WAY]


def whole(work: Work, course: Course) -> WholeCourse:
    """The course with its protocol and its sessions."""
    return wholes(work, [course])[0]


def wholes(work: Work, courses: Sequence[Course]) -> list[WholeCourse]:
    """Courses with their protocols and sessions: as many looks for a hundred as for one."""
    known = protocols.known(work)
    found = [
        WholeCourse(course, known[course.protocol, course.protocol_version], [])
        for course in courses
    ]
    by_id = {each.course.id: each for each in found}
    statement = (
        select(CareSession, CourseSession)
        .join(CourseSession, col(CourseSession.session_id) == col(CareSession.id))
        .where(col(CourseSession.course_id).in_(list(by_id)))
        .order_by(col(CareSession.starts_at), col(CourseSession.ordinal))
    )
    for session, link in work.session.execute(statement):
        course = by_id[link.course_id]
        course.lines.append(_line(work, course.protocol, session, link))
    return found


def _line(work: Work, protocol: Protocol, session: CareSession, link: CourseSession) -> Line:
    place = place_of(work, session.starts_at, session.minutes, link.machine_id)
    return Line(session, link, protocol.phase(link.phase), place)
