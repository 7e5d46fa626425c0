"""The rules of leave: which days can be entered, and who can stand in."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.accounts.rules.spans import check_span
from shared.errors import Invalid, RuleBroken
from shared.events import Absence
from shared.i18n import N_

LONGEST = timedelta(days=366)
"""Longer is a slip of the pen."""
MOST = 40
"""So many absences of one member are kept at once."""
REMEMBERED = timedelta(days=30)
"""An absence that ended is forgotten after so long: nobody needs to know it any more."""


@dataclass(frozen=True)
class Colleague:
    """What has to be known of a member to say whether he or she can stand in."""

    id: UUID
    active: bool
    units: Collection[str]


def check_days(absence: Absence, others: Collection[Absence], today: date) -> None:
    """Days that lie ahead, that are in order, and that are not entered already."""
    check_span(absence.begins, absence.ends, today)
    if absence.ends < today:
        raise Invalid(N_("These days have already passed."), field="ends")
    if absence.ends - absence.begins >= LONGEST:
        raise Invalid(N_("Enter at most one year at once."), field="ends")
    if any(overlap(absence, other) for other in others):
        sentence = N_("Some of these days are entered already: change that absence instead.")
        raise Invalid(sentence, field="begins")
    if len(others) >= MOST:
        raise RuleBroken(N_("So many absences cannot be kept. Remove one of them first."))


def check_deputy(member: Colleague, deputy: Colleague | None) -> None:
    """Somebody else, who is still in the team, and who works where the member works."""
    if deputy is None:
        raise Invalid(N_("Please choose one of the list."), field="deputy")
    if deputy.id == member.id:
        raise Invalid(N_("Nobody can stand in for himself or herself."), field="deputy")
    if not deputy.active:
        raise Invalid(N_("This person has left the team. Choose somebody else."), field="deputy")
    if not works_there(member, deputy):
        sentence = N_("This person works in another unit and could not do the work of this one.")
        raise Invalid(sentence, field="deputy")


def works_there(member: Colleague, deputy: Colleague) -> bool:
    """Whether the deputy has a unit in common with the member; without any, all can stand in."""
    return not member.units or not set(member.units).isdisjoint(deputy.units)


def overlap(one: Absence, other: Absence) -> bool:
    """Whether two absences have a day in common."""
    return one.begins <= other.ends and other.begins <= one.ends


def worth_keeping(absences: Iterable[Absence], today: date) -> list[Absence]:
    """The absences that did not end long ago, the earliest first."""
    kept = (absence for absence in absences if absence.ends >= today - REMEMBERED)
    return sorted(kept, key=lambda absence: absence.begins)


def days_of(absence: Absence, since: date) -> list[date]:
    """The days of an absence that are still to come."""
    first = max(absence.begins, since)
    return [first + timedelta(days=after) for after in range((absence.ends - first).days + 1)]


def in_rows(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days that follow one another, as first and last of each row."""
    rows: list[tuple[date, date]] = []
    for day in days:
        if rows and day - rows[-1][1] == timedelta(days=1):
            rows[-1] = (rows[-1][0], day)
        else:
            rows.append((day, day))
    return rows
