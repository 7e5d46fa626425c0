"""A session of the induction is missed on Christmas Eve, and made up over the public holiday."""

import re
from datetime import date

import pytest
from sqlmodel import select

from services.coordinator.tables import CourseState, Obligation
from services.rtms_unit.actions import courses
from services.rtms_unit.rules.account import Account
from tests.clinic import Clinic
from tests.discipline.unit import words
from tests.rtms_unit.planner import days, go_to, kinds, seen, wish
from tests.rtms_unit.treatment import Treatment

pytestmark = pytest.mark.story
CHRISTMAS_EVE = date(2026, 12, 24)


def make_up(clinic: Clinic) -> list[tuple[str, str]]:
    """Who owes that a session is made up, and whether somebody still does."""
    with clinic.look("coordinator") as work:
        wanted = select(Obligation).where(Obligation.what == "make-up-session")
        return [(row.debtor, row.state) for row in work.all(wanted)]


def at_risk(clinic: Clinic, course: object) -> bool:
    """What the coordinator's board knows."""
    with clinic.look("coordinator") as work:
        return work.get(CourseState, course).at_risk_since is not None


def test_made_up_over_a_public_holiday(clinic: Clinic) -> None:
    treatment = Treatment(clinic)
    treatment.screen()
    wanted = wish("induction-10", date(2026, 12, 11))
    treatment.course = treatment.do(courses.plan, treatment.sent.id, wanted).id
    url = f"/rtms_unit/courses/{treatment.course}"
    assert days(clinic, treatment.course)[-1] == "10 Thu 24 Dec 09:00"

    # Nine sessions are given; on the tenth day there is no transport.
    for line in seen(clinic, treatment.course).lines[:9]:
        treatment.give(line.link.ordinal, line.place.day)
    assert treatment.closed() == []
    go_to(clinic, CHRISTMAS_EVE, 12)
    unit, missed = clinic.http(clinic.operator), treatment.number(10)
    reason = {"version": "1", "reason_code": "transport"}
    assert unit.post(f"/rtms_unit/sessions/{missed}/miss", data=reason).is_redirect
    clinic.settle()

    # The course is at risk: on its page, on the board, and somebody owes a session.
    assert "Course at risk: a session was missed." in unit.get(url).text
    assert at_risk(clinic, treatment.course)
    assert make_up(clinic) == [("rtms_unit", "open")]
    assert treatment.closed() == [], "the decision waits until the induction is whole"

    # The planner knows that the day after is Christmas, and says so before anything is saved.
    page = unit.get(f"{url}/sessions/{missed}/make-up")
    assert "Mon 28 Dec 2026 09:00" in words(page.text)
    assert re.search(r"Public holiday \(\s*Fri 25 Dec 2026\s*\)", words(page.text))
    fingerprint = page.text.split('name="seen" value="')[1].split('"')[0]
    applied = unit.post(f"{url}/sessions/{missed}/make-up", data={"seen": fingerprint})
    assert applied.is_redirect
    clinic.settle()
    assert days(clinic, treatment.course)[-1] == "10 Mon 28 Dec 09:00"
    assert seen(clinic, treatment.course).account == Account(given=9, missed=1, to_come=1)
    assert make_up(clinic) == [("rtms_unit", "met")]
    assert not at_risk(clinic, treatment.course)

    # It is given; now a physician decides, and the course is complete.
    treatment.give(10, date(2026, 12, 28))
    assert treatment.closed() == ["decision-point"]
    treatment.release("decision-point", "Half of the pain is gone.")
    over = seen(clinic, treatment.course)
    assert (over.course.status, over.account) == ("completed", Account(given=10, missed=1))
    assert kinds(clinic)[-2:] == ["course.decided", "course.completed"]
    assert clinic.verify() == []
