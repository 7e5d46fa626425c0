"""What a follow-up and its scores may be."""

from collections.abc import Mapping
from datetime import date, timedelta

from shared.discipline.rules.referral import Deed
from shared.errors import Invalid, RuleBroken
from shared.i18n import N_

WORST_PAIN = 10
"""NRS: 0 no pain, 10 the worst pain imaginable; whole numbers only."""
DEGREES = 7
"""PGIC: 1 very much improved to 7 very much worse (Guy 1976)."""
FARTHEST = timedelta(days=731)

_ALREADY: Mapping[str, str] = {
    "done": N_("%(who)s recorded this follow-up on %(when)s."),
    "cancelled": N_("%(who)s cancelled this follow-up on %(when)s."),
}


def due_of(point: str, start: date) -> date:
    """The day of a follow-up point, counted from the end of the care; `other` has no day."""
    if point == "week-1":
        return start + timedelta(weeks=1)
    unit, _, count = point.partition("-")
    if unit != "month":
        raise Invalid(N_("Please enter a date."), field="due_on")
    return _months_later(start, int(count))


def _months_later(start: date, months: int) -> date:
    """The same day of a later month, or its last day: 30 November and 3 months is 28 February."""
    years, month = divmod(start.month - 1 + months, 12)
    first = start.replace(year=start.year + years, month=month + 1, day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return min(first.replace(day=1) + timedelta(days=start.day - 1), following - timedelta(days=1))


def refuse_unless_planned(status: str, last: Deed) -> None:
    """A follow-up has one outcome."""
    if status != "planned":
        raise RuleBroken(_ALREADY[status], who=last.who, when=last.when)


def check_due(due_on: date, today: date) -> None:
    """A follow-up lies ahead, within two years."""
    if due_on < today:
        raise Invalid(N_("This day has already passed."), field="due_on")
    if due_on > today + FARTHEST:
        raise Invalid(N_("This is more than two years ahead."), field="due_on")


def refuse_second(point: str, planned: set[str]) -> None:
    """The same follow-up is not planned twice."""
    if point != "other" and point in planned:
        raise RuleBroken(N_("This follow-up is planned already."), field="point")


def check_nrs(value: int | None, field: str) -> None:
    """Pain on the NRS is a whole number from 0 to 10, or was not asked."""
    if value is not None and not 0 <= value <= WORST_PAIN:
        raise Invalid(N_("Pain is a whole number from 0 to 10."), field=field)


def check_pgic(value: int | None) -> None:
    """The impression of change is one of seven degrees, or was not asked."""
    if value is not None and not 1 <= value <= DEGREES:
        raise Invalid(N_("The impression of change is a whole number from 1 to 7."), field="pgic")


def refuse_nothing_found(nrs: int | None, pgic: int | None) -> None:
    """A follow-up without any answer is not done; one that cannot be done is cancelled."""
    if nrs is None and pgic is None:
        raise Invalid(N_("Enter the pain, the impression of change, or both."), field="nrs")
