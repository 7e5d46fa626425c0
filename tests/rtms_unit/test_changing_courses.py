"""Changing a plan: what shifts, what is made up, days that are closed, and taking it back."""

from datetime import date, time, timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from services.rtms_unit.actions import courses
from services.rtms_unit.rules.account import Account
from services.rtms_unit.rules.planning import Days
from services.rtms_unit.tables import Closure, PlanChange
from shared.discipline import actions
from shared.discipline.tables import CareSession
from tests.clinic import Clinic
from tests.referring import Referred, announced, withdraw
from tests.rtms_unit.planner import (
    NINE,
    TUESDAY,
    days,
    do,
    double_bookings,
    end,
    go_to,
    kinds,
    machine,
    out_of_order,
    planned,
    ready,
    refused,
    seen,
    session,
    wish,
)


@pytest.fixture
def sent(clinic: Clinic) -> Referred:
    """A patient who may begin, and a machine for it."""
    machine(clinic)
    return ready(clinic)


@pytest.fixture
def course(clinic: Clinic, sent: Referred) -> UUID:
    """A course of 19 sessions that begins tomorrow, a Tuesday."""
    return planned(clinic, sent)


def move(clinic: Clinic, course: UUID, ordinal: int, day: date, at: time = NINE) -> PlanChange:
    change: PlanChange = do(clinic, courses.move, course, session(clinic, course, ordinal), day, at)
    return change


def miss(clinic: Clinic, course: UUID, ordinal: int) -> UUID:
    """A session is missed on its day, as a person records it."""
    key = session(clinic, course, ordinal)
    with clinic.look("rtms_unit") as work:
        day = work.get(CareSession, key).starts_at.date()
    go_to(clinic, day)
    do(clinic, actions.miss, key, "transport")
    return key


class TestMoving:
    """One session goes elsewhere, and what follows it shifts."""

    def test_what_follows_shifts_as_little_as_it_must(self, clinic: Clinic, course: UUID) -> None:
        before = days(clinic, course)
        change = move(clinic, course, 10, date(2026, 12, 10), time(14))
        after = days(clinic, course)
        assert after[9:12] == ["10 Thu 10 Dec 14:00", "11 Mon 14 Dec 09:00", "12 Wed 16 Dec 09:00"]
        assert after[:9] + after[12:] == before[:9] + before[12:]
        assert len(change.moves) == 3
        assert out_of_order(clinic, course) == []
        assert announced(clinic, "rtms_unit").count("session.moved") == 3

    @pytest.mark.parametrize(
        ("day", "at", "why"),
        [
            (TUESDAY, NINE, "already at that time"),
            (date(2026, 11, 22), NINE, "already passed"),
            (date(2026, 11, 28), NINE, "not open on this weekday"),
            (date(2026, 12, 25), NINE, "public holiday"),
            (TUESDAY, time(7), "Not free at this time"),
        ],
    )
    def test_where_a_session_cannot_go(
        self, clinic: Clinic, course: UUID, day: date, at: time, why: str
    ) -> None:
        key = session(clinic, course, 1)
        before = days(clinic, course)
        assert why in refused(clinic, courses.move, course, key, day, at)
        assert days(clinic, course) == before

    def test_the_order_of_the_sessions_stays(self, clinic: Clinic, course: UUID) -> None:
        fifth = session(clinic, course, 5)
        why = refused(clinic, courses.move, course, fifth, date(2026, 11, 25), time(15))
        assert "too close to the session before it" in why

    def test_a_session_of_a_course_is_not_moved_alone(self, clinic: Clinic, course: UUID) -> None:
        key = session(clinic, course, 5)
        later = clinic.now + timedelta(days=20)
        assert "belongs to a course" in refused(clinic, actions.move, key, later)


