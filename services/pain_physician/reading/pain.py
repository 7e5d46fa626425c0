"""Scores of a patient over time, wherever they were measured, and the baseline of a course."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from services.pain_physician.actions.assessments import assessments
from services.pain_physician.tables import SentCourse, SentSession
from shared import measuring
from shared.discipline.codes import CONTEXTS
from shared.discipline.tables import Measurement
from shared.i18n import N_
from shared.measuring import Baseline, Response
from shared.measuring.plot import Point
from shared.work import Work

AVERAGE = "nrs-average"
"""Average pain is what relief is reckoned from, at assessments and follow-ups alike."""
BASELINE = N_("Average pain before the course")


@dataclass(frozen=True)
class Numbers:
    """What a physician sees at a decision point: the baseline, the value now, and the response.

    `before` and `after` are of the sessions given so far: pain now (NRS) before and after each.
    """

    baseline: Point | None
    value: Point | None
    response: Response | None
    given: int
    before: list[int]
    after: list[int]


def points(work: Work, patient_id: UUID, code: str) -> list[Point]:
    """Each measure of a score, oldest first: of assessments here, and of everybody else."""
    name = code.replace("-", "_")
    own = [
        Point(seen.recorded_at, value, CONTEXTS["assessment"])
        for seen in reversed(assessments(work, patient_id))
        if (value := getattr(seen, name, None)) is not None
    ]
    others = select(Measurement).where(
        col(Measurement.patient_id) == patient_id,
        col(Measurement.code) == code,
        col(Measurement.corrected_at).is_(None),
    )
    heard = [
        Point(m.measured_at, m.value, CONTEXTS.get(m.context, m.context)) for m in work.all(others)
    ]
    return sorted([*own, *heard], key=lambda point: point.at)


def numbers(work: Work, course: SentCourse) -> Numbers:
    """What a course has done so far: the last average before it, and the last one since."""
    measured, start = points(work, course.patient_id, AVERAGE), began(work, course)
    before = _before(measured, start)
    since = [point for point in measured if point.at > start]
    value = since[-1] if since else None
    response = None
    if before and value:
        named = Baseline(before.value, BASELINE, before.at.date())
        response = measuring.response(named, value.value)
    given = [s for s in sessions(work, course) if s.status == "completed"]
    return Numbers(
        before,
        value,
        response,
        len(given),
        [s.nrs_before for s in given if s.nrs_before is not None],
        [s.nrs_after for s in given if s.nrs_after is not None],
    )


def sessions(work: Work, course: SentCourse) -> list[SentSession]:
    """The sessions of a course, in their order."""
    of_course = select(SentSession).where(col(SentSession.course_id) == course.id)
    return list(work.all(of_course.order_by(col(SentSession.starts_at))))


def began(work: Work, course: SentCourse) -> datetime:
    """When the first session of a course begins or began."""
    times = [session.starts_at for session in sessions(work, course)]
    return min(times, default=course.planned_at)


def _before(measured: Iterable[Point], start: datetime) -> Point | None:
    return next((point for point in reversed(list(measured)) if point.at <= start), None)
