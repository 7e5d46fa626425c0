"""A unit's own working days, in every time zone, against calendars counted day by day."""

import time as clocks
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import holidays
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.calendar import Days, Hours, WorkingCalendar, to_utc

ZONES = sorted(name for name in available_timezones() if "/" in name or name == "UTC")
QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)
NINE_TO_FIVE = tuple(Hours(weekday, time(9), time(17)) for weekday in range(5))


@cache
def french_holidays() -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", years=range(2010, 2045)))


@cache
def edge(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first moment at which a clock on the wall shows this time of this day, or a later one.

    In the gap of spring that is its end, in the fold of autumn the first time round.
    """
    wanted = datetime.combine(day, at)
    moment = wanted.replace(tzinfo=UTC) - timedelta(hours=26)
    while moment.astimezone(zone).replace(tzinfo=None) < wanted:
        moment += QUARTER
    return moment


@dataclass
class DayByDay:
    """The same calendar as it would be kept by hand: one day after the other."""

    calendar: WorkingCalendar

    def open_times(self, day: date) -> list[tuple[datetime, datetime]]:
        zone, closed = self.calendar.zone, False
        for closure in self.calendar.closures:
            closed = closed or closure.first <= day <= closure.last
        if self.calendar.public_holidays and day in french_holidays():
            closed = True
        hours = [each for each in sorted(self.calendar.opening) if each.weekday == day.weekday()]
        if closed or not hours or edge(day, time(12), zone).astimezone(zone).date() != day:
            return []
        return [(edge(day, each.opens, zone), edge(day, each.closes, zone)) for each in hours]

    def days_from(self, day: date) -> Iterator[date]:
        while True:
            if self.open_times(day):
                yield day
            day += DAY

    def working_day(self, day: date, count: int) -> date:
        days = self.days_from(day if count == 0 else day + DAY)
        for _ in range(count - 1):
            next(days)
        return next(days)

    def between(self, start: datetime, end: datetime) -> int:
        day, last = (moment.astimezone(self.calendar.zone).date() for moment in (start, end))
        count = 0
        while day < last:
            day += DAY
            count += bool(self.open_times(day))
        return count

    def next_opening(self, moment: datetime) -> datetime:
        for day in self.days_from(moment.astimezone(self.calendar.zone).date()):
            for opens, closes in self.open_times(day):
                if opens < closes and moment < closes:
                    return max(moment, opens)
        raise AssertionError("the days never end")

    def edge_of(self, moment: datetime, count: int, which: int) -> datetime:
        first = self.working_day(moment.astimezone(self.calendar.zone).date(), count)
        for day in self.days_from(first):
            times = self.open_times(day)
            found = times[0][0] if which == 0 else times[-1][1]
            if found >= moment:
                return found
        raise AssertionError("the days never end")


quarters = st.integers(0, 95).map(lambda n: time(*divmod(n * 15, 60)))
weekdays = st.integers(0, 6)
days = st.dates(date(2020, 1, 1), date(2039, 12, 31))


@st.composite
def hours_of_a_day(draw: st.DrawFn) -> list[Hours]:
    """One or two times of a day that do not overlap."""
    edges = sorted(draw(st.sets(quarters, min_size=2, max_size=4)))
    weekday = draw(weekdays)
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return [Hours(weekday, opens, closes) for opens, closes in pairs]


@st.composite
def calendars(draw: st.DrawFn, near: date) -> WorkingCalendar:
    """Any hours, some closures around a day, in any time zone of the world."""
    by_day = draw(
        st.lists(hours_of_a_day(), min_size=1, max_size=7, unique_by=lambda each: each[0].weekday)
    )
    starts = draw(st.lists(st.integers(-5, 30), max_size=3))
    closed = [near + start * DAY for start in starts]
    return WorkingCalendar(
        ZoneInfo(draw(st.sampled_from(ZONES))),
        "FR",
        tuple(each for one in by_day for each in one),
        tuple(Days(first, first + draw(st.integers(0, 20)) * DAY) for first in closed),
        draw(st.booleans()),
    )


@st.composite
def moments(draw: st.DrawFn) -> tuple[datetime, WorkingCalendar]:
    day = draw(days)
    moment = datetime.combine(day, draw(quarters), tzinfo=UTC)
    return moment, draw(calendars(day))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(moments(), st.integers(0, 9))
def test_it_agrees_with_a_calendar_kept_by_hand(
    given_: tuple[datetime, WorkingCalendar], count: int
) -> None:
    moment, calendar = given_
    by_hand, today = DayByDay(calendar), moment.astimezone(calendar.zone).date()
    assert calendar.is_working_day(today) is bool(by_hand.open_times(today))
    due = calendar.working_day(today, count)
    assert due == by_hand.working_day(today, count)
    assert calendar.next_opening(moment) == by_hand.next_opening(moment)
    assert calendar.start_of_working_day(moment, count) == by_hand.edge_of(moment, count, 0)
    assert calendar.end_of_working_day(moment, count) == by_hand.edge_of(moment, count, 1)
    later = calendar.add_working_days(moment, count)
    if count:
        assert later == edge(due, moment.astimezone(calendar.zone).time(), calendar.zone)
    assert calendar.working_days_between(moment, later) == by_hand.between(moment, later)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(moments(), st.integers(0, 9))
def test_no_date_that_is_given_lies_in_the_past(
    given_: tuple[datetime, WorkingCalendar], count: int
) -> None:
    moment, calendar = given_
    for found in (
        calendar.next_opening(moment),
        calendar.start_of_working_day(moment, count),
        calendar.end_of_working_day(moment, count),
    ):
        assert found >= moment


@cache
def noons() -> list[datetime]:
    return [datetime(2026, 1, 1, 12, tzinfo=UTC) + number * DAY for number in range(2 * 365)]


def kinds_of_zones() -> dict[tuple[timedelta | None, ...], ZoneInfo]:
    """One zone of all that show the same times for two years."""
    every = map(ZoneInfo, ZONES)
    return {tuple(noon.astimezone(zone).utcoffset() for noon in noons()): zone for zone in every}


def test_every_quarter_of_each_day_on_which_clocks_are_moved_anywhere() -> None:
    moved, walls = 0, [time(*divmod(n * 15, 60)) for n in range(96)]
    for offsets, zone in kinds_of_zones().items():
        for number, (before, after) in enumerate(pairwise(offsets)):
            moved += before != after
            for day in {(noons()[number] + n * DAY).date() for n in (0, 1) if before != after}:
                shown = clock_on_the_wall(day, zone)
                for wall in walls:
                    wanted = datetime.combine(day, wall)
                    first = next(moment for local, moment in shown if local >= wanted)
                    assert to_utc(day, wall, zone) == first, (zone, wanted)
    assert moved > 50


NIGHT_AND_DAY = tuple(
    hours
    for weekday in range(7)
    for hours in (Hours(weekday, time(1, 30), time(3, 30)), Hours(weekday, time(9), time(23, 45)))
)


def test_each_hour_around_each_change_of_the_clocks_anywhere() -> None:
    for offsets, zone in kinds_of_zones().items():
        calendar = WorkingCalendar(zone, "FR", NIGHT_AND_DAY, public_holidays=False)
        by_hand = DayByDay(calendar)
        for number, (before, after) in enumerate(pairwise(offsets)):
            for hour in range(-24, 48) if before != after else ():
                moment = noons()[number] + hour * 4 * QUARTER
                assert calendar.next_opening(moment) == by_hand.next_opening(moment), zone
                assert calendar.end_of_working_day(moment) == by_hand.edge_of(moment, 0, 1), zone


def clock_on_the_wall(day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """What the clock shows, every quarter of an hour around a day."""
    midnight = datetime.combine(day, time(), tzinfo=UTC)
    moments = [midnight + number * QUARTER for number in range(-15 * 4, 40 * 4)]
    return [(moment.astimezone(zone).replace(tzinfo=None), moment) for moment in moments]


def local(zone: str, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


NIGHTS = tuple(Hours(weekday, time(2, 15), time(2, 45)) for weekday in range(7))
CORPUS = [
    ("Europe/Paris", "2026-03-27T16:00", 1, "2026-03-30T16:00"),
    ("Europe/Paris", "2026-10-23T16:00", 1, "2026-10-26T16:00"),
    ("America/New_York", "2026-03-06T10:00", 1, "2026-03-09T10:00"),
    ("Australia/Lord_Howe", "2026-04-03T10:00", 1, "2026-04-07T10:00"),
    ("Africa/Casablanca", "2026-02-13T10:00", 1, "2026-02-16T10:00"),
    ("America/Sao_Paulo", "2018-11-02T10:00", 1, "2018-11-05T10:00"),
    ("Asia/Tehran", "2022-03-21T10:00", 1, "2022-03-22T10:00"),
    ("Europe/Paris", "2028-02-28T10:00", 1, "2028-02-29T10:00"),
    ("Europe/Paris", "2026-08-31T10:00", 1, "2026-09-01T10:00"),
    ("Europe/Paris", "2026-12-31T10:00", 1, "2027-01-04T10:00"),
    ("Europe/Paris", "2038-01-18T10:00", 1, "2038-01-19T10:00"),
]


@pytest.mark.parametrize(("zone", "start", "count", "due"), CORPUS)
def test_days_on_which_clocks_have_misled_others(
    zone: str, start: str, count: int, due: str
) -> None:
    calendar = WorkingCalendar(ZoneInfo(zone), "FR")
    found = calendar.add_working_days(local(zone, start), count)
    assert found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == datetime.fromisoformat(due)


def test_a_day_that_never_came_is_no_working_day() -> None:
    """Samoa went from Thursday 29 December 2011 to Saturday the 31st."""
    calendar = WorkingCalendar(ZoneInfo("Pacific/Apia"), "WS", public_holidays=False)
    friday = date(2011, 12, 30)
    assert not calendar.is_working_day(friday)
    assert calendar.working_day(date(2011, 12, 29), 1) == date(2012, 1, 2)
    assert DayByDay(calendar).open_times(friday) == []


def test_hours_that_the_clocks_skip_are_none() -> None:
    paris = WorkingCalendar(ZoneInfo("Europe/Paris"), "FR", NIGHTS, public_holidays=False)
    evening = local("Europe/Paris", "2026-03-28T22:00")
    assert paris.next_opening(evening) == local("Europe/Paris", "2026-03-30T02:15")


def test_hours_that_the_clocks_show_twice_are_open_once() -> None:
    paris = WorkingCalendar(ZoneInfo("Europe/Paris"), "FR", NIGHTS, public_holidays=False)
    opens = datetime(2026, 10, 25, 0, 15, tzinfo=UTC)
    assert paris.next_opening(local("Europe/Paris", "2026-10-24T22:00")) == opens
    second_time = opens + timedelta(hours=1)
    assert paris.next_opening(second_time) == local("Europe/Paris", "2026-10-26T02:15")


@pytest.mark.parametrize("opening", [(), NINE_TO_FIVE])
def test_a_unit_that_never_opens_still_gives_a_date(opening: tuple[Hours, ...]) -> None:
    ever = (Days(date(2000, 1, 1), date(2199, 12, 31)),) if opening else ()
    calendar = WorkingCalendar(ZoneInfo("Europe/Paris"), "FR", opening, ever)
    friday = local("Europe/Paris", "2026-11-27T20:00")
    for found in (calendar.next_opening(friday), calendar.end_of_working_day(friday, 2)):
        assert friday < found < friday + timedelta(days=10)


def test_the_end_of_all_days_is_no_error() -> None:
    for name in ("Pacific/Kiritimati", "Europe/Paris", "Pacific/Niue"):
        calendar = WorkingCalendar(ZoneInfo(name), "FR")
        last = datetime(9999, 12, 29, 12, tzinfo=UTC)
        assert calendar.add_working_days(last, 20).year == 9999
        assert calendar.end_of_working_day(last, 20).year == 9999
        assert calendar.next_opening(last).year == 9999


def test_the_zone_of_the_machine_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    calendar = WorkingCalendar(ZoneInfo("Europe/Paris"), "FR", NINE_TO_FIVE)
    start, found = local("Europe/Paris", "2026-03-27T16:00"), set()
    try:
        for zone in ("UTC", "Pacific/Auckland", "America/Los_Angeles"):
            monkeypatch.setenv("TZ", zone)
            clocks.tzset()
            found.add((calendar.add_working_days(start, 3), calendar.end_of_working_day(start, 3)))
    finally:
        monkeypatch.undo()
        clocks.tzset()
    assert len(found) == 1
