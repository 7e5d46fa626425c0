"""The unit as the planner sees it: its hours and closures, its machines, and what is taken."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

import sqlalchemy
from sqlmodel import col, select

from services.rtms_unit.rules.planning import (
    DEFAULT_HOURS,
    Days,
    Diary,
    Entry,
    Opening,
    Place,
    Window,
)
from services.rtms_unit.tables import Closure, CourseSession, Machine, OpeningHours, UnavailableDay
from shared.access.units import calendar_of, unit_of
from shared.calendar import Hours, day_bounds, to_utc
from shared.database import table_of
from shared.discipline.tables import CareSession
from shared.work import Work

_AN_HOUR = 60


def opening_of(work: Work, closing: Iterable[Days] = (), besides: UUID | None = None) -> Opening:
    """The unit's calendar, with `closing` closed as well, and without the closure `besides`.

    It is never wider than what the team was told of the unit: its hours, closures and its end.
    """
    rows = work.all(select(Closure))
    closed = [*(Days(each.first, each.last) for each in rows if each.id != besides), *closing]
    windows, country = windows_of(work), work.settings.country
    told = unit_of(work, work.service)
    if told is None:
        return Opening(windows, closed, country)
    calendar = calendar_of(work, work.service)
    closed += (Days(each.first, each.last) for each in calendar.closures)
    if told.closed_from is not None:
        closed.append(Days(told.closed_from, date.max))
    within = _within(windows, calendar.opening) if told.opening else windows
    return Opening(within, closed, country if calendar.public_holidays else "")


def _within(windows: Iterable[Window], hours: Iterable[Hours]) -> list[Window]:
    """What is left of the windows inside the hours that the team was told."""
    told = [(each.weekday, minute_of(each.opens), minute_of(each.closes)) for each in hours]
    cut = (
        replace(window, opens=max(window.opens, opens), closes=min(window.closes, closes))
        for window in windows
        for weekday, opens, closes in told
        if weekday == window.weekday
    )
    return [window for window in cut if window.opens < window.closes]


def windows_of(work: Work) -> Sequence[Window]:
    """The hours of the unit; the default when nobody has set any."""
    rows = work.all(select(OpeningHours).order_by(col(OpeningHours.weekday)))
    own = [
        Window(row.weekday, minute_of(row.opens), minute_of(row.closes), row.operators)
        for row in rows
    ]
    return own or DEFAULT_HOURS


def machines_of(work: Work) -> dict[UUID, Days]:
    """The machines with the days on which they are in use."""
    rows = work.all(select(Machine).order_by(col(Machine.in_use_from), col(Machine.id)))
    return {row.id: Days(row.in_use_from, _until(row)) for row in rows}


def _until(machine: Machine) -> date:
    return machine.retired_on - timedelta(days=1) if machine.retired_on else date.max


def away(work: Work, patient_id: UUID) -> tuple[Days, ...]:
    """The days on which a patient cannot come."""
    rows = select(UnavailableDay).where(col(UnavailableDay.patient_id) == patient_id)
    return tuple(Days(row.first, row.last) for row in work.all(rows))


def diary_of(work: Work, opening: Opening, since: date, without: Collection[UUID] = ()) -> Diary:
    """What is taken from a day on, but for some sessions that are arranged anew."""
    start, _ = day_bounds(since, work.zone)
    session, link = table_of(CareSession).c, table_of(CourseSession).c
    columns = (session.id, session.starts_at, session.minutes, session.patient_id)
    statement = (
        sqlalchemy.select(*columns, session.practitioner_id, link.machine_id)
        .select_from(
            table_of(CareSession).outerjoin(table_of(CourseSession), link.session_id == session.id)
        )
        .where(session.status.in_(("booked", "arrived")), session.starts_at >= start)
    )
    entries = (
        Entry(key, place_of(work, starts_at, minutes, machine), patient, operator)
        for key, starts_at, minutes, patient, operator, machine in work.session.execute(statement)
        if key not in without
    )
    return Diary(opening, machines_of(work), entries)


def place_of(work: Work, starts_at: datetime, minutes: int, machine: UUID | None) -> Place:
    """Where a session is, at the centre's clock."""
    local = starts_at.astimezone(work.zone)
    return Place(local.date(), minute_of(local.time()), minutes, machine)


def instant_of(work: Work, place: Place) -> datetime:
    """The moment at which a place begins."""
    return instant_at(work, place.day, place.minute)


def instant_at(work: Work, day: date, minute: int) -> datetime:
    """The moment of a minute of a day at the centre."""
    return to_utc(day, clock_of(minute), work.zone)


def clock_of(minute: int) -> time:
    """The time of day of a minute of it."""
    return time(*divmod(minute, _AN_HOUR))


def bounds(work: Work, days: Days) -> tuple[datetime, datetime]:
    """The first instant of some days, and of the day after them."""
    return day_bounds(days.first, work.zone)[0], day_bounds(days.last, work.zone)[1]


def since_now(work: Work) -> tuple[date, int]:
    """The first moment that can still be planned: day and minute at the centre."""
    local = work.now.astimezone(work.zone)
    return local.date(), minute_of(local.time()) + 1


def minute_of(clock: time) -> int:
    """The minute of the day of a time."""
    return clock.hour * _AN_HOUR + clock.minute
