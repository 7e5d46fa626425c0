"""What a coordinator does with an obligation: chase now, end it, and take back what was done."""

from datetime import timedelta
from uuid import UUID

from services.coordinator.actions.history import (
    deed_of,
    history,
    note,
    still_live,
    to_decide,
    undoable,
    with_reason,
)
from services.coordinator.actions.moving import put_back
from services.coordinator.actions.obligations import reopen, say_escalated
from services.coordinator.actions.obligations import settle as end_by_person
from services.coordinator.rules import deeds
from services.coordinator.rules.ladders import CHASE
from shared.errors import RuleBroken
from shared.i18n import N_
from shared.work import Work

NOT_AGAIN_BEFORE = timedelta(hours=1)


def remind_now(work: Work, obligation_id: UUID, version: int | None = None) -> None:
    """Chase whoever owes it, now, whatever the ladder says."""
    row = to_decide(work, obligation_id, version)
    still_live(work, row, "open")
    if row.chased_at and work.now - row.chased_at < NOT_AGAIN_BEFORE:
        raise RuleBroken(
            N_("%(who)s reminded them at %(when)s. Give them an hour to answer."),
            **deed_of(work, row.chased_by, row.chased_at),
        )
    row.chased_at, row.chased_by = work.now, work.actor
    say_escalated(work, row, CHASE)
    note(work, row, deeds.CHASED, unit=row.debtor, member=row.debtor_member)


def settle(work: Work, obligation_id: UUID, reason: str, version: int | None = None) -> None:
    """A person says that it was done outside Relais, and how."""
    why = with_reason(reason, N_("Say in a few words how it was settled."))
    _end(work, obligation_id, deeds.DONE, why, version)


def dismiss(work: Work, obligation_id: UUID, reason: str, version: int | None = None) -> None:
    """A person says that it need not be done, and why.

    It stays ended although the rules still ask for it, until what it is about changes.
    """
    why = with_reason(reason, N_("Say in a few words why it is no longer needed."))
    _end(work, obligation_id, deeds.NOT_NEEDED, why, version)


def _end(work: Work, obligation_id: UUID, how: str, why: str, version: int | None) -> None:
    row = to_decide(work, obligation_id, version)
    still_live(work, row, "open", "paused")
    end_by_person(work, row, how)
    row.closed_at, row.closed_by, row.closed_why = work.now, work.actor, why
    note(work, row, how, reason=why)


def take_back(work: Work, obligation_id: UUID, version: int | None = None) -> None:
    """Undo what a person did with it last; within the day, and it goes on where it was left."""
    row = to_decide(work, obligation_id, version)
    lines = history(work, row.id)
    line = undoable(work, row.state, lines)
    if line is None:
        raise RuleBroken(_why_not(row.state, lines))
    if line.what in deeds.ENDS:
        reopen(work, row)
    else:
        still_live(work, row, "open", "paused")
        put_back(work, row, line)
    line.undone_at = work.now
    note(work, row, deeds.UNDONE, code=line.what)


def _why_not(state: str, lines: object) -> str:
    if state in ("met", "cancelled") or not lines:
        return N_("Nobody did anything with this, or what it was about has ended since.")
    return N_("This can only be taken back on the day on which it was done.")
