"""Sessions: booked, moved, and what became of them; nobody is in two places at once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from shared.discipline import actions
from shared.discipline.tables import CareSession, Step
from shared.errors import Invalid, RuleBroken
from tests.clinic import Clinic
from tests.referring import Referred, announced, refer, register, stored, withdraw

TEN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""Ten o'clock in Paris, tomorrow."""


@pytest.fixture
def accepted(clinic: Clinic) -> Referred:
    """A referral that the rTMS unit has accepted."""
    sent = refer(clinic)
    with clinic.work("rtms_unit", clinic.operator) as work:
        actions.accept(work, sent.id)
    return sent


def do(clinic: Clinic, verb: Callable[..., Any], *values: object, **named: object) -> Any:
    """The operator of the unit does something."""
    with clinic.work("rtms_unit", clinic.operator) as work:
        return verb(work, *values, **named)


def refused(clinic: Clinic, verb: Callable[..., Any], *values: object, **named: object) -> str:
    """The sentence with which the unit is refused something."""
    with (
        clinic.work("rtms_unit", clinic.operator) as work,
        pytest.raises((RuleBroken, Invalid)) as why,
    ):
        verb(work, *values, **named)
    return str(why.value)


def session(clinic: Clinic, key: UUID) -> CareSession:
    with clinic.look("rtms_unit") as work:
        return work.get(CareSession, key)


def test_the_first_session_begins_the_care(clinic: Clinic, accepted: Referred) -> None:
    first = do(clinic, actions.book, accepted.id, TEN, 30, clinic.operator)
    second = do(clinic, actions.book, accepted.id, TEN + timedelta(days=1), 30)
    assert (first.number, second.number) == (1, 2)
    assert session(clinic, first.id).practitioner_id == clinic.operator
    assert stored(clinic, accepted).status == "in-progress"
    assert announced(clinic, "rtms_unit")[-2:] == ["session.booked", "session.booked"]


def test_nothing_is_booked_before_the_referral_is_accepted(clinic: Clinic) -> None:
    sent = refer(clinic)
    assert "answer the referral first" in refused(clinic, actions.book, sent.id, TEN, 30)


def test_times_that_cannot_be(clinic: Clinic, accepted: Referred) -> None:
    past, far = clinic.now - timedelta(minutes=1), clinic.now + timedelta(days=800)
    assert "passed" in refused(clinic, actions.book, accepted.id, past, 30)
    assert "two years" in refused(clinic, actions.book, accepted.id, far, 30)
    assert "between 5 and 480" in refused(clinic, actions.book, accepted.id, TEN, 500)
    stranger = clinic.psychologist
    assert "does not work" in refused(clinic, actions.book, accepted.id, TEN, 30, stranger)
    assert stored(clinic, accepted).status == "accepted"


def test_nobody_is_in_two_sessions_at_once(clinic: Clinic, accepted: Referred) -> None:
    do(clinic, actions.book, accepted.id, TEN, 30, clinic.operator)
    other = refer(clinic, patient_id=register(clinic, "Martin", "Luc"))
    do(clinic, actions.accept, other.id)
    half = TEN + timedelta(minutes=15)
    assert "patient already" in refused(clinic, actions.book, accepted.id, half, 30)
    same = refused(clinic, actions.book, other.id, half, 30, clinic.operator)
    assert "practitioner already" in same
    do(clinic, actions.book, other.id, half, 30)
    do(clinic, actions.book, other.id, TEN + timedelta(minutes=45), 30, clinic.operator)


def test_a_long_session_that_began_earlier_is_in_the_way(
    clinic: Clinic, accepted: Referred
) -> None:
    do(clinic, actions.book, accepted.id, TEN, 480)
    late = TEN + timedelta(minutes=479)
    assert "patient already" in refused(clinic, actions.book, accepted.id, late, 5)
    do(clinic, actions.book, accepted.id, TEN + timedelta(minutes=480), 5)


def test_a_move_keeps_what_was_before(clinic: Clinic, accepted: Referred) -> None:
    booked = do(clinic, actions.book, accepted.id, TEN, 30)
    later = TEN + timedelta(minutes=15)
    do(clinic, actions.move, booked.id, later, version=1)
    moved = session(clinic, booked.id)
    assert (moved.starts_at, moved.minutes, moved.version) == (later, 30, 2)
    with clinic.look("rtms_unit") as work:
        step = work.first(select(Step).where(col(Step.what) == "session-moved"))
        assert (step.was_at, step.subject) == (TEN, booked.id)
    assert "already at that time" in refused(clinic, actions.move, booked.id, later, 30)
    stale = refused(clinic, actions.move, booked.id, TEN, version=1)
    assert stale.startswith("Tomas Hartl changed this on Mon 23 Nov 09:00")


