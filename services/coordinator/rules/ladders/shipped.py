"""The ladders that Relais proposes, one for each kind of obligation, with source and year.

A ladder that was ever released is never changed: the centre writes another version of it.
"""

from collections.abc import Mapping

from services.coordinator.rules.ladders.model import (
    CHASE,
    HAND_BACK,
    REMIND,
    TELL,
    Delay,
    Ladder,
    Rung,
    evening,
    hours,
    morning,
)
from shared.i18n import N_

FIRST_VERSION = 1
YEAR = 2026
PROPOSAL = N_("Proposal of Relais")
SAME_DAY = N_("Proposal of Relais: a person reads it on the same working day")
FOLLOW_UP_ON_ITS_DAY = N_("Proposal of Relais; the day itself comes from the protocol")
MISSED = N_("Proposal of Relais: a missed session is made up within two working days")


def _climb(
    due: Delay,
    *delays: Delay,
    repeat: Delay | None = None,
    late: Delay | None = None,
    source: str = PROPOSAL,
) -> Ladder:
    steps = (REMIND, CHASE, TELL, HAND_BACK)
    rungs = tuple(Rung(step, delay) for step, delay in zip(steps, delays, strict=False))
    return Ladder(due, rungs, repeat or morning(5), late, source, YEAR)


LADDERS: Mapping[str, Ladder] = {
    # Three, seven and fourteen working days: the ladder of the centre for a referral.
    "answer-referral": _climb(evening(3), morning(3), morning(7), morning(7), morning(14)),
    "answer-urgent-referral": _climb(evening(1), morning(1), morning(2), morning(2), morning(5)),
    "answer-question": _climb(evening(2), morning(2), morning(4), morning(5)),
    "complete-screening": _climb(evening(3), morning(3), morning(5), morning(7)),
    # A patient may be waiting in front of the machine.
    "complete-at-gate": _climb(evening(1), morning(1), morning(2), morning(3)),
    "decide-at-gate": _climb(evening(1), morning(1), morning(2), morning(3)),
    # The door is shut and nobody is stimulated: a physician decides on the same working day.
    "decide-at-urgent-gate": _climb(
        evening(0), hours(1), hours(2), hours(3), repeat=morning(1), source=SAME_DAY
    ),
    "plan-course": _climb(evening(5), morning(5), morning(8), morning(10)),
    "book-session": _climb(evening(5), morning(5), morning(8), morning(10)),
    # A session is recorded when it ends; it is late when the day is over.
    "record-outcome": _climb(hours(0), evening(0), morning(1), morning(2), late=evening(0)),
    "make-up-session": _climb(evening(2), morning(2), morning(3), morning(4), source=MISSED),
    "plan-next": _climb(evening(5), morning(5), morning(8), morning(10)),
    "decide-next-step": _climb(evening(3), morning(3), morning(5), morning(7)),
    "read-report": _climb(evening(5), morning(5), morning(10), morning(15)),
    "report-back": _climb(evening(7), morning(7), morning(10), morning(12)),
    "follow-up": _climb(
        evening(0), morning(0), morning(2), morning(5), source=FOLLOW_UP_ON_ITS_DAY
    ),
    # An urgent concern is told by the hour, by night as well, until a person has read it.
    "acknowledge-urgent-concern": _climb(
        hours(1), hours(1), hours(2), hours(3), repeat=hours(4), source=SAME_DAY
    ),
    "acknowledge-concern": _climb(evening(1), morning(1), morning(2), morning(3)),
    # A physician reads of a serious one today; it is told again until somebody has.
    "acknowledge-serious-adverse-event": _climb(
        evening(0), hours(1), hours(2), hours(3), repeat=hours(4), source=SAME_DAY
    ),
    "acknowledge-adverse-event": _climb(evening(5), morning(5), morning(8), morning(10)),
}

URGENT = {
    "answer-referral": "answer-urgent-referral",
    "acknowledge-concern": "acknowledge-urgent-concern",
    "decide-at-gate": "decide-at-urgent-gate",
    "acknowledge-adverse-event": "acknowledge-serious-adverse-event",
}
"""The kinds of obligation that climb another ladder when they are urgent."""

UNKNOWN = _climb(evening(1), morning(1), morning(2), morning(3))
"""For a kind that another release has opened: it must not keep the other obligations waiting."""


def name_of(what: str, urgent: bool = False) -> str:
    """The name of the ladder that a kind of obligation climbs."""
    return URGENT.get(what, what) if urgent else what


def ladder_of(what: str, urgent: bool = False) -> Ladder:
    """The ladder that Relais proposes for a kind of obligation."""
    return LADDERS.get(name_of(what, urgent), UNKNOWN)


def kind_of(name: str) -> tuple[str, bool]:
    """The kind of obligation that climbs this ladder, and whether only when it is urgent."""
    for what, urgent in URGENT.items():
        if urgent == name:
            return what, True
    return name, False
