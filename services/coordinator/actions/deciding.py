"""What a coordinator does with an obligation: chase now, call it settled, and take that back."""

from datetime import datetime, timedelta
from uuid import UUID

from services.coordinator.actions.obligations import about, reopen, say_escalated
from services.coordinator.actions.reading import member_in
from services.coordinator.rules.ladders import CHASE
from services.coordinator.tables import Obligation
from shared.access.members import name_of
from shared.access.viewer import COORDINATOR
from shared.errors import Invalid, RuleBroken
from shared.events import ObligationMet
from shared.i18n import N_
from shared.work import Work

NOT_AGAIN_BEFORE = timedelta(hours=1)
SHORTEST_REASON = 3


def remind_now(work: Work, obligation_id: UUID) -> None:
    """Chase whoever owes it, now, whatever the ladder says."""
    row = _open(work, obligation_id)
    if row.chased_at and work.now - row.chased_at < NOT_AGAIN_BEFORE:
        raise RuleBroken(
            N_("%(who)s reminded them at %(when)s. Give them an hour to answer."),
            **_deed(work, row.chased_by, row.chased_at),
        )
    row.chased_at, row.chased_by = work.now, work.actor
    say_escalated(work, row, CHASE)
    work.audit("chase-obligation", row.patient_id)


def settle(work: Work, obligation_id: UUID, reason: str) -> None:
    """A person says that it was done outside Relais, and how."""
    row = _open(work, obligation_id)
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid(N_("Say in a few words how it was settled."), field="reason")
    row.state, row.next_at = "settled", None
    row.closed_at, row.closed_by, row.closed_why = work.now, work.actor, reason.strip()
    work.announce(ObligationMet(**about(row)))
    work.audit("settle-obligation", row.patient_id)


def take_back(work: Work, obligation_id: UUID) -> None:
    """It was not settled after all: within the day, it is owed again, where it was left."""
    work.require(COORDINATOR)
    row = work.get(Obligation, obligation_id)
    if row.state != "settled" or row.closed_at is None:
        raise RuleBroken(N_("Nobody marked this as settled, or what it was about has ended since."))
    if not can_be_taken_back(work, row.state, row.closed_at):
        raise RuleBroken(N_("This can only be taken back on the day on which it was settled."))
    reopen(work, row)
    work.audit("reopen-obligation", row.patient_id)


def can_be_taken_back(work: Work, state: str, closed_at: datetime | None) -> bool:
    """What was settled can be taken back until the end of the day."""
    if state != "settled" or closed_at is None:
        return False
    return closed_at.astimezone(work.zone).date() == work.today


def _open(work: Work, obligation_id: UUID) -> Obligation:
    work.require(COORDINATOR)
    row = work.get(Obligation, obligation_id)
    if row.state == "settled" and row.closed_at:
        raise RuleBroken(
            N_("%(who)s marked this as settled at %(when)s, before you."),
            **_deed(work, row.closed_by, row.closed_at),
        )
    if row.state != "open":
        raise RuleBroken(N_("This is not owed any more, or not at present. Please look again."))
    return row


def _deed(work: Work, actor: str, at: datetime) -> dict[str, str]:
    """Who did it and when, for a sentence."""
    when = f"{at.astimezone(work.zone):%Y-%m-%d %H:%M}"
    return {"who": name_of(work, member_in(actor)), "when": when}
