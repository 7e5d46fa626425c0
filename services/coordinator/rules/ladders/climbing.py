"""How a ladder is climbed: by the clock, step by step, and never twice the same one.

It stops at once when the obligation is met, cancelled or paused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.coordinator.rules.ladders.model import TELL, Ladder
from shared.calendar import WorkingCalendar


@dataclass(frozen=True)
class Standing:
    """Where an obligation stands on its ladder: steps taken, and when the next one is due."""

    taken: int
    next_step: str
    next_at: datetime


def begin(ladder: Ladder, start: datetime, calendar: WorkingCalendar) -> Standing:
    """At the foot of the ladder."""
    return Standing(0, ladder.rungs[0].step, ladder.rungs[0].delay.after(start, calendar))


def climb(
    ladder: Ladder, start: datetime, taken: int, now: datetime, calendar: WorkingCalendar
) -> tuple[Sequence[str], Standing]:
    """The steps to take now, and where the obligation stands then.

    Steps that were missed while nobody could climb are not told one by one: only the highest
    that is due is taken, with those that belong to the same moment.
    """
    times = [rung.delay.after(start, calendar) for rung in ladder.rungs]
    reached = max((number for number, at in enumerate(times, 1) if at <= now), default=0)
    if taken >= len(times):  # climbed to its end: the coordinator is told again and again
        return [TELL], _standing(ladder, times, taken, now, calendar)
    moment = times[reached - 1] if reached > taken else None
    steps = [
        rung.step
        for rung, at in zip(ladder.rungs[taken:reached], times[taken:reached], strict=True)
        if at == moment
    ]
    return steps, _standing(ladder, times, max(reached, taken), now, calendar)


def standing(
    ladder: Ladder, start: datetime, taken: int, now: datetime, calendar: WorkingCalendar
) -> Standing:
    """Where an obligation stands that has taken some steps: also after a pause."""
    times = [rung.delay.after(start, calendar) for rung in ladder.rungs]
    return _standing(ladder, times, taken, now, calendar)


def _standing(
    ladder: Ladder,
    times: Sequence[datetime],
    taken: int,
    now: datetime,
    calendar: WorkingCalendar,
) -> Standing:
    if taken < len(times):
        return Standing(taken, ladder.rungs[taken].step, times[taken])
    return Standing(taken, TELL, ladder.repeat.after(now, calendar))


def shifted(
    start: datetime, paused_at: datetime, now: datetime, calendar: WorkingCalendar
) -> datetime:
    """The start of a ladder that stood still: later by the working days of the pause."""
    pause = calendar.working_days_between(paused_at, now)
    return calendar.add_working_days(start, pause)


def timetable(
    ladder: Ladder, start: datetime, calendar: WorkingCalendar
) -> list[tuple[str, datetime]]:
    """Every step of a ladder with its moment."""
    return [(rung.step, rung.delay.after(start, calendar)) for rung in ladder.rungs]


def drawn_anew(was: datetime, would_be: datetime, now: datetime) -> datetime:
    """A date after the working days have changed: what has passed stays, nothing moves back.

    `was` is what people were told, `would_be` what the days of today say.
    """
    return was if was <= now else max(would_be, now)
