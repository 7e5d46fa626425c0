"""How much pain a course relieved: its scores against what was measured before it began."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from services.rtms_unit.rules.account import GIVEN
from services.rtms_unit.tables import Course, CourseSession
from shared.discipline.scores import baseline, scores_of
from shared.discipline.tables import CareSession, Measurement
from shared.i18n import N_
from shared.measuring import Baseline
from shared.work import Work

AVERAGE, NOW = "nrs-average", "nrs-now"
BEFORE_COURSE = N_("average pain before the course")
BEFORE_FIRST = N_("pain before the first session")


@dataclass(frozen=True)
class Given:
    """A session of a course that was given, wholly or in part."""

    session_id: UUID
    at: datetime
    phase: str


@dataclass(frozen=True)
class Relief:
    """One score of a course: what it was before, and every later measure, oldest first."""

    code: str
    baseline: Baseline | None
    rows: Sequence[Measurement]


def given_of(work: Work, course: Course) -> list[Given]:
    """The sessions of a course that were given, in their order."""
    statement = (
        select(CareSession.id, CareSession.starts_at, CourseSession.phase)
        .join(CourseSession, col(CourseSession.session_id) == col(CareSession.id))
        .where(col(CourseSession.course_id) == course.id, col(CareSession.status).in_(GIVEN))
        .order_by(col(CareSession.starts_at))
    )
    return [Given(*row) for row in work.session.execute(statement)]


def relief_of(work: Work, course: Course, began: datetime) -> tuple[Relief, Relief]:
    """Average pain, and pain right now before each session of the course."""
    return relief_in(scores_of(work, course.patient_id, (AVERAGE, NOW)), course, began)


def relief_in(
    rows: Sequence[Measurement], course: Course, began: datetime
) -> tuple[Relief, Relief]:
    """The same from the scores of the patient that were read already, oldest first."""
    average = [row for row in rows if row.code == AVERAGE]
    now = [row for row in rows if _before_session(row, course) and row.measured_at >= began]
    start = Baseline(now[0].value, BEFORE_FIRST, now[0].measured_at.date()) if now else None
    return (
        Relief(
            AVERAGE,
            baseline(average, began, BEFORE_COURSE),
            [row for row in average if row.measured_at > began],
        ),
        Relief(NOW, start, now[1:]),
    )


def _before_session(row: Measurement, course: Course) -> bool:
    mine = course.referral_id == row.referral_id
    return row.code == NOW and row.context == "session-before" and mine
