"""All that is kept of the courses of a period: however many they are, read in a few looks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy
from sqlalchemy import func
from sqlalchemy.sql import Select
from sqlmodel import col, select

from services.rtms_unit.reading import protocols
from services.rtms_unit.reading.relief import AVERAGE, NOW, Given, Relief, relief_in
from services.rtms_unit.rules.account import GIVEN, TO_COME
from services.rtms_unit.rules.protocols import Protocol
from services.rtms_unit.tables import Course, CourseSession
from shared.calendar import day_bounds
from shared.database import table_of
from shared.discipline.tables import CareSession, FollowUp, Measurement
from shared.work import Work

Row = TypeVar("Row")


@dataclass(frozen=True)
class _Line:
    """A session of a course: what of it is given, or still to come."""

    given: Given
    status: str


@dataclass(frozen=True)
class Kept:
    """Courses with their sessions, scores and follow-ups."""

    courses: Sequence[Course]
    _protocols: Mapping[tuple[str, int], Protocol]
    _lines: Mapping[UUID, Sequence[_Line]]
    _scores: Mapping[UUID, Sequence[Measurement]]
    _follow_ups: Mapping[UUID, Sequence[FollowUp]]

    def protocol(self, course: Course) -> Protocol:
        return self._protocols[course.protocol, course.protocol_version]

    def given(self, course: Course) -> list[Given]:
        """The sessions that were given, in their order."""
        return [line.given for line in self._lines[course.id] if line.status in GIVEN]

    def going_on(self, course: Course) -> set[str]:
        """The phases of which a session is to come."""
        return {line.given.phase for line in self._lines[course.id] if line.status in TO_COME}

    def relief(self, course: Course) -> tuple[Relief, Relief]:
        """Average pain, and pain right now before each session."""
        scores = self._scores.get(course.patient_id, ())
        return relief_in(scores, course, self.given(course)[0].at)

    def follow_ups(self, course: Course) -> Sequence[FollowUp]:
        """The follow-ups of its referral, in the order of their days."""
        return self._follow_ups.get(course.referral_id, ())


def kept_of(work: Work, first: date, last: date) -> Kept:
    """The courses whose first session was given in a period, both days included."""
    begun = _begun(work, first, last)
    return Kept(
        work.all(select(Course).where(col(Course.id).in_(begun))),
        protocols.known(work),
        _lines(work, begun),
        _grouped(work.all(_scores(begun)), lambda score: score.patient_id),
        _grouped(work.all(_follow_ups(begun)), lambda follow_up: follow_up.referral_id),
    )


def _begun(work: Work, first: date, last: date) -> Select[Any]:
    """The ids of the courses that began in a period."""
    start, _ = day_bounds(first, work.zone)
    _, end = day_bounds(last, work.zone)
    began = func.min(col(CareSession.starts_at))
    return (
        select(CourseSession.course_id)
        .join(CareSession, col(CareSession.id) == col(CourseSession.session_id))
        .where(col(CareSession.status).in_(sorted(GIVEN)))
        .group_by(col(CourseSession.course_id))
        .having(began >= start, began < end)
    )


def _lines(work: Work, begun: Select[Any]) -> Mapping[UUID, Sequence[_Line]]:
    session, link = table_of(CareSession), table_of(CourseSession)
    columns = (link.c.course_id, session.c.id, session.c.starts_at, link.c.phase, session.c.status)
    statement = (
        sqlalchemy.select(*columns)
        .select_from(link)
        .join(session, session.c.id == link.c.session_id)
        .where(link.c.course_id.in_(begun))
        .order_by(session.c.starts_at)
    )
    found: dict[UUID, list[_Line]] = {}
    for course_id, session_id, at, phase, status in work.session.execute(statement):
        found.setdefault(course_id, []).append(_Line(Given(session_id, at, phase), status))
    return found


def _scores(begun: Select[Any]) -> Select[Any]:
    """The pain of these patients, oldest first; what was corrected counts no more."""
    patients = select(Course.patient_id).where(col(Course.id).in_(begun))
    score = Measurement
    return (
        select(score)
        .where(
            col(score.patient_id).in_(patients),
            col(score.code).in_((AVERAGE, NOW)),
            col(score.corrected_at).is_(None),
        )
        .order_by(
            *(col(score.patient_id), col(score.measured_at)),
            *(col(score.recorded_at), col(score.id)),
        )
    )


def _follow_ups(begun: Select[Any]) -> Select[Any]:
    referrals = select(Course.referral_id).where(col(Course.id).in_(begun))
    chosen = select(FollowUp).where(col(FollowUp.referral_id).in_(referrals))
    return chosen.order_by(col(FollowUp.referral_id), col(FollowUp.due_on), col(FollowUp.id))


def _grouped(rows: Iterable[Row], key: Callable[[Row], UUID]) -> dict[UUID, list[Row]]:
    """Rows that come sorted by a key, by that key."""
    return {found: list(same) for found, same in groupby(rows, key)}
