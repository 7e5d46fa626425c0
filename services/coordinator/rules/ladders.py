"""The ladders: when something is due, and who is told what when it is not done.

A ladder is climbed by the clock. It stops at once when the obligation is met, cancelled or paused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shared import calendar
from shared.i18n import N_

REMIND, CHASE, TELL, HAND_BACK = "remind", "chase", "tell-coordinator", "hand-back"

STEPS: Mapping[str, str] = {
    REMIND: N_("Remind"),
    CHASE: N_("Chase"),
    TELL: N_("Tell the coordinator"),
    HAND_BACK: N_("Hand back"),
}
ONLY_A_PERSON = frozenset({TELL, HAND_BACK})
"""After these steps no mail helps any more."""

SOURCE = N_("Default of the centre (2026), to be confirmed by it.")


@dataclass(frozen=True)
class Days:
    """The calendar that working days are counted by."""

    zone: ZoneInfo
    country: str


@dataclass(frozen=True)
class Delay:
    """How long after the start: hours on the clock, or a working day's opening or closing."""

    at: str
    count: float

    def after(self, start: datetime, days: Days) -> datetime:
        if self.at == "hours":
            return start + timedelta(hours=self.count)
        count = int(self.count)
        if self.at == "morning":
            return calendar.start_of_working_day(start, days.zone, days.country, count)
        return calendar.end_of_working_day(start, days.zone, days.country, count)


def hours(count: float) -> Delay:
    """So many hours later, night and weekend included: for what cannot wait."""
    return Delay("hours", count)


def morning(count: int) -> Delay:
    """The opening of the `count`-th working day after."""
    return Delay("morning", count)


def evening(count: int) -> Delay:
    """The closing of the `count`-th working day after; for 0 of the same working day."""
    return Delay("evening", count)


@dataclass(frozen=True)
class Rung:
    """One step of a ladder."""

    step: str
    delay: Delay


@dataclass(frozen=True)
class Ladder:
    """When something is due and late, the steps when it is not done, and their repetition."""

    due: Delay
    rungs: tuple[Rung, ...]
    repeat: Delay
    late: Delay | None = None
    """From when on it counts as late, if not from its due time."""
    source: str = SOURCE


def _climb(
    due: Delay, *delays: Delay, repeat: Delay | None = None, late: Delay | None = None
) -> Ladder:
    steps = (REMIND, CHASE, TELL, HAND_BACK)
    rungs = tuple(Rung(step, delay) for step, delay in zip(steps, delays, strict=False))
    return Ladder(due, rungs, repeat or morning(5), late)


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
    "decide-at-urgent-gate": _climb(evening(0), hours(1), hours(2), hours(3), repeat=morning(1)),
    "plan-course": _climb(evening(5), morning(5), morning(8), morning(10)),
    "book-session": _climb(evening(5), morning(5), morning(8), morning(10)),
    # A session is recorded when it ends; it is late when the day is over.
    "record-outcome": _climb(hours(0), evening(0), morning(1), morning(2), late=evening(0)),
    "make-up-session": _climb(evening(2), morning(2), morning(3), morning(4)),
    "plan-next": _climb(evening(5), morning(5), morning(8), morning(10)),
    "decide-next-step": _climb(evening(3), morning(3), morning(5), morning(7)),
    "read-report": _climb(evening(5), morning(5), morning(10), morning(15)),
    "report-back": _climb(evening(7), morning(7), morning(10), morning(12)),
    "follow-up": _climb(evening(0), morning(0), morning(2), morning(5)),
    # An urgent concern is told by the hour, by night as well, until a person has read it.
    "acknowledge-urgent-concern": _climb(hours(1), hours(1), hours(2), hours(3), repeat=hours(4)),
    "acknowledge-concern": _climb(evening(1), morning(1), morning(2), morning(3)),
    # A physician reads of a serious one today; it is told again until somebody has.
    "acknowledge-serious-adverse-event": _climb(
        evening(0), hours(1), hours(2), hours(3), repeat=hours(4)
    ),
    "acknowledge-adverse-event": _climb(evening(5), morning(5), morning(8), morning(10)),
}

_URGENT = {
    "answer-referral": "answer-urgent-referral",
    "acknowledge-concern": "acknowledge-urgent-concern",
    "decide-at-gate": "decide-at-urgent-gate",
    "acknowledge-adverse-event": "acknowledge-serious-adverse-event",
}


UNKNOWN = _climb(evening(1), morning(1), morning(2), morning(3))
"""For a kind that another release has opened: it must not keep the other obligations waiting."""


def ladder_of(what: str, urgent: bool = False) -> Ladder:
    """The ladder of a kind of obligation."""
    return LADDERS.get(_URGENT.get(what, what) if urgent else what, UNKNOWN)


@dataclass(frozen=True)
class Standing:
    """Where an obligation stands on its ladder: steps taken, and when the next one is due."""

    taken: int
    next_step: str
    next_at: datetime


def begin(ladder: Ladder, start: datetime, days: Days) -> Standing:
    """At the foot of the ladder."""
    return Standing(0, ladder.rungs[0].step, ladder.rungs[0].delay.after(start, days))


def climb(
    ladder: Ladder, start: datetime, taken: int, now: datetime, days: Days
) -> tuple[Sequence[str], Standing]:
    """The steps to take now, and where the obligation stands then.

    Steps that were missed while nobody could climb are not told one by one: only the highest
    that is due is taken, with those that belong to the same moment.
    """
    times = [rung.delay.after(start, days) for rung in ladder.rungs]
    reached = max((number for number, at in enumerate(times, 1) if at <= now), default=0)
    if taken >= len(times):  # climbed to its end: the coordinator is told again and again
        return [TELL], _standing(ladder, times, taken, now, days)
    moment = times[reached - 1] if reached > taken else None
    steps = [
        rung.step
        for rung, at in zip(ladder.rungs[taken:reached], times[taken:reached], strict=True)
        if at == moment
    ]
    return steps, _standing(ladder, times, max(reached, taken), now, days)


def standing(ladder: Ladder, start: datetime, taken: int, now: datetime, days: Days) -> Standing:
    """Where an obligation stands that has taken some steps: also after a pause."""
    times = [rung.delay.after(start, days) for rung in ladder.rungs]
    return _standing(ladder, times, taken, now, days)


def _standing(
    ladder: Ladder, times: Sequence[datetime], taken: int, now: datetime, days: Days
) -> Standing:
    if taken < len(times):
        return Standing(taken, ladder.rungs[taken].step, times[taken])
    return Standing(taken, TELL, ladder.repeat.after(now, days))


def shifted(start: datetime, paused_at: datetime, now: datetime, days: Days) -> datetime:
    """The start of a ladder that stood still: later by the working days of the pause."""
    pause = calendar.working_days_between(paused_at, now, days.zone, days.country)
    return calendar.add_working_days(start, pause, days.zone, days.country)


def timetable(ladder: Ladder, start: datetime, days: Days) -> list[tuple[str, datetime]]:
    """Every step of a ladder with its moment."""
    return [(rung.step, rung.delay.after(start, days)) for rung in ladder.rungs]
