"""Reading scores: those that hold now, as points of a picture, and against a baseline."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from shared.discipline.codes import CONTEXTS
from shared.discipline.tables import Measurement
from shared.measuring import Baseline
from shared.measuring.plot import Point
from shared.work import Work


def scores_of(work: Work, patient_id: UUID, codes: Iterable[str] = ()) -> list[Measurement]:
    """The scores of a patient, oldest first; one that was corrected is left out."""
    return [row for row in all_scores_of(work, patient_id, codes) if row.corrected_at is None]


def all_scores_of(work: Work, patient_id: UUID, codes: Iterable[str] = ()) -> Sequence[Measurement]:
    """The same with those that were corrected."""
    statement = select(Measurement).where(col(Measurement.patient_id) == patient_id)
    if wanted := tuple(codes):
        statement = statement.where(col(Measurement.code).in_(wanted))
    order = col(Measurement.measured_at), col(Measurement.recorded_at), col(Measurement.id)
    found: Sequence[Measurement] = work.all(statement.order_by(*order))
    return found


def points(rows: Iterable[Measurement]) -> list[Point]:
    """Scores as points of a picture, each with the words for where it was taken."""
    return [
        Point(row.measured_at, row.value, CONTEXTS.get(row.context, row.context)) for row in rows
    ]


def baseline(rows: Sequence[Measurement], until: datetime, name: str) -> Baseline | None:
    """The last score that was measured until a moment, under the name that says which it is."""
    before = [row for row in rows if row.measured_at <= until]
    return Baseline(before[-1].value, name, before[-1].measured_at.date()) if before else None
