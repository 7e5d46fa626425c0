"""The zones in calendars: each means the same moments as everywhere else."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from services.reminders.actions import calendars
from services.reminders.rules.invitations import Shown
from services.reminders.rules.zones import observances
from tests.reminders.agenda import read

FIRST = datetime(2026, 1, 1, 5, 30, tzinfo=UTC)
HOURS = tuple(FIRST + timedelta(hours=hours) for hours in range(0, 24 * 400, 7))
AROUND_A_CHANGE = ("Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Gaza")


def offsets(zone: ZoneInfo, years: tuple[int, int]) -> list[tuple[datetime, timedelta]]:
    """When each offset begins in UTC, of a zone that is described by observances."""
    found = []
    for part in observances(zone, *years):
        for year in range(part.onset.year, years[1] + 2) if part.rule else [part.onset.year]:
            found.append((_onset(part.onset, part.rule, year) - part.before, part.after))
    return sorted(found)


def _onset(onset: datetime, rule: tuple[int, str] | None, year: int) -> datetime:
    if rule is None:
        return onset
    month, day = rule
    weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU").index(day[-2:])
    days = [onset.replace(year=year, month=month, day=1) + timedelta(days=n) for n in range(31)]
    same = [one for one in days if one.month == month and one.weekday() == weekday]
    number = int(day[:-2])
    return same[number - 1 if number > 0 else number]


@pytest.mark.slow
def test_every_zone_of_the_world_keeps_its_hours() -> None:
    """Each seventh hour of thirteen months, counted by our own reading of the rules."""
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        steps = offsets(zone, (2026, 2027))
        for moment in HOURS:
            bare = moment.replace(tzinfo=None)
            known = [offset for begins, offset in steps if begins <= bare]
            assert known, name
            assert known[-1] == moment.astimezone(zone).utcoffset(), (name, moment)


@pytest.mark.parametrize("name", AROUND_A_CHANGE)
def test_every_half_hour_around_a_change_is_read_back(name: str) -> None:
    """Also the hours that clocks show twice, and the one that they skip."""
    zone = ZoneInfo(name)
    for change in changes(zone):
        moments = [change + timedelta(minutes=30 * step) for step in range(-8, 9)]
        lines = [
            calendars.Line(f"{n}@test", 0, Shown(moment, 20), "t", "w", "https://x.example", moment)
            for n, moment in enumerate(moments)
        ]
        text = calendars.feed(lines, zone, "Relais", 2026)
        assert [event.begins for event in read(text)[1]] == moments


def changes(zone: ZoneInfo) -> list[datetime]:
    hours = [FIRST.replace(minute=0) + timedelta(hours=n) for n in range(24 * 400)]
    offset = [hour.astimezone(zone).utcoffset() for hour in hours]
    return [hours[n] for n in range(1, len(hours)) if offset[n] != offset[n - 1]]


def test_paris_is_told_by_its_rule() -> None:
    """Outlook reads rules; a list of all years would be taken for one change."""
    text = calendars.feed([], ZoneInfo("Europe/Paris"), "Relais", 2026)
    assert text.count("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3") == 1
    assert text.count("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10") == 1
    assert text.count("BEGIN:STANDARD") == text.count("BEGIN:DAYLIGHT") == 1


def test_a_zone_without_summer_time_has_one_offset() -> None:
    text = calendars.feed([], ZoneInfo("Asia/Tokyo"), "Relais", 2026)
    assert (text.count("BEGIN:STANDARD"), text.count("BEGIN:DAYLIGHT")) == (1, 0)
