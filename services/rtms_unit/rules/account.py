"""The account of a course: what was planned was given, missed or cancelled, or is to come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.rtms_unit.rules.planning.making_up import MAKE_UP_WITHIN
from services.rtms_unit.rules.planning.opening import Opening
from shared.errors import RuleBroken
from shared.i18n import N_

GIVEN = frozenset({"completed", "interrupted"})
TO_COME = frozenset({"booked", "arrived"})
UNDER_WAY = frozenset({"active", "on-hold"})


@dataclass(frozen=True)
class Account:
    """How many sessions of a course there are in each state; an interrupted one was given."""

    given: int = 0
    missed: int = 0
    cancelled: int = 0
    to_come: int = 0

    @property
    def planned(self) -> int:
        return self.given + self.missed + self.cancelled + self.to_come


@dataclass(frozen=True)
class Stand:
    """A session of a course, as far as the account asks: `at` is when it got its state."""

    id: UUID
    phase: str
    induction: bool
    status: str
    day: date
    at: datetime
    makes_up: UUID | None


def account(statuses: Iterable[str]) -> Account:
    """The account of sessions by their states."""
    every = list(statuses)
    return Account(
        given=sum(status in GIVEN for status in every),
        missed=every.count("missed"),
        cancelled=every.count("cancelled"),
        to_come=sum(status in TO_COME for status in every),
    )


def at_risk_since(
    stands: Iterable[Stand], accepted_at: datetime | None, opening: Opening
) -> datetime | None:
    """When the first session of the induction was missed that still endangers the course.

    It no longer does when a physician has accepted it, when another session stands in for it that
    was given, or when one will that keeps the induction dense: with no more than `MAKE_UP_WITHIN`
    open days from one of its sessions to the next.
    """
    every = list(stands)
    stand_ins = {each.makes_up: each for each in every if each.status != "cancelled"}
    open_since = [
        each.at
        for each in every
        if each.induction
        and each.status == "missed"
        and not (accepted_at and each.at <= accepted_at)
        and not _is_made_up(stand_ins.get(each.id), every, opening)
    ]
    return min(open_since, default=None)


def _is_made_up(stand_in: Stand | None, every: list[Stand], opening: Opening) -> bool:
    if stand_in is None:
        return False
    return stand_in.status not in TO_COME or _is_dense(stand_in, every, opening)


def _is_dense(stand_in: Stand, every: list[Stand], opening: Opening) -> bool:
    """Whether the session before it in its phase is close enough; one missed again is its own."""
    before = [
        each.day
        for each in every
        if each.phase == stand_in.phase
        and each.status in GIVEN | TO_COME
        and each.day < stand_in.day
    ]
    return not before or stand_in.day <= opening.open_later(max(before), MAKE_UP_WITHIN)


def refuse_unless_under_way(status: str) -> None:
    """A course that is over is not changed any more."""
    if status not in UNDER_WAY:
        raise RuleBroken(N_("This course is over."))


def refuse_while_stopped(status: str) -> None:
    """Nothing is planned for a course that a physician has not re-opened."""
    if status == "on-hold":
        raise RuleBroken(N_("The course is stopped. Only a physician re-opens it."))


def refuse_up_to_date(is_up_to_date: bool) -> None:
    """Only what went by while a course was stopped is caught up."""
    if is_up_to_date:
        raise RuleBroken(N_("No session went by while the course was stopped."))


def refuse_second(under_way: int) -> None:
    """One course at a time for one referral."""
    if under_way:
        raise RuleBroken(N_("A course is under way for this referral: end it before the next one."))


def refuse_unfinished(under_way: int) -> None:
    """A referral is complete when its course is over."""
    if under_way:
        raise RuleBroken(N_("A course is still under way: end it first."))


def refuse_unless_lost(status: str) -> None:
    """Only a session that was missed or cancelled is made up."""
    if status not in ("missed", "cancelled"):
        raise RuleBroken(N_("This session was not missed: there is nothing to make up."))


def refuse_second_stand_in(has_one: bool) -> None:
    """A session is made up once."""
    if has_one:
        raise RuleBroken(N_("Another session stands in for this one already."))


def refuse_after_next_phase(begun: bool) -> None:
    """The phases keep their order."""
    if begun:
        raise RuleBroken(
            N_(
                "The next phase has begun: this session can no longer be made up. A physician can "
                "accept that it is missing."
            )
        )


def refuse_unless_at_risk(at_risk_since: datetime | None) -> None:
    """Only a risk that is there is accepted."""
    if at_risk_since is None:
        raise RuleBroken(N_("The course is not at risk."))


def refuse_changed_since(changed: bool) -> None:
    """What others have built on is not taken back."""
    if changed:
        raise RuleBroken(
            N_("Something has happened to these sessions since: it can no longer be undone.")
        )


def refuse_undone(undone: bool) -> None:
    """A change is taken back once."""
    if undone:
        raise RuleBroken(N_("This change was taken back already."))


def refuse_taken(free: bool) -> None:
    """Somebody else may have been given the time meanwhile."""
    if not free:
        raise RuleBroken(N_("A time from before is no longer free: the change cannot be undone."))
