"""What every service knows of the units: their hours, their closures, and who follows them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from shared.access.units import calendar_of, is_closed, keep_unit, successor_of
from shared.calendar import CLOSES, OPENS
from shared.events import Closure, Opening, UnitChanged, unit_id
from shared.work import Work
from tests.clinic import Clinic

MONDAY, FRIDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 28)
UNIT = "psychologist"


@pytest.fixture
def work(clinic: Clinic) -> Iterator[Work]:
    with clinic.team["coordinator"].work() as work:
        yield work


def changed(**values: Any) -> UnitChanged:
    return UnitChanged(unit_id=unit_id(UNIT), service=UNIT, **values)


def test_a_unit_that_nobody_described_has_the_hours_of_the_centre(work: Work) -> None:
    calendar = calendar_of(work, UNIT)
    assert calendar.is_working_day(MONDAY)
    assert not calendar.is_working_day(SATURDAY)
    assert {(hours.opens, hours.closes) for hours in calendar.opening} == {(OPENS, CLOSES)}
    assert not is_closed(work, UNIT, MONDAY)
    assert successor_of(work, UNIT) == ""


def test_a_unit_has_its_own_hours_and_its_own_clock(work: Work) -> None:
    saturdays = Opening(weekday=5, opens=time(9), closes=time(12))
    keep_unit(changed(opening=(saturdays,), zone="Atlantic/Azores"), work)
    calendar = calendar_of(work, UNIT)
    assert calendar.is_working_day(SATURDAY)
    assert not calendar.is_working_day(FRIDAY)
    opens = calendar.next_opening(datetime(2026, 11, 23, 8, tzinfo=UTC))
    assert opens == datetime(2026, 11, 28, 10, tzinfo=UTC)
    assert calendar_of(work, "rtms_unit").is_working_day(FRIDAY)


def test_closures_and_holidays_are_the_units_own(work: Work) -> None:
    keep_unit(changed(closures=(Closure(begins=MONDAY, ends=FRIDAY),)), work)
    assert not calendar_of(work, UNIT).is_working_day(FRIDAY)
    keep_unit(changed(public_holidays=False), work)
    assert calendar_of(work, UNIT).is_working_day(FRIDAY)
    assert calendar_of(work, UNIT).is_working_day(date(2026, 12, 25))
    assert not calendar_of(work, "rtms_unit").is_working_day(date(2026, 12, 25))


def test_a_unit_that_closes_for_good_names_who_follows(work: Work) -> None:
    keep_unit(changed(closed_from=FRIDAY, successor="psychophysical_therapist"), work)
    assert not is_closed(work, UNIT, date(2026, 11, 26))
    assert is_closed(work, UNIT, FRIDAY)
    assert successor_of(work, UNIT) == "psychophysical_therapist"
    keep_unit(changed(), work)
    assert not is_closed(work, UNIT, FRIDAY)
