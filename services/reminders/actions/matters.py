"""What is owed, as it is announced: who is reminded of it, and when nobody is any more."""

from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from services.reminders.actions.people import Recipient, recipients
from services.reminders.actions.planning import Occasion, plan, withdraw
from services.reminders.rules import wording
from services.reminders.tables import Matter, Reminder
from shared.events import ObligationEscalated, ObligationOpened
from shared.work import Work


def open_matter(work: Work, event: ObligationOpened) -> None:
    """Keep what is owed, and plan the first word unless there is nothing to do before its day."""
    matter = work.find(Matter, event.obligation_id)
    if matter is None:
        matter = Matter.model_validate(event.model_dump())
        work.add(matter)
    else:
        matter.sqlmodel_update(event.model_dump(include=set(Matter.model_fields)))
        matter.open, matter.closed_at, matter.version = True, None, matter.version + 1
    if wording.waits_for_its_day(matter.what):
        matter.step, matter.asked_at = "", None
    else:
        _tell(work, matter, wording.OPENED, event.due_at)


def escalate(work: Work, event: ObligationEscalated) -> None:
    """Plan that a step of the ladder is told."""
    matter = work.find(Matter, event.obligation_id)
    if matter is not None and matter.open:
        matter.due_at, matter.version = event.due_at, matter.version + 1
        matter.debtor_member = event.debtor_member or matter.debtor_member
        _tell(work, matter, event.step, work.said_at, by_hand=_a_person_asked(work))


def close(work: Work, obligation_id: UUID) -> None:
    """It was done, or is no longer owed: nobody must be reminded of it any more."""
    matter = work.find(Matter, obligation_id)
    if matter is None:
        return
    matter.open, matter.closed_at, matter.version = False, work.now, matter.version + 1
    of_matter = col(Reminder.obligation_id) == obligation_id
    withdraw(work, work.all(select(Reminder).where(of_matter)))


def _a_person_asked(work: Work) -> bool:
    return work.cause is not None and work.cause.actor.startswith("member:")


def _tell(
    work: Work, matter: Matter, step: str, due_at: datetime, *, by_hand: bool = False
) -> None:
    matter.step, matter.asked_at = step, work.said_at
    # The mails that are planned now refer to it.
    work.session.flush()
    told: set[UUID | None] = set()
    for part, to in _everybody(work, matter, step):
        member_id = to.member.id if to.member else None
        if member_id not in told:
            plan(work, matter, Occasion(step, part, due_at, by_hand), to)
        told.add(member_id)


def _everybody(work: Work, matter: Matter, step: str) -> list[tuple[str, Recipient]]:
    """Whoever is told at a step; of what is urgent the coordinator, when nobody else is there."""
    parts = wording.parts(step)
    found = [(part, to) for part in parts for to in recipients(work, matter, step, part)]
    nobody = all(to.member is None for _, to in found)
    if matter.urgent and nobody and "coordinator" not in parts:
        found += [("coordinator", to) for to in recipients(work, matter, step, "coordinator")]
    return found
