"""The units of the team, as every service knows them: when each is open, and who follows it."""

from collections.abc import Iterable
from datetime import date, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import select

from shared.access.tables import Unit
from shared.calendar import DEFAULT_HOURS, Days, Hours, WorkingCalendar
from shared.events import UnitChanged
from shared.service import NamePlate
from shared.work import Work


def calendar_of(work: Work, unit: str) -> WorkingCalendar:
    """When a unit is open: its own hours and closures where it has some, else the centre's."""
    return calendar_for(work, unit_of(work, unit))


def calendar_for(work: Work, row: Unit | None) -> WorkingCalendar:
    """The calendar that follows from what is said of a unit; nothing said is the default."""
    settings = work.settings
    if row is None:
        return _calendar(settings.zone, settings.country, DEFAULT_HOURS, (), True)
    return _calendar(
        row.zone or settings.zone,
        settings.country,
        _hours(row.opening) or DEFAULT_HOURS,
        _days(row.closures),
        row.public_holidays,
    )


def is_closed(work: Work, unit: str, day: date) -> bool:
    """Whether a unit is closed for good on this day."""
    row = unit_of(work, unit)
    return row is not None and row.closed_from is not None and day >= row.closed_from


def successor_of(work: Work, unit: str) -> str:
    """The service that takes over the work of a unit when it closes for good; may be empty.

    One that closes for good itself is passed over, for the one that follows it.
    """
    passed: set[str] = set()
    while unit and unit not in passed:
        row = unit_of(work, unit)
        if row is None or row.closed_from is None:
            return unit if passed else ""
        passed.add(unit)
        unit = row.successor
    return ""


def open_units(work: Work) -> list[NamePlate]:
    """The units that the service can refer to today: those that are not closed for good."""
    offered = work.directory.taking_referrals(besides=work.service)
    return [plate for plate in offered if not is_closed(work, plate.name, work.today)]


def unit_of(work: Work, unit: str) -> Unit | None:
    """What is known of a unit; None when nobody has said anything of it."""
    if (Unit, unit) not in work.known:
        # All in one go, and remembered: whoever asks for one in a loop asks the database once.
        rows = {row.service: row for row in work.all(select(Unit))}
        names = {unit, *rows, *(plate.name for plate in work.directory.plates)}
        work.known |= {(Unit, name): rows.get(name) for name in names}
    found = work.find(Unit, unit)
    return found


def keep_unit(event: UnitChanged, work: Work) -> None:
    """Keep a unit as it was announced."""
    row = unit_of(work, event.service)
    if row is None:
        row = Unit(service=event.service)
        work.add(row)
    row.zone, row.public_holidays = event.zone, event.public_holidays
    row.opening = [each.model_dump(mode="json") for each in event.opening]
    row.closures = [each.model_dump(mode="json") for each in event.closures]
    row.closed_from, row.successor = event.closed_from, event.successor


@lru_cache(maxsize=256)
def _calendar(
    zone: str, country: str, hours: tuple[Hours, ...], closures: tuple[Days, ...], holidays: bool
) -> WorkingCalendar:
    """The same calendar for the same words: it remembers what it has worked out."""
    return WorkingCalendar(ZoneInfo(zone), country, hours, closures, holidays)


def _hours(rows: Iterable[dict[str, Any]]) -> tuple[Hours, ...]:
    return tuple(
        Hours(row["weekday"], time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"]))
        for row in rows
    )


def _days(rows: Iterable[dict[str, Any]]) -> tuple[Days, ...]:
    return tuple(
        Days(date.fromisoformat(row["begins"]), date.fromisoformat(row["ends"])) for row in rows
    )
