"""What is owed, as it is announced: who is reminded of it, and when nobody is any more."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlmodel import col, select

from services.reminders.actions.planning import Occasion, plan, withdraw
from services.reminders.rules import wording
from services.reminders.tables import Matter, Reminder
from shared.access.members import members_of, members_with
from shared.access.tables import Member
from shared.access.viewer import COORDINATOR, PHYSICIAN
from shared.events import OUTSIDE, ObligationEscalated, ObligationOpened
from shared.work import Work


def open_matter(work: Work, event: ObligationOpened) -> None:
    """Keep what is owed, and plan the first mail unless there is nothing to do before its day."""
    matter = work.session.merge(Matter.model_validate(event.model_dump()))
    if not wording.waits_for_its_day(matter.what):
        _tell(work, matter, wording.OPENED)


def escalate(work: Work, event: ObligationEscalated) -> None:
    """Plan the mails of a step of the ladder."""
    matter = work.find(Matter, event.obligation_id)
    if matter is not None and matter.open:
        matter.due_at = event.due_at
        matter.debtor_member = event.debtor_member or matter.debtor_member
        _tell(work, matter, event.step)


def close(work: Work, obligation_id: UUID) -> None:
    """It was done, or is no longer owed: nobody must be reminded of it any more."""
    matter = work.find(Matter, obligation_id)
    if matter is None:
        return
    matter.open = False
    of_matter = col(Reminder.obligation_id) == obligation_id
    withdraw(work, work.all(select(Reminder).where(of_matter)))


def _tell(work: Work, matter: Matter, step: str) -> None:
    told: set[UUID | None] = set()
    for part in wording.parts(step):
        for member_id in _recipients(work, matter, part):
            if member_id not in told:
                plan(work, matter, Occasion(step, part), member_id)
            told.add(member_id)


def _recipients(work: Work, matter: Matter, part: str) -> Iterator[UUID | None]:
    """Whoever is told as this part; None when somebody should be told and nobody is there."""
    if part == "creditor" and matter.creditor == OUTSIDE:
        return
    members = _members(work, matter, part)
    yield from (member.id for member in members)
    if not members:
        yield None


def _members(work: Work, matter: Matter, part: str) -> Sequence[Member]:
    if part == "coordinator":
        return members_with(work, COORDINATOR)
    if part == "creditor":
        return members_of(work, matter.creditor)
    named = work.find(Member, matter.debtor_member) if matter.debtor_member else None
    return [named] if named and named.active else _able(members_of(work, matter.debtor), matter)


def _able(members: Sequence[Member], matter: Matter) -> Sequence[Member]:
    """Those who can do it; everybody, where a physician is asked for and none is there."""
    if matter.what not in wording.FOR_PHYSICIANS:
        return members
    return [member for member in members if PHYSICIAN in member.roles] or members
