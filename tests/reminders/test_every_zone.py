"""Every time zone until 2040: one daily mail on each local date, whatever its clocks do."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest

from services.reminders.rules import timing
from services.reminders.rules.timing import Times

FIRST, LAST = date(2020, 1, 1), date(2040, 12, 31)
DAY = timedelta(days=1)
HOURS = (time(0), time(0, 30), time(2, 30), time(7, 30), time(23, 59))
ZONES = sorted(available_timezones() - {"localtime", "Factory"})


def somebody(zone: str, daily: time) -> Times:
    return Times(ZoneInfo(zone), lambda _: True, daily, time(19), time(7))


def comes(day: date, hour: time, zone: ZoneInfo) -> bool:
    """Whether a date has this hour, or one after it: a zone that crosses the date line leaves a
    date out, and in spring Greenland leaves out the end of one.
    """
    minutes = range(hour.hour * 60 + hour.minute, 24 * 60)
    return any(is_shown(datetime.combine(day, time(*divmod(m, 60))), zone) for m in minutes)


def is_shown(local: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks there ever show this date and time."""
    there = local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there.replace(tzinfo=None) == local


@cache
def changes(zone: ZoneInfo) -> frozenset[date]:
    """The days around which the offset of a zone is another one."""
    return frozenset(_changes(zone))


def _changes(zone: ZoneInfo) -> Iterator[date]:
    day = FIRST
    while day < LAST:
        noon = [datetime.combine(d, time(12), tzinfo=zone).utcoffset() for d in (day, day + DAY)]
        if noon[0] != noon[1]:
            yield from (day + n * DAY for n in range(-1, 3))
        day += DAY


def mails_on(day: date, times: Times) -> list[datetime]:
    """Every daily mail that falls on a local date: asked again after each one, to a second."""
    found, at = [], datetime.combine(day - 2 * DAY, time(12), tzinfo=UTC)
    end = datetime.combine(day + 2 * DAY, time(12), tzinfo=UTC)
    while (at := timing.next_daily(at, times)) < end:
        if times.day(at) == day:
            found.append(at)
        at += timedelta(seconds=1)
    return found


@pytest.mark.parametrize("batch", [2_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_mails_due_at_any_moment_in_any_zone_are_one_on_each_date(batch: int) -> None:
    """Rows that are due at any moment of twenty years, planned and planned again as time passes."""
    dice, days = random.Random(batch), (LAST - FIRST).days  # noqa: S311 - the same each time
    begin = datetime.combine(FIRST, time(0), tzinfo=UTC)
    people = {zone: [somebody(zone, hour) for hour in HOURS] for zone in ZONES}
    for _ in range(batch):
        zone = dice.choice(ZONES)
        times = dice.choice(people[zone])
        moment = begin + timedelta(minutes=dice.randrange(days * 24 * 60))
        at = timing.next_daily(moment, times)
        assert moment <= at <= moment + timedelta(days=2, hours=2)
        # Whoever asks later, or asks for the moment itself, gets the same; after it the next date.
        assert timing.next_daily(at, times) == at
        after = timing.next_daily(at + timedelta(seconds=1), times)
        assert times.day(after) > times.day(at)
        assert times.day(moment) <= times.day(at)


@pytest.mark.slow
@pytest.mark.parametrize("hour", HOURS)
def test_on_every_change_of_a_clock_there_is_one_mail_on_each_date(hour: time) -> None:
    for zone in ZONES:
        times = somebody(zone, hour)
        for day in changes(times.zone):
            assert len(mails_on(day, times)) == comes(day, hour, times.zone), (zone, day)


@pytest.mark.parametrize(
    ("zone", "day", "hour", "instant"),
    [
        ("Europe/Paris", "2026-03-29", "02:30", "2026-03-29T01:00"),
        ("Europe/Paris", "2026-10-25", "02:30", "2026-10-25T00:30"),
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:00"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45"),
        ("Africa/Casablanca", "2026-03-22", "02:30", "2026-03-22T02:00"),
        ("America/Sao_Paulo", "2018-11-04", "00:30", "2018-11-04T03:00"),
        ("Asia/Tehran", "2022-03-22", "00:30", "2022-03-21T20:30"),
        ("Pacific/Apia", "2011-12-29", "07:30", "2011-12-29T17:30"),
        ("Pacific/Apia", "2011-12-31", "07:30", "2011-12-30T17:30"),
        ("Asia/Kathmandu", "2028-02-29", "07:30", "2028-02-29T01:45"),
        ("UTC", "2026-12-31", "07:30", "2026-12-31T07:30"),
        ("Europe/Paris", "2038-01-19", "07:30", "2038-01-19T06:30"),
        ("Europe/Paris", "9998-12-30", "07:30", "9998-12-30T06:30"),
    ],
)
def test_the_corpus_of_clocks(zone: str, day: str, hour: str, instant: str) -> None:
    times = somebody(zone, time.fromisoformat(hour))
    expected = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert mails_on(date.fromisoformat(day), times) == [expected]


def test_a_day_that_never_came_has_no_mail() -> None:
    assert mails_on(date(2011, 12, 30), somebody("Pacific/Apia", time(7, 30))) == []
