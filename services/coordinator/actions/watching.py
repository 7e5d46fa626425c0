"""Nothing is silently stuck: what stands has one owner and a next date, or is on the red list."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel import col, select

from services.coordinator.actions.redrawing import is_any_wanted
from services.coordinator.actions.staffing import owner_of
from services.coordinator.rules.owners import Owner
from services.coordinator.rules.red import NO_DATE, WRONG_OWNER, Standing, why_red
from services.coordinator.tables import Obligation
from shared.work import Work

OWED = ("open", "paused")
FAULTS = {
    NO_DATE: "it has no next date",
    WRONG_OWNER: "it is owed by somebody who cannot owe it",
}
"""What must not be, in words for whoever looks after the centre."""


class Red(NamedTuple):
    """An obligation on the red list, and why it is there: a word of `rules.red`."""

    row: Obligation
    why: str


def red_list(work: Work) -> list[Red]:
    """Everything that only a person can move now, the longest since its last moment first."""
    rows = _owed(work)
    moved_by = _moved_by_others(rows)
    found = [Red(row, _why(work, row, moved_by)) for row in rows]
    return [red for red in found if red.why]


def problems(work: Work) -> list[str]:
    """What is owed without a right owner or a next date, in sentences without any name.

    While owners are still to be looked at again, as each morning, a wrong one is only on its way.
    """
    faults = {NO_DATE} if is_any_wanted(work) else {NO_DATE, WRONG_OWNER}
    return [
        f"obligation {red.row.id} ({red.row.what}): {FAULTS[red.why]}"
        for red in red_list(work)
        if red.why in faults
    ]


def _owed(work: Work) -> Sequence[Obligation]:
    chosen = select(Obligation).where(col(Obligation.state).in_(OWED))
    found: Sequence[Obligation] = work.all(
        chosen.order_by(col(Obligation.next_at), col(Obligation.id))
    )
    return found


def _moved_by_others(rows: Sequence[Obligation]) -> set[UUID]:
    """Referrals for which something is owed that will let the rest of it go on."""
    return {row.referral_id for row in rows if row.referral_id and not row.waits}


def _why(work: Work, row: Obligation, moved_by: set[UUID]) -> str:
    next_at = row.held_until if row.state == "paused" and not row.waits else row.next_at
    facts = Standing(
        state=row.state,
        told=row.told,
        next_at=next_at,
        owner=Owner(row.debtor, row.debtor_member),
        waits_for_another=row.waits and row.referral_id in moved_by,
    )
    return why_red(facts, owner_of(work, row), work.now)
