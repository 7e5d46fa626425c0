"""The rules of units: hours that can be, closures, and who takes over when one closes for good."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from services.accounts.rules.spans import FARTHEST, check_span
from services.accounts.rules.wishes import check_zone
from shared.calendar import WorkingCalendar
from shared.errors import Invalid, RuleBroken
from shared.events import Closure, Opening
from shared.i18n import N_

LONGEST_CLOSURE = timedelta(days=92)
"""Longer is a slip of the pen; a unit that does not open again is closed for good."""
MOST_CLOSURES = 40
REMEMBERED = timedelta(days=30)
CLOSURE_REASONS: Mapping[str, str] = {
    "leave": N_("Annual leave of the unit"),
    "training": N_("Training"),
    "works": N_("Building works or maintenance"),
    "other": N_("Another reason"),
}
SAMPLES = (1, 3, 7, 14)
"""Working days for which a preview shows what a change means."""


@dataclass(frozen=True)
class Plan:
    """Everything that is said of a unit; without hours it has those of the centre."""

    zone: str = ""
    opening: tuple[Opening, ...] = ()
    public_holidays: bool = True
    closures: tuple[Closure, ...] = ()
    closed_from: date | None = None
    successor: str = ""


@dataclass(frozen=True)
class Candidate:
    """What has to be known of a unit to say whether it can end, or follow another one."""

    service: str
    may_end: bool
    takes_work: bool
    closed_from: date | None


@dataclass(frozen=True)
class Sample:
    """A date as it is and as it would be: the next opening, or so many working days from now."""

    working_days: int
    was: datetime
    would_be: datetime


def check_plan(plan: Plan, was: Plan, today: date) -> None:
    """Everything but the end: hours, closures and the time zone."""
    check_zone(plan.zone)
    check_hours(plan.opening)
    if len(plan.closures) > MOST_CLOSURES:
        raise RuleBroken(N_("So many closures cannot be kept. Remove one of them first."))
    for closure in plan.closures:
        if closure not in was.closures:
            check_closure(closure, today)
    in_order = sorted(plan.closures, key=lambda closure: closure.begins)
    if any(later.begins <= earlier.ends for earlier, later in pairwise(in_order)):
        raise Invalid(N_("On some of these days the unit is closed already."), field="begins")


def check_hours(opening: Collection[Opening]) -> None:
    """Hours open before they close, and two of one day do not overlap."""
    before: dict[int, Opening] = {}
    for hours in sorted(opening, key=lambda each: (each.weekday, each.opens)):
        if hours.closes <= hours.opens:
            raise Invalid(N_("The unit must open before it closes."), field="opening")
        earlier = before.get(hours.weekday)
        if earlier is not None and hours.opens < earlier.closes:
            raise Invalid(N_("Two opening times of one day overlap."), field="opening")
        before[hours.weekday] = hours


def check_closure(closure: Closure, today: date) -> None:
    """Days that lie ahead, that are in order, with a reason."""
    check_span(closure.begins, closure.ends, today)
    if closure.begins < today:
        raise Invalid(N_("This day has already passed."), field="begins")
    if closure.ends - closure.begins >= LONGEST_CLOSURE:
        raise Invalid(N_("Enter at most three months at once."), field="ends")
    if closure.reason_code not in CLOSURE_REASONS:
        raise Invalid(N_("Please choose one of the list."), field="reason_code")


def check_end(plan: Plan, unit: Candidate, heir: Candidate | None, today: date) -> None:
    """A unit ends on a day to come, and its work goes to one that stays."""
    if plan.closed_from is None:
        if plan.successor:
            raise Invalid(N_("Say from which day the unit is closed."), field="closed_from")
        return
    if not unit.may_end:
        raise RuleBroken(N_("The team cannot work without this unit: it stays open."))
    if plan.closed_from < today:
        raise Invalid(N_("This day has already passed."), field="closed_from")
    if plan.successor:
        check_heir(plan.successor, unit, heir)


def check_heir(successor: str, unit: Candidate, heir: Candidate | None) -> None:
    """Another unit, which takes referrals, and which stays open."""
    if successor == unit.service:
        raise Invalid(N_("A unit cannot follow itself."), field="successor")
    if heir is None or not heir.takes_work:
        raise Invalid(N_("Please choose one of the list."), field="successor")
    if heir.closed_from is not None:
        sentence = N_("This unit closes for good itself. Choose another one.")
        raise Invalid(sentence, field="successor")


def worth_keeping(closures: Collection[Closure], today: date) -> tuple[Closure, ...]:
    """The closures that did not end long ago, the earliest first."""
    kept = (closure for closure in closures if closure.ends >= today - REMEMBERED)
    return tuple(sorted(kept, key=lambda closure: closure.begins))


def first_difference(was: WorkingCalendar, would_be: WorkingCalendar, today: date) -> date | None:
    """The first day on which two calendars differ; None when they never do."""
    days = (today + timedelta(days=after) for after in range(FARTHEST.days + 366))
    return next((day for day in days if was.hours_of(day) != would_be.hours_of(day)), None)


def samples(was: WorkingCalendar, would_be: WorkingCalendar, moment: datetime) -> list[Sample]:
    """What a change of hours means for what comes at a moment: when it is read, when it is due."""
    opens = Sample(0, was.next_opening(moment), would_be.next_opening(moment))
    due = [
        Sample(
            days, was.end_of_working_day(moment, days), would_be.end_of_working_day(moment, days)
        )
        for days in SAMPLES
    ]
    return [opens, *due]