class TestUndoing:
    """Everything goes back to where it was, or nothing does."""

    def test_a_move_is_taken_back(self, clinic: Clinic, course: UUID) -> None:
        before = days(clinic, course)
        change = move(clinic, course, 10, date(2026, 12, 10))
        do(clinic, courses.undo, change.id)
        assert days(clinic, course) == before
        assert "taken back already" in refused(clinic, courses.undo, change.id)

    def test_not_when_something_happened_since(self, clinic: Clinic, course: UUID) -> None:
        first = move(clinic, course, 1, TUESDAY, time(10))
        second = move(clinic, course, 1, TUESDAY, time(11))
        before = days(clinic, course)
        assert "Something has happened" in refused(clinic, courses.undo, first.id)
        assert days(clinic, course) == before
        do(clinic, courses.undo, second.id)
        assert days(clinic, course)[0] == "1 Tue 24 Nov 10:00"

    def test_not_when_the_time_is_taken(self, clinic: Clinic, course: UUID) -> None:
        change = move(clinic, course, 1, TUESDAY, time(10))
        planned(clinic, ready(clinic, "Martin"), wish("rpms"))
        assert "no longer free" in refused(clinic, courses.undo, change.id)


class TestMissing:
    """A missed session of the induction endangers the course until it is made up."""

    def test_it_is_made_up_at_the_end_of_its_phase(self, clinic: Clinic, course: UUID) -> None:
        miss(clinic, course, 4)
        at_risk = seen(clinic, course)
        assert at_risk.course.at_risk_since == clinic.now
        assert at_risk.account == Account(missed=1, to_come=18)
        change = do(clinic, courses.make_up, course, session(clinic, course, 4))
        made_up = seen(clinic, course)
        assert made_up.course.at_risk_since is None, "the induction stays dense"
        assert made_up.account == Account(missed=1, to_come=19)
        assert days(clinic, course)[8:12] == [
            *("10 Mon 07 Dec 09:00", "4 Tue 08 Dec 09:00"),
            *("11 Fri 11 Dec 09:00", "12 Mon 14 Dec 09:00"),
        ]
        assert out_of_order(clinic, course) == []
        assert kinds(clinic)[-2:] == ["course.changed", "course.changed"]
        do(clinic, courses.undo, change.id)
        undone = seen(clinic, course)
        assert undone.course.at_risk_since == at_risk.course.at_risk_since
        assert undone.account == Account(missed=1, cancelled=1, to_come=18)

    def test_it_is_made_up_once(self, clinic: Clinic, course: UUID) -> None:
        key = miss(clinic, course, 4)
        do(clinic, courses.make_up, course, key)
        assert "stands in" in refused(clinic, courses.make_up, course, key)
        fifth = session(clinic, course, 5)
        assert "nothing to make up" in refused(clinic, courses.make_up, course, fifth)

    def test_one_that_is_missed_again_is_made_up_again(self, clinic: Clinic, course: UUID) -> None:
        miss(clinic, course, 10)
        do(clinic, courses.make_up, course, session(clinic, course, 10))
        miss(clinic, course, 10)
        assert seen(clinic, course).course.at_risk_since is not None
        do(clinic, courses.make_up, course, session(clinic, course, 10))
        assert seen(clinic, course).account.missed == 2

    def test_too_late_when_the_next_phase_has_begun(self, clinic: Clinic, course: UUID) -> None:
        key = miss(clinic, course, 4)
        end(clinic, session(clinic, course, 11))
        assert "can no longer be made up" in refused(clinic, courses.make_up, course, key)

    def test_a_day_can_be_chosen(self, clinic: Clinic, course: UUID) -> None:
        key = miss(clinic, course, 4)
        do(clinic, courses.make_up, course, key, date(2026, 11, 30), time(16))
        found = days(clinic, course)
        assert found[3] == "4 Mon 30 Nov 16:00"
        assert found[4] == "5 Tue 01 Dec 09:00", "what lay on that day follows"
        assert out_of_order(clinic, course) == []

    def test_a_physician_of_the_unit_accepts_the_risk(self, clinic: Clinic, course: UUID) -> None:
        physician = clinic.join("Dr Yann Le Goff", roles=["physician"], units=["rtms_unit"])
        clinic.settle()
        miss(clinic, course, 4)
        with clinic.work("rtms_unit", physician) as work:
            courses.accept_risk(work, course, "One of ten: the induction goes on.")
        assert seen(clinic, course).course.at_risk_since is None
        assert kinds(clinic)[-1] == "course.changed"

    def test_a_missed_session_of_the_maintenance_is_no_risk(
        self, clinic: Clinic, course: UUID
    ) -> None:
        miss(clinic, course, 15)
        assert seen(clinic, course).course.at_risk_since is None


