"""When a session can be booked and recorded, and that nobody is in two places at once."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.discipline.rules import session as rules
from shared.discipline.rules.referral import Deed
from shared.discipline.rules.session import Slot
from shared.discipline.tables import SESSION_STATES
from shared.errors import Invalid, RuleBroken

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
NORA = Deed("Nora Benali", "Tue 24 Nov 10:12")
ANNA, BERT = UUID(int=1), UUID(int=2)
OPERATOR, COLLEAGUE = UUID(int=11), UUID(int=12)

POSSIBLE = {
    "booked": {"move", "cancel", "arrive", "complete", "interrupt", "miss"},
    "arrived": {"complete", "interrupt", "miss"},
    "completed": set[str](),
    "interrupted": set[str](),
    "missed": set[str](),
    "cancelled": set[str](),
}


@pytest.mark.parametrize("status", SESSION_STATES)
def test_what_can_be_done_in_each_state(status: str) -> None:
    assert rules.possible(status) == POSSIBLE[status]
    for verb in rules.ALLOWED.keys() - POSSIBLE[status]:
        with pytest.raises(RuleBroken, match=r"Nora Benali .* Tue 24 Nov 10:12"):
            rules.refuse_unless_possible(verb, status, NORA)


@pytest.mark.parametrize(
    ("ahead", "minutes"),
    [
        (timedelta(0), 5),
        (timedelta(days=1), 480),
        (timedelta(days=731), 30),
    ],
)
def test_times_that_can_be_booked(ahead: timedelta, minutes: int) -> None:
    rules.check_time(NOW + ahead, minutes, NOW)


@pytest.mark.parametrize(
    ("ahead", "minutes", "field"),
    [
        (timedelta(seconds=-1), 30, "starts_at"),
        (timedelta(days=731, seconds=1), 30, "starts_at"),
        (timedelta(days=1), 4, "minutes"),
        (timedelta(days=1), 481, "minutes"),
        (timedelta(days=1), -30, "minutes"),
    ],
)
def test_times_that_cannot_be_booked(ahead: timedelta, minutes: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_time(NOW + ahead, minutes, NOW)
    assert refused.value.field == field


def slot(
    start: int, minutes: int, patient: UUID = ANNA, practitioner: UUID | None = OPERATOR
) -> Slot:
    return Slot(NOW + timedelta(minutes=start), minutes, patient, practitioner)


@pytest.mark.parametrize(
    ("wanted", "taken", "who"),
    [
        (slot(0, 30, ANNA), slot(29, 30, ANNA, COLLEAGUE), "patient"),
        (slot(0, 30, ANNA), slot(0, 30, BERT), "practitioner"),
        (slot(10, 5, ANNA), slot(0, 60, BERT), "practitioner"),
        (slot(0, 60, BERT), slot(10, 5, ANNA), "practitioner"),
    ],
)
def test_nobody_is_in_two_sessions_at_once(wanted: Slot, taken: Slot, who: str) -> None:
    with pytest.raises(RuleBroken, match=f"The {who} already has a session"):
        rules.refuse_double(wanted, [taken])


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [
        (slot(0, 30, ANNA), slot(30, 30, ANNA)),
        (slot(30, 30, ANNA), slot(0, 30, ANNA)),
        (slot(0, 30, ANNA), slot(0, 30, BERT, COLLEAGUE)),
        (slot(0, 30, ANNA, None), slot(0, 30, BERT, None)),
    ],
)
def test_neighbours_do_not_disturb_one_another(wanted: Slot, taken: Slot) -> None:
    rules.refuse_double(wanted, [taken])


@given(st.integers(0, 2000), st.integers(5, 480), st.integers(0, 2000), st.integers(5, 480))
def test_overlap_means_a_common_minute(
    start: int, minutes: int, other_start: int, other_minutes: int
) -> None:
    ours, theirs = slot(start, minutes), slot(other_start, other_minutes)
    common = set(range(start, start + minutes)) & set(
        range(other_start, other_start + other_minutes)
    )
    assert ours.overlaps(theirs) == theirs.overlaps(ours) == bool(common)


def test_a_session_is_not_recorded_before_its_day() -> None:
    today = date(2026, 11, 24)
    rules.refuse_before_its_day(today, today)
    rules.refuse_before_its_day(today - timedelta(days=3), today)
    with pytest.raises(RuleBroken):
        rules.refuse_before_its_day(today + timedelta(days=1), today)


def test_a_move_goes_somewhere() -> None:
    before = slot(0, 30)
    rules.refuse_same_time(before.starts_at, 45, before)
    rules.refuse_same_time(before.starts_at + timedelta(minutes=5), 30, before)
    with pytest.raises(Invalid):
        rules.refuse_same_time(before.starts_at, 30, before)


def test_only_colleagues_give_sessions() -> None:
    rules.refuse_stranger(None, [])
    rules.refuse_stranger(OPERATOR, [OPERATOR, COLLEAGUE])
    with pytest.raises(Invalid):
        rules.refuse_stranger(OPERATOR, [COLLEAGUE])
