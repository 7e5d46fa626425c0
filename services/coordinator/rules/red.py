"""The red list: what no clock and no mail moves any more, so that a person must."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.coordinator.rules.owners import Owner
from shared.i18n import N_

GRACE = timedelta(minutes=15)
"""So long after its moment a step is taken at the latest, else the clock is not running."""

TOLD, LATE_STEP, NO_DATE, WRONG_OWNER = "told", "late-step", "no-date", "wrong-owner"
WHY_RED: Mapping[str, str] = {
    TOLD: N_("The coordinator was told; only a person can move it now."),
    LATE_STEP: N_("Its next step was due and was not taken."),
    NO_DATE: N_("Nothing will happen to it by itself."),
    WRONG_OWNER: N_("Whoever owes it is not there any more."),
}


@dataclass(frozen=True)
class Standing:
    """What must be known of an obligation that stands. `next_at`: its step, or the end of a rest.

    `waits_for_another`: something else that is owed for the same patient will let it go on.
    """

    state: str
    told: bool
    next_at: datetime | None
    owner: Owner
    waits_for_another: bool = False


def why_red(row: Standing, owner: Owner, now: datetime) -> str:
    """Why it is on the red list; empty when it is not. `owner` is who should owe it now."""
    if (row.owner.unit, row.owner.member) != (owner.unit, owner.member):
        return WRONG_OWNER
    if row.state == "open" and row.told:
        return TOLD
    if row.next_at is None:
        return "" if row.waits_for_another else NO_DATE
    return LATE_STEP if now - row.next_at > GRACE else ""
