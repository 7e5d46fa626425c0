"""Who owes an obligation now, by the team as it is today, and by whose working days it counts."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import select

from services.coordinator.rules.owners import Colleague, Owner, Seat, Staff, owner_now
from services.coordinator.tables import Obligation
from shared.access.members import absence_on
from shared.access.tables import Member, Unit
from shared.access.units import calendar_of
from shared.calendar import WorkingCalendar
from shared.work import Work

_STAFF = "staff of the day"


def staff_of(work: Work) -> Staff:
    """The team today; read once in a transaction."""
    known = work.session.info.get(_STAFF)
    if not isinstance(known, Staff) or known.day != work.today:
        known = Staff(work.today, dict(_colleagues(work)), dict(_closed(work, work.today)))
        work.session.info[_STAFF] = known
    return known


def _colleagues(work: Work) -> Iterator[tuple[UUID, Colleague]]:
    members: list[Member] = list(work.all(select(Member)))
    for member in members:
        absence = absence_on(member, work.today)
        yield (
            member.id,
            Colleague(
                units=frozenset(member.units),
                active=member.active,
                away=absence is not None,
                deputy=absence.deputy if absence else None,
            ),
        )


def _closed(work: Work, day: date) -> Iterator[tuple[str, str]]:
    units: list[Unit] = list(work.all(select(Unit)))
    for unit in units:
        if unit.closed_from and unit.closed_from <= day:
            yield unit.service, unit.successor


def seat_of(row: Obligation | Row[Any]) -> Seat:
    """Who owes it by the rules, or since a person moved it."""
    return Seat(row.moved_to, row.moved_member) if row.moved_to else Seat(row.place, row.named)


def owner_of(work: Work, row: Obligation) -> Owner:
    """Who owes it now."""
    return owner_now(seat_of(row), staff_of(work))


def days_of(work: Work) -> WorkingCalendar:
    """The working days of the centre."""
    return WorkingCalendar(work.zone, work.settings.country)


def days_of_debtor(work: Work, row: Obligation) -> WorkingCalendar:
    """The working days of the unit that owes it."""
    return calendar_of(work, row.debtor)
