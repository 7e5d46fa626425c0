"""The centre's working days: weekends and public holidays never count, and clocks may jump."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

OPENS = time(8, 0)
CLOSES = time(18, 0)
"""The working day, as a default of the centre, to be confirmed by it."""

_SATURDAY = 5
_DAY = timedelta(days=1)


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


def is_working_day(day: date, country: str) -> bool:
    """Whether the centre is open: Monday to Friday, and no public holiday of the country."""
    return day.weekday() < _SATURDAY and not is_public_holiday(day, country)


def is_public_holiday(day: date, country: str) -> bool:
    """Whether the day is a public holiday of the country (ISO 3166)."""
    return day in _public_holidays(country, day.year)


def working_day(day: date, count: int, country: str) -> date:
    """The `count`-th working day after a date; for 0 the day itself, or the next that is one."""
    while count == 0 and not is_working_day(day, country):
        day += _DAY
    for _ in range(count):
        day += _DAY
        while not is_working_day(day, country):
            day += _DAY
    return day


def add_working_days(instant: datetime, count: int, zone: ZoneInfo, country: str) -> datetime:
    """The same time of day `count` working days later; for 0 the instant itself."""
    if count == 0:
        return instant
    local = instant.astimezone(zone)
    return to_utc(working_day(local.date(), count, country), local.time(), zone)


def start_of_working_day(
    instant: datetime, zone: ZoneInfo, country: str, count: int = 0
) -> datetime:
    """When the centre opens on the `count`-th working day after; for 0 the next opening."""
    return _hour_of_working_day(instant, OPENS, zone, country, count)


def end_of_working_day(instant: datetime, zone: ZoneInfo, country: str, count: int = 0) -> datetime:
    """When the centre closes on the `count`-th working day after; for 0 the next closing."""
    return _hour_of_working_day(instant, CLOSES, zone, country, count)


def _hour_of_working_day(
    instant: datetime, hour: time, zone: ZoneInfo, country: str, count: int
) -> datetime:
    today = instant.astimezone(zone).date()
    found = to_utc(working_day(today, count, country), hour, zone)
    if found < instant:  # only possible for 0: the hour has passed today
        return to_utc(working_day(today, 1, country), hour, zone)
    return found


def working_days_between(start: datetime, end: datetime, zone: ZoneInfo, country: str) -> int:
    """How many working days begin after the day of `start`, up to and with the day of `end`."""
    day, last, count = start.astimezone(zone).date(), end.astimezone(zone).date(), 0
    while day < last:
        day += _DAY
        count += is_working_day(day, country)
    return count


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first instant of a local day, and of the day after it."""
    return to_utc(day, time(0), zone), to_utc(day + _DAY, time(0), zone)