def test_cancelled_time_is_free_again(clinic: Clinic, accepted: Referred) -> None:
    booked = do(clinic, actions.book, accepted.id, TEN, 30)
    do(clinic, actions.cancel_session, booked.id, "patient-request")
    assert session(clinic, booked.id).status == "cancelled"
    do(clinic, actions.book, accepted.id, TEN, 30)
    assert "cancelled this session" in refused(clinic, actions.move, booked.id, TEN)


def test_nothing_is_recorded_before_its_day(clinic: Clinic, accepted: Referred) -> None:
    booked = do(clinic, actions.book, accepted.id, TEN, 30)
    early = [
        refused(clinic, actions.arrive, booked.id),
        refused(clinic, actions.complete_session, booked.id),
        refused(clinic, actions.miss, booked.id, "other"),
        refused(clinic, actions.interrupt, booked.id, "other"),
    ]
    assert all("has not taken place" in sentence for sentence in early)


def test_a_session_that_was_given(clinic: Clinic, accepted: Referred) -> None:
    booked = do(clinic, actions.book, accepted.id, TEN, 30)
    clinic.wait(days=1, hours=1)
    do(clinic, actions.arrive, booked.id, version=1)
    do(clinic, actions.complete_session, booked.id, 7, 0, "Slept during it.", version=2)
    given = session(clinic, booked.id)
    assert (given.status, given.nrs_before, given.nrs_after) == ("completed", 7, 0)
    assert given.note == "Slept during it."
    assert announced(clinic, "rtms_unit")[-4:] == [
        "session.arrived",
        "session.completed",
        "measurement.recorded",
        "measurement.recorded",
    ]


def test_pain_that_was_not_asked_is_no_number(clinic: Clinic, accepted: Referred) -> None:
    booked = do(clinic, actions.book, accepted.id, TEN, 30)
    clinic.wait(days=1, hours=1)
    assert "from 0 to 10" in refused(clinic, actions.complete_session, booked.id, 11)
    do(clinic, actions.complete_session, booked.id)
    assert session(clinic, booked.id).nrs_before is None
    assert announced(clinic, "rtms_unit")[-1] == "session.completed"


@pytest.mark.parametrize(
    ("verb", "reason", "status"),
    [
        (actions.miss, "transport", "missed"),
        (actions.interrupt, "unwell", "interrupted"),
    ],
)
def test_a_session_that_was_not(
    clinic: Clinic, accepted: Referred, verb: Callable[..., Any], reason: str, status: str
) -> None:
    booked = do(clinic, actions.book, accepted.id, TEN, 30)
    clinic.wait(days=1, hours=1)
    assert "one of the list" in refused(clinic, verb, booked.id, "bored")
    do(clinic, verb, booked.id, reason, "He called.")
    kept = session(clinic, booked.id)
    assert (kept.status, kept.reason_code, kept.note) == (status, reason, "He called.")
    assert announced(clinic, "rtms_unit")[-1] == f"session.{status}"
    again = refused(clinic, verb, booked.id, reason)
    assert "Tomas Hartl recorded on Tue 24 Nov 10:00" in again


def test_a_withdrawn_referral_takes_its_appointments_along(
    clinic: Clinic, accepted: Referred
) -> None:
    today = do(clinic, actions.book, accepted.id, clinic.now + timedelta(hours=1), 30)
    later = do(clinic, actions.book, accepted.id, TEN, 30)
    do(clinic, actions.plan_follow_up, accepted.id, "month-1", TEN.date())
    do(clinic, actions.arrive, today.id)
    withdraw(clinic, accepted)
    assert session(clinic, later.id).status == "cancelled"
    assert session(clinic, later.id).reason_code == "referral-withdrawn"
    assert session(clinic, today.id).status == "arrived", "who is here now is treated"
    assert announced(clinic, "rtms_unit")[-2:] == ["session.cancelled", "follow_up.cancelled"]
    do(clinic, actions.complete_session, today.id, 5, 4)
