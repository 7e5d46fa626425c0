"""How soon somebody is told: at once, in a mail of its own, or with the daily mail."""

from dataclasses import dataclass
from typing import Literal

from services.reminders.rules.wording import CHASE, HAND_BACK, TELL_COORDINATOR

Pace = Literal["at-once", "alone", "daily"]
AT_ONCE: Pace = "at-once"
"""Now, at whatever hour."""
ALONE: Pace = "alone"
"""Now, or when quiet time is over."""
DAILY: Pace = "daily"
"""With everything else, on the next working morning."""
ESCALATIONS = frozenset({TELL_COORDINATOR, HAND_BACK})


@dataclass(frozen=True)
class Manners:
    """What the centre and the person want: three settings that are set apart from each other.

    Quiet time is the third one; it is the person's own.
    """

    chase: str
    escalation: str
    daily_only: bool


def pace_of(
    step: str, manners: Manners, *, urgent: bool, for_today: bool, by_hand: bool = False
) -> Pace:
    """How soon a step is told. `by_hand`: a person pressed a button for it."""
    if urgent:
        return AT_ONCE
    if by_hand or not manners.daily_only:
        return ALONE
    if step in ESCALATIONS:
        return _as_set(manners.escalation)
    if step == CHASE:
        return _as_set(manners.chase)
    return ALONE if for_today else DAILY


def is_for_a_deputy(step: str, *, urgent: bool) -> bool:
    """Whether it cannot wait until whoever is away is back."""
    return urgent or step in ESCALATIONS


def _as_set(setting: str) -> Pace:
    return DAILY if setting == "daily" else ALONE
