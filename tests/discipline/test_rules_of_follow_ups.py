"""What a follow-up and its scores may be."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.discipline.rules import follow_up as rules
from shared.discipline.rules.referral import Deed
from shared.errors import Invalid, RuleBroken
from shared.measuring.points import due_of

TODAY = date(2026, 11, 30)
DAYS = st.dates(date(2000, 1, 1), date(2150, 1, 1))


@pytest.mark.parametrize(
    ("point", "start", "due"),
    [
        ("week-1", TODAY, date(2026, 12, 7)),
        ("month-1", TODAY, date(2026, 12, 30)),
        ("month-3", TODAY, date(2027, 2, 28)),
        ("month-3", date(2027, 11, 30), date(2028, 2, 29)),
        ("month-6", TODAY, date(2027, 5, 30)),
        ("month-6", date(2026, 8, 31), date(2027, 2, 28)),
    ],
)
def test_the_day_of_a_follow_up_point(point: str, start: date, due: date) -> None:
    assert due_of(point, start) == due


@given(DAYS, st.sampled_from([1, 3, 6]))
def test_months_later_is_never_in_the_month_after(start: date, months: int) -> None:
    due = due_of(f"month-{months}", start)
    passed = (due.year - start.year) * 12 + due.month - start.month
    assert passed == months
    assert due.day == start.day or (due.day < start.day and (due + timedelta(days=1)).day == 1)


def test_another_time_needs_a_day() -> None:
    with pytest.raises(Invalid) as refused:
        due_of("other", TODAY)
    assert refused.value.field == "due_on"


def test_a_follow_up_lies_ahead() -> None:
    rules.check_due(TODAY, TODAY)
    rules.check_due(TODAY + timedelta(days=731), TODAY)
    for wrong in (TODAY - timedelta(days=1), TODAY + timedelta(days=732)):
        with pytest.raises(Invalid):
            rules.check_due(wrong, TODAY)


def test_the_same_follow_up_is_not_planned_twice() -> None:
    rules.refuse_second("month-1", {"week-1"})
    rules.refuse_second("other", {"other"})
    with pytest.raises(RuleBroken):
        rules.refuse_second("month-1", {"month-1"})


def test_a_follow_up_has_one_outcome() -> None:
    last = Deed("Nora Benali", "Tue 24 Nov 10:12")
    rules.refuse_unless_planned("planned", last)
    for status, word in (("done", "recorded"), ("cancelled", "cancelled")):
        with pytest.raises(RuleBroken, match=f"Nora Benali {word} this follow-up"):
            rules.refuse_unless_planned(status, last)


def test_not_asked_is_an_answer_but_not_to_everything() -> None:
    rules.refuse_nothing_found(0, None, None)
    rules.refuse_nothing_found(None, 7, None)
    rules.refuse_nothing_found(None, None, 0)
    with pytest.raises(Invalid):
        rules.refuse_nothing_found(None, None, None)
