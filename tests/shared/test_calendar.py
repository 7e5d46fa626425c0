"""Working days of the centre, its holidays, and the two nights on which the clocks jump."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import calendar

PARIS = ZoneInfo("Europe/Paris")
NEW_YORK = ZoneInfo("America/New_York")


def paris(text: str) -> datetime:
    """An instant from the local time of Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "at", "zone", "expected"),
    [
        (date(2026, 11, 23), time(9, 0), PARIS, "2026-11-23T08:00:00+00:00"),
        (date(2026, 7, 1), time(9, 0), PARIS, "2026-07-01T07:00:00+00:00"),
        # The gap: on 29 March 2026 the clocks go from 02:00 to 03:00.
        (date(2026, 3, 29), time(2, 30), PARIS, "2026-03-29T01:00:00+00:00"),
        (date(2026, 3, 29), time(2, 0), PARIS, "2026-03-29T01:00:00+00:00"),
        (date(2026, 3, 29), time(3, 0), PARIS, "2026-03-29T01:00:00+00:00"),
        (date(2026, 3, 8), time(2, 45), NEW_YORK, "2026-03-08T07:00:00+00:00"),
        # The fold: on 25 October 2026 the hour from 02:00 comes twice; the first one counts.
        (date(2026, 10, 25), time(2, 30), PARIS, "2026-10-25T00:30:00+00:00"),
        (date(2026, 11, 1), time(1, 30), NEW_YORK, "2026-11-01T05:30:00+00:00"),
    ],
)
def test_a_local_time_is_one_instant(day: date, at: time, zone: ZoneInfo, expected: str) -> None:
    assert calendar.to_utc(day, at, zone).isoformat() == expected


@pytest.mark.parametrize(
    ("day", "country", "working"),
    [
        (date(2026, 11, 23), "FR", True),
        (date(2026, 11, 21), "FR", False),
        (date(2026, 11, 22), "FR", False),
        (date(2026, 11, 11), "FR", False),
        (date(2026, 11, 11), "GB", True),
        (date(2026, 7, 14), "FR", False),
        (date(2027, 3, 29), "FR", False),
        (date(2026, 12, 25), "FR", False),
    ],
)
def test_weekends_and_public_holidays_are_not_worked(
    day: date, country: str, working: bool
) -> None:
    assert calendar.is_working_day(day, country) is working


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ("2026-11-23T09:30", 0, "2026-11-23T09:30"),
        ("2026-11-23T09:30", 1, "2026-11-24T09:30"),
        ("2026-11-20T09:30", 1, "2026-11-23T09:30"),
        ("2026-11-21T09:30", 1, "2026-11-23T09:30"),
        ("2026-11-10T17:00", 1, "2026-11-12T17:00"),
        ("2026-12-24T08:15", 3, "2026-12-30T08:15"),
        ("2026-12-31T08:15", 1, "2027-01-04T08:15"),
        # Over the change of the clocks the time on the wall stays.
        ("2026-10-23T16:00", 1, "2026-10-26T16:00"),
        ("2026-03-27T16:00", 1, "2026-03-30T16:00"),
    ],
)
def test_working_days_keep_the_time_on_the_wall(start: str, count: int, expected: str) -> None:
    assert calendar.add_working_days(paris(start), count, PARIS, "FR") == paris(expected)


@pytest.mark.parametrize(
    ("at", "count", "opens", "closes"),
    [
        ("2026-11-23T07:00", 0, "2026-11-23T08:00", "2026-11-23T18:00"),
        ("2026-11-23T09:00", 0, "2026-11-24T08:00", "2026-11-23T18:00"),
        ("2026-11-23T18:00", 0, "2026-11-24T08:00", "2026-11-23T18:00"),
        ("2026-11-23T19:00", 0, "2026-11-24T08:00", "2026-11-24T18:00"),
        ("2026-11-20T19:00", 0, "2026-11-23T08:00", "2026-11-23T18:00"),
        ("2026-11-21T12:00", 0, "2026-11-23T08:00", "2026-11-23T18:00"),
        ("2026-11-23T09:00", 3, "2026-11-26T08:00", "2026-11-26T18:00"),
        ("2026-11-10T19:00", 1, "2026-11-12T08:00", "2026-11-12T18:00"),
    ],
)
def test_the_working_day_opens_and_closes(at: str, count: int, opens: str, closes: str) -> None:
    instant = paris(at)
    assert calendar.start_of_working_day(instant, PARIS, "FR", count) == paris(opens)
    assert calendar.end_of_working_day(instant, PARIS, "FR", count) == paris(closes)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-11-23T09:00", "2026-11-23T17:00", 0),
        ("2026-11-20T09:00", "2026-11-23T08:00", 1),
        ("2026-11-06T09:00", "2026-11-24T09:00", 11),
        ("2026-11-24T09:00", "2026-11-20T09:00", 0),
    ],
)
def test_working_days_between(start: str, end: str, days: int) -> None:
    assert calendar.working_days_between(paris(start), paris(end), PARIS, "FR") == days


def test_a_day_is_23_or_25_hours_long_when_the_clocks_jump() -> None:
    short, long = (
        calendar.day_bounds(day, PARIS) for day in (date(2026, 3, 29), date(2026, 10, 25))
    )
    assert short[1] - short[0] == timedelta(hours=23)
    assert long[1] - long[0] == timedelta(hours=25)


instants = st.integers(0, 8 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(instants, st.integers(0, 30))
def test_counting_forward_and_between_agree(start: datetime, count: int) -> None:
    end = calendar.add_working_days(start, count, PARIS, "FR")
    assert calendar.working_days_between(start, end, PARIS, "FR") == count


@given(instants)
def test_a_closing_is_never_in_the_past_and_always_on_a_working_day(instant: datetime) -> None:
    closing = calendar.end_of_working_day(instant, PARIS, "FR")
    local = closing.astimezone(PARIS)
    assert closing >= instant
    assert local.time() == calendar.CLOSES
    assert calendar.is_working_day(local.date(), "FR")


@given(st.dates(date(2024, 1, 1), date(2032, 1, 1)), st.times())
def test_an_instant_never_lies_before_its_local_time(day: date, at: time) -> None:
    local = calendar.to_utc(day, at, PARIS).astimezone(PARIS)
    assert local.replace(tzinfo=None) >= datetime.combine(day, at)
