"""How long something takes when some still wait: they count, as far as they have waited."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Wait:
    """Days that somebody has waited; `over` when the end has come, else it lasts still."""

    days: int
    over: bool


def median(waited: Iterable[Wait]) -> int | None:
    """The Kaplan-Meier median in days: the first day on which half or fewer still wait.

    Whoever still waits counts as waiting up to the last day that is known of him or her. None: more
    than half still wait, or nobody is there. Exact, in fractions.
    """
    ends, known = Counter[int](), sorted(waited, key=lambda wait: wait.days)
    for wait in known:
        ends[wait.days] += wait.over
    still = Fraction(1)
    for days in sorted(ends):
        at_risk = sum(wait.days >= days for wait in known)
        still *= 1 - Fraction(ends[days], at_risk)
        if still <= Fraction(1, 2):
            return days
    return None
