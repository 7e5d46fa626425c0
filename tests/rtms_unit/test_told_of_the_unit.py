"""The planner and the team have one truth about the unit: nothing where the team sees it closed."""

from typing import Any

import pytest

from services.rtms_unit.actions import courses
from services.rtms_unit.actions.unit import set_hours
from services.rtms_unit.rules.planning import Window
from tests.clinic import Clinic
from tests.referring import Referred
from tests.rtms_unit.planner import days, machine, planned, ready, refused, wish

PATH = "/accounts/api/units/rtms_unit"


@pytest.fixture
def sent(clinic: Clinic) -> Referred:
    """A patient who may begin, and a machine for it."""
    machine(clinic)
    return ready(clinic)


def tell(clinic: Clinic, **plan: Any) -> None:
    """What an administrator says of the unit, on the page of the team."""
    answer = clinic.http(clinic.administrator).put(PATH, json=plan)
    assert answer.is_success, answer.text
    clinic.settle()


def week(*weekdays: int, opens: str = "08:00", closes: str = "18:00") -> list[dict[str, Any]]:
    return [{"weekday": day, "opens": opens, "closes": closes} for day in weekdays]


def test_nothing_is_planned_on_days_that_the_team_knows_as_closed(
    clinic: Clinic, sent: Referred
) -> None:
    tell(clinic, closures=[{"begins": "2026-11-24", "ends": "2026-11-26"}])
    assert days(clinic, planned(clinic, sent))[:2] == ["1 Fri 27 Nov 09:00", "2 Mon 30 Nov 09:00"]


def test_nothing_is_planned_outside_the_hours_that_the_team_was_told(
    clinic: Clinic, sent: Referred
) -> None:
    tell(clinic, opening=week(0, 1, 2, opens="14:00"))
    found = days(clinic, planned(clinic, sent))
    assert found[:3] == ["1 Tue 24 Nov 14:00", "2 Wed 25 Nov 14:00", "3 Mon 30 Nov 14:00"]


def test_the_planner_keeps_its_own_hours_where_they_are_narrower(
    clinic: Clinic, sent: Referred
) -> None:
    with clinic.work("rtms_unit", clinic.operator) as work:
        set_hours(work, [Window(2, 600, 900, operators=1), Window(4, 600, 900, operators=1)])
    tell(clinic, opening=week(0, 1, 2, opens="11:00"))
    assert {one.split()[1] for one in days(clinic, planned(clinic, sent))} == {"Wed"}


def test_a_unit_that_is_open_on_public_holidays_is_planned_on_them(
    clinic: Clinic, sent: Referred
) -> None:
    """Easter Monday is no holiday for this unit; without that, the session would be later."""
    monday = wish(first_on=wish().first_on.replace(year=2027, month=3, day=29))
    tell(clinic, public_holidays=False)
    assert days(clinic, planned(clinic, sent, monday))[0] == "1 Mon 29 Mar 09:00"


def test_no_session_lies_after_the_end_of_the_unit(clinic: Clinic, sent: Referred) -> None:
    tell(clinic, closed_from="2026-12-01", successor="psychologist")
    assert "no room" in refused(clinic, courses.plan, sent.id, wish())
