"""Whether a clock can be believed: what it says is compared with how long the machine has run."""

from datetime import datetime, timedelta

TOO_FAR = timedelta(hours=6)
"""After a jump forward by more than this no mail goes until a person says so."""
NOTEWORTHY = timedelta(minutes=1)
"""Clocks are put right by less than this all the time."""


def jump(said: datetime, ran: float, now: datetime, runs: float) -> timedelta:
    """How far a clock was put forward (or back, below zero) since it said `said`.

    `ran` and `runs` are seconds that the machine had been running then, and has by now.
    """
    return (now - said) - timedelta(seconds=runs - ran)


def is_noteworthy(jumped: timedelta) -> bool:
    """Whether the clock was put on or back at all."""
    return abs(jumped) >= NOTEWORTHY


def went_back(jumped: timedelta) -> bool:
    return jumped <= -NOTEWORTHY


def is_doubtful(jumped: timedelta) -> bool:
    """Whether it jumped so far that somebody must say if it is right."""
    return jumped > TOO_FAR
