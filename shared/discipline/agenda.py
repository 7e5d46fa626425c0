"""The agenda of a unit: who comes today and on the days to come, and what was never recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from sqlmodel import col, select

from shared.calendar import day_bounds
from shared.discipline.reading import patients_of
from shared.discipline.tables import CareSession
from shared.patients import Patient
from shared.work import Work

MOST = 200
"""Sessions without an outcome that one page shows."""


@dataclass(frozen=True)
class Line:
    """A session and whom it is for."""

    session: CareSession
    patient: Patient


@dataclass(frozen=True)
class AgendaDay:
    """One day of the unit."""

    day: date
    lines: list[Line]


def agenda(work: Work, first: date, days: int) -> list[AgendaDay]:
    """The sessions of some days in a row; those that were cancelled are left out."""
    start, _ = day_bounds(first, work.zone)
    end, _ = day_bounds(first + timedelta(days=days), work.zone)
    statement = select(CareSession).where(
        col(CareSession.starts_at) >= start,
        col(CareSession.starts_at) < end,
        col(CareSession.status) != "cancelled",
    )
    return _by_day(work, work.all(statement.order_by(col(CareSession.starts_at))))


def without_outcome(work: Work) -> list[AgendaDay]:
    """Sessions of days gone by of which nobody has said what became of them."""
    start, _ = day_bounds(work.today, work.zone)
    statement = select(CareSession).where(
        col(CareSession.status).in_(("booked", "arrived")), col(CareSession.starts_at) < start
    )
    return _by_day(work, work.all(statement.order_by(col(CareSession.starts_at)).limit(MOST)))


def _by_day(work: Work, sessions: Sequence[CareSession]) -> list[AgendaDay]:
    patients = patients_of(work, sessions)

    def day_of(session: CareSession) -> date:
        return session.starts_at.astimezone(work.zone).date()

    return [
        AgendaDay(day, [Line(session, patients[session.patient_id]) for session in found])
        for day, found in groupby(sessions, day_of)
    ]
