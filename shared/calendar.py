"""Working days of a unit or the centre: closed days never count, and clocks may jump.

The functions at the end mean the default of the centre: Monday to Friday, its opening hours,
closed on public holidays.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays

OPENS = time(8, 0)
CLOSES = time(18, 0)
"""The working day, as a default of the centre, to be confirmed by it."""

_SATURDAY = 5
_DAY = timedelta(days=1)
_NOON = time(12)
_LAST_DAY = date(9999, 12, 30)
"""The last one that has an instant in every time zone; nothing is counted beyond it."""
_LONGEST_SEARCH = 400
"""After so many closed days in a row the next weekday counts, so that what is owed has a date."""


class Hours(NamedTuple):
    """Opening hours of a weekday (0 is Monday); a weekday may have several."""

    weekday: int
    opens: time
    closes: time


class Days(NamedTuple):
    """Some days in a row, both ends included."""

    first: date
    last: date


DEFAULT_HOURS = tuple(Hours(weekday, OPENS, CLOSES) for weekday in range(_SATURDAY))


def to_utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of a local date and time.

    A time that the clocks skip in spring means the first instant after the gap; a time that
    they show twice in autumn means the first occurrence.
    """
    local = datetime.combine(day, at, tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _first_instant_after_gap(instant, zone)


def _first_instant_after_gap(skipped: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clocks jumped; `skipped` is where the time would have been."""
    before, after = skipped - _DAY, skipped + _DAY
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


@cache
def _public_holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))


def is_public_holiday(day: date, country: str) -> bool:
    """Whether the day is a public holiday of the country (ISO 3166)."""
    return day in _public_holidays(country, day.year)


@dataclass(frozen=True)
class WorkingCalendar:
    """When a unit works: its hours by weekday in its time zone, without the days it is closed."""

    zone: ZoneInfo
    country: str
    opening: tuple[Hours, ...] = DEFAULT_HOURS
    closures: tuple[Days, ...] = ()
    public_holidays: bool = True
    """Whether it is closed on them."""

    def is_working_day(self, day: date) -> bool:
        """Whether the unit opens at all on this day."""
        if day.weekday() not in self._week or any(a <= day <= b for a, b in self.closures):
            return False
        if self.public_holidays and is_public_holiday(day, self.country):
            return False
        return self._exists(day)

    def hours_of(self, day: date) -> tuple[Hours, ...]:
        """When the unit is open on this day, the earliest first; empty when it is closed."""
        return self._week[day.weekday()] if self.is_working_day(day) else ()

    def working_day(self, day: date, count: int) -> date:
        """The `count`-th working day after a date; for 0 the day itself, or the next that is."""
        if count == 0:
            return day if self.is_working_day(day) else self._next(day)
        for _ in range(count):
            day = self._next(day)
        return day

    def add_working_days(self, instant: datetime, count: int) -> datetime:
        """The same time of day `count` working days later; for 0 the instant itself."""
        if count == 0:
            return instant
        local = instant.astimezone(self.zone)
        return to_utc(self.working_day(local.date(), count), local.time(), self.zone)

    def start_of_working_day(self, instant: datetime, count: int = 0) -> datetime:
        """When the unit first opens on the `count`-th working day after; for 0 the next time."""
        return self._edge(instant, count, first=True)

    def end_of_working_day(self, instant: datetime, count: int = 0) -> datetime:
        """When the unit last closes on the `count`-th working day after; for 0 the next time."""
        return self._edge(instant, count, first=False)

    def working_days_between(self, start: datetime, end: datetime) -> int:
        """How many working days begin after the day of `start`, up to and with that of `end`."""
        day, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        days = (day + timedelta(days=after) for after in range(1, (last - day).days + 1))
        return sum(map(self.is_working_day, days))

    def next_opening(self, moment: datetime) -> datetime:
        """The moment itself while the unit is open; else when it opens next."""
        day = self.working_day(moment.astimezone(self.zone).date(), 0)
        while True:
            for opens, closes in self._open_times(day):
                if max(moment, opens) < closes:  # hours that the clocks skip are none
                    return max(moment, opens)
            later = self._next(day)
            if later == day:  # the end of all days
                return moment
            day = later

    @cached_property
    def _week(self) -> dict[int, tuple[Hours, ...]]:
        """The hours of each weekday that has some, the earliest first."""
        days = {hours.weekday for hours in self.opening}
        return {day: tuple(sorted(h for h in self.opening if h.weekday == day)) for day in days}

    def _open_times(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """From when to when it is open on a day."""
        for _, opens, closes in self._week.get(day.weekday(), DEFAULT_HOURS[:1]):
            yield to_utc(day, opens, self.zone), to_utc(day, closes, self.zone)

    def _next(self, day: date) -> date:
        """The next working day after a day."""
        for after in range(1, _LONGEST_SEARCH):
            found = day + after * _DAY if (_LAST_DAY - day).days >= after else _LAST_DAY
            if found == _LAST_DAY or self.is_working_day(found):
                return found
        return _next_weekday(day)

    def _edge(self, instant: datetime, count: int, *, first: bool) -> datetime:
        day = self.working_day(instant.astimezone(self.zone).date(), count)
        # For 0 the hour may have passed today; and where clocks go back over midnight, a later day
        # may have begun before.
        while (found := self._edge_of(day, first=first)) < instant and day < _LAST_DAY:
            day = self._next(day)
        return found

    def _edge_of(self, day: date, *, first: bool) -> datetime:
        times = list(self._open_times(day))
        return times[0][0] if first else max(closes for _, closes in times)

    def _exists(self, day: date) -> bool:
        """Whether the day came at all: a zone that crosses the date line may leave one out."""
        return to_utc(day, _NOON, self.zone).astimezone(self.zone).date() == day


def _next_weekday(day: date) -> date:
    while (day := day + _DAY).weekday() >= _SATURDAY:
        pass
    return day


@cache
def centre_calendar(zone: ZoneInfo, country: str) -> WorkingCalendar:
    """The default of the centre."""
    return WorkingCalendar(zone, country)


def is_working_day(day: date, country: str) -> bool:
    """Whether the centre is open: Monday to Friday, and no public holiday of the country."""
    return centre_calendar(ZoneInfo("UTC"), country).is_working_day(day)


def working_day(day: date, count: int, country: str) -> date:
    """The `count`-th working day after a date; for 0 the day itself, or the next that is one."""
    return centre_calendar(ZoneInfo("UTC"), country).working_day(day, count)


def add_working_days(instant: datetime, count: int, zone: ZoneInfo, country: str) -> datetime:
    """The same time of day `count` working days later; for 0 the instant itself."""
    return centre_calendar(zone, country).add_working_days(instant, count)


def start_of_working_day(
    instant: datetime, zone: ZoneInfo, country: str, count: int = 0
) -> datetime:
    """When the centre opens on the `count`-th working day after; for 0 the next opening."""
    return centre_calendar(zone, country).start_of_working_day(instant, count)


def end_of_working_day(instant: datetime, zone: ZoneInfo, country: str, count: int = 0) -> datetime:
    """When the centre closes on the `count`-th working day after; for 0 the next closing."""
    return centre_calendar(zone, country).end_of_working_day(instant, count)


def working_days_between(start: datetime, end: datetime, zone: ZoneInfo, country: str) -> int:
    """How many working days begin after the day of `start`, up to and with the day of `end`."""
    return centre_calendar(zone, country).working_days_between(start, end)


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first instant of a local day, and of the day after it."""
    return to_utc(day, time(0), zone), to_utc(day + _DAY, time(0), zone)