class TestClosing:
    """A day of the whole unit is closed."""

    def test_every_course_shifts_and_comes_back(self, clinic: Clinic, course: UUID) -> None:
        other = planned(clinic, ready(clinic, "Martin"))
        before = days(clinic, course), days(clinic, other)
        closed = Days(date(2026, 11, 26), date(2026, 11, 26))
        change = do(clinic, courses.close_days, closed, "Floor is washed")
        for each in (course, other):
            assert not any("26 Nov" in one for one in days(clinic, each))
            assert out_of_order(clinic, each) == []
            assert seen(clinic, each).account == Account(to_come=19)
        assert double_bookings(clinic) == []
        do(clinic, courses.undo, change.id)
        assert (days(clinic, course), days(clinic, other)) == before
        with clinic.look("rtms_unit") as work:
            assert work.all(select(Closure)) == []

    def test_nothing_is_planned_on_a_closed_day(self, clinic: Clinic, sent: Referred) -> None:
        do(clinic, courses.close_days, Days(TUESDAY, TUESDAY))
        assert days(clinic, planned(clinic, sent))[0] == "1 Wed 25 Nov 09:00"

    def test_days_that_cannot_be_closed(self, clinic: Clinic, course: UUID) -> None:
        past = Days(date(2026, 11, 20), date(2026, 11, 20))
        assert "already passed" in refused(clinic, courses.close_days, past)
        turned = Days(date(2026, 11, 27), date(2026, 11, 26))
        assert "before the first" in refused(clinic, courses.close_days, turned)
        year = Days(date(2026, 12, 1), date(2027, 12, 1))
        assert "three months" in refused(clinic, courses.close_days, year)
        assert seen(clinic, course).account == Account(to_come=19)


class TestTheEnd:
    """A course is complete, or ends before all was given."""

    def test_complete_when_all_was_given(self, clinic: Clinic, sent: Referred) -> None:
        course = planned(clinic, sent, wish("rpms"))
        for ordinal in (1, 2, 3, 4):
            end(clinic, session(clinic, course, ordinal))
        assert seen(clinic, course).course.status == "completed"
        assert kinds(clinic)[-1] == "course.completed"

    def test_it_is_ended_early(self, clinic: Clinic, course: UUID) -> None:
        end(clinic, session(clinic, course, 1))
        assert "one of the list" in refused(clinic, courses.end, course, "bored")
        do(clinic, courses.end, course, "not-tolerated")
        over = seen(clinic, course)
        assert over.course.status == "revoked"
        assert over.account == Account(given=1, cancelled=18)
        assert "course is over" in refused(clinic, courses.end, course, "other")

    def test_it_ends_with_its_referral(self, clinic: Clinic, sent: Referred, course: UUID) -> None:
        withdraw(clinic, sent)
        over = seen(clinic, course)
        assert (over.course.status, over.account) == ("revoked", Account(cancelled=19))
        assert {line.session.reason_code for line in over.lines} == {"referral-withdrawn"}

    def test_a_referral_is_not_complete_before_its_course(
        self, clinic: Clinic, sent: Referred, course: UUID
    ) -> None:
        for line in seen(clinic, course).lines:
            do(clinic, actions.cancel_session, line.session.id, "patient-request")
        assert "still under way" in refused(clinic, actions.complete, sent.id, "not-met")
        do(clinic, courses.end, course, "patient-request")
        do(clinic, actions.complete, sent.id, "not-met")
