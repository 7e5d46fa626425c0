"""What a follow-up and its scores may be."""

from collections.abc import Mapping
from datetime import date, timedelta

from shared.discipline.rules.referral import Deed
from shared.errors import Invalid, RuleBroken
from shared.i18n import N_

FARTHEST = timedelta(days=731)

_ALREADY: Mapping[str, str] = {
    "done": N_("%(who)s recorded this follow-up on %(when)s."),
    "cancelled": N_("%(who)s cancelled this follow-up on %(when)s."),
}


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


def refuse_nothing_found(*found: object) -> None:
    """A follow-up without any answer is not done; one that cannot be done is cancelled."""
    if all(answer is None for answer in found):
        raise Invalid(N_("Enter the pain, the impression of change, or the NPSI."), field="nrs")
