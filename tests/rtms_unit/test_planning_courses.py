"""Planning a course: every session on a real day, what had to shift and why, and who may not."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from services.rtms_unit.actions import courses
from services.rtms_unit.actions.courses.proposing import draft
from services.rtms_unit.actions.unit import set_hours
from services.rtms_unit.rules.account import Account
from services.rtms_unit.rules.planning import DEFAULT_HOURS, fingerprint
from services.rtms_unit.tables import UnavailableDay
from shared.discipline import actions
from shared.discipline.tables import Referral
from shared.errors import RuleBroken
from tests.clinic import Clinic
from tests.referring import Referred, announced, refer, stored
from tests.rtms_unit.planner import (
    TUESDAY,
    days,
    do,
    double_bookings,
    kinds,
    machine,
    out_of_order,
    planned,
    ready,
    refused,
    seen,
    wish,
)

MONDAY_30 = date(2026, 11, 30)


@pytest.fixture
def sent(clinic: Clinic) -> Referred:
    """A patient who may begin, and a machine for it."""
    machine(clinic)
    return ready(clinic)


def test_the_calendar_of_hodaj_on_real_days(clinic: Clinic, sent: Referred) -> None:
    course = planned(clinic, sent, wish(first_on=MONDAY_30))
    assert days(clinic, course) == [
        *("1 Mon 30 Nov 09:00", "2 Tue 01 Dec 09:00", "3 Wed 02 Dec 09:00"),
        *("4 Thu 03 Dec 09:00", "5 Fri 04 Dec 09:00", "6 Mon 07 Dec 09:00"),
        *("7 Tue 08 Dec 09:00", "8 Wed 09 Dec 09:00", "9 Thu 10 Dec 09:00"),
        *("10 Fri 11 Dec 09:00", "11 Tue 15 Dec 09:00", "12 Thu 17 Dec 09:00"),
        *("13 Wed 23 Dec 09:00", "14 Wed 06 Jan 09:00", "15 Wed 03 Feb 09:00"),
        *("16 Wed 03 Mar 09:00", "17 Wed 31 Mar 09:00", "18 Wed 28 Apr 09:00"),
        "19 Wed 26 May 09:00",
    ]
    whole = seen(clinic, course)
    assert whole.account == Account(to_come=19)
    assert (whole.course.side, whole.course.protocol_version) == ("right", 1)
    assert stored(clinic, sent).status == "in-progress"
    said = announced(clinic, "rtms_unit")
    assert said.count("session.booked") == 19
    assert said[-3:] == ["course.planned", "follow_up.planned", "follow_up.planned"]


def test_transnep_has_fifteen_sessions_in_twenty_two_weeks(clinic: Clinic, sent: Referred) -> None:
    lines = seen(clinic, planned(clinic, sent, wish("transnep", MONDAY_30))).lines
    assert len(lines) == 15
    assert (lines[-1].place.day - MONDAY_30).days // 7 + 1 == 22


def test_a_public_holiday_shifts_what_lies_on_it_and_says_so(
    clinic: Clinic, sent: Referred
) -> None:
    with clinic.work("rtms_unit", clinic.operator) as work:
        christmas = wish("induction-10", date(2026, 12, 21))
        made = draft(work, work.get(Referral, sent.id), christmas)
    reasons = {(r.code, r.day) for placed in made.proposal.placed for r in placed.reasons}
    assert reasons == {
        ("public-holiday", date(2026, 12, 25)),
        ("public-holiday", date(2027, 1, 1)),
    }
    on = [placed.place.day for placed in made.proposal.placed]
    assert date(2026, 12, 25) not in on
    assert on[-1] == date(2027, 1, 5)
    assert len(set(on)) == 10


def test_days_on_which_the_patient_cannot_come_are_left_out(clinic: Clinic, sent: Referred) -> None:
    with clinic.work("rtms_unit") as work:
        first = TUESDAY + timedelta(days=1)
        away = UnavailableDay(patient_id=sent.patient_id, first=first, last=date(2026, 11, 27))
        work.add(away)
    found = days(clinic, planned(clinic, sent))
    assert found[:3] == ["1 Tue 24 Nov 09:00", "2 Mon 30 Nov 09:00", "3 Tue 01 Dec 09:00"]


def test_two_courses_on_one_machine_never_meet(clinic: Clinic, sent: Referred) -> None:
    first, second = planned(clinic, sent), planned(clinic, ready(clinic, "Martin"))
    assert double_bookings(clinic) == []
    assert days(clinic, second)[0] == "1 Tue 24 Nov 08:15", "the closest free time"
    assert len(days(clinic, first)) == len(days(clinic, second)) == 19


def test_a_second_machine_needs_a_second_operator(clinic: Clinic, sent: Referred) -> None:
    machine(clinic, "Magstim 2")
    planned(clinic, sent)
    other = days(clinic, planned(clinic, ready(clinic, "Martin")))
    assert other[0].endswith("08:15"), "one operator attends one session at a time"


def test_a_second_operator_needs_a_second_machine(clinic: Clinic, sent: Referred) -> None:
    do(clinic, set_hours, [replace(window, operators=2) for window in DEFAULT_HOURS])
    planned(clinic, sent)
    second = planned(clinic, ready(clinic, "Martin"))
    assert days(clinic, second)[0].endswith("08:15"), "there is one machine"
    machine(clinic, "Magstim 2")
    assert days(clinic, planned(clinic, ready(clinic, "Petit")))[0].endswith("09:00")
    assert double_bookings(clinic) == []


def test_no_plan_without_a_screening(clinic: Clinic) -> None:
    machine(clinic)
    sent = refer(clinic)
    do(clinic, actions.accept, sent.id)
    assert "screening" in refused(clinic, courses.plan, sent.id, wish())
    assert stored(clinic, sent).status == "accepted"


def test_one_course_at_a_time(clinic: Clinic, sent: Referred) -> None:
    planned(clinic, sent)
    assert "under way" in refused(clinic, courses.plan, sent.id, wish())


def test_the_side_follows_from_that_of_the_pain(clinic: Clinic, sent: Referred) -> None:
    assert "Say on which side" in refused(clinic, courses.plan, sent.id, wish(pain_side=""))
    assert "fixes the side" in refused(clinic, courses.plan, sent.id, wish(side="left"))
    assert "choose which side" in refused(clinic, courses.plan, sent.id, wish(pain_side="midline"))
    course = planned(clinic, sent, wish(pain_side="midline", side="left"))
    assert seen(clinic, course).course.side == "left"


def test_what_cannot_be_planned_leaves_everything_as_it_was(clinic: Clinic, sent: Referred) -> None:
    before = announced(clinic, "rtms_unit")
    assert "already passed" in refused(
        clinic, courses.plan, sent.id, wish(first_on=date(2026, 1, 5))
    )
    stranger = wish(practitioner_id=clinic.psychologist)
    assert "does not work" in refused(clinic, courses.plan, sent.id, stranger)
    assert announced(clinic, "rtms_unit") == before


def test_without_a_machine_nothing_is_planned(clinic: Clinic) -> None:
    assert "No machine" in refused(clinic, courses.plan, ready(clinic).id, wish())


def test_only_what_was_seen_is_applied(clinic: Clinic, sent: Referred) -> None:
    with clinic.work("rtms_unit", clinic.operator) as work:
        shown = fingerprint([draft(work, work.get(Referral, sent.id), wish()).proposal])
    planned(clinic, ready(clinic, "Martin"))
    with clinic.work("rtms_unit", clinic.operator) as work, pytest.raises(RuleBroken) as why:
        courses.plan(work, sent.id, wish(), seen=shown)
    assert "after you looked" in str(why.value)
    assert kinds(clinic).count("course.planned") == 1


def test_an_operator_is_not_in_two_places(clinic: Clinic, sent: Referred) -> None:
    visit = clinic.now + timedelta(days=1)
    do(clinic, actions.book, ready(clinic, "Petit").id, visit, 30, clinic.operator)
    course = planned(clinic, sent, wish(practitioner_id=clinic.operator))
    assert days(clinic, course)[0] == "1 Tue 24 Nov 09:30"
    assert double_bookings(clinic) == []
    assert out_of_order(clinic, course) == []


def test_the_time_that_is_wished_is_kept_where_it_is_free(clinic: Clinic, sent: Referred) -> None:
    course = planned(clinic, sent, wish(at=time(14, 10)))
    assert {line.place.minute for line in seen(clinic, course).lines} == {14 * 60 + 10}
