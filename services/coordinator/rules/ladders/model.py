"""What a ladder says: when something is due, and which step follows after how long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.calendar import WorkingCalendar
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

HOURS, MORNING, EVENING = "hours", "morning", "evening"
MOMENTS: Mapping[str, str] = {
    HOURS: N_("hours later, nights and weekends included"),
    MORNING: N_("working days later, when the unit opens"),
    EVENING: N_("working days later, when the unit closes"),
}


@dataclass(frozen=True)
class Delay:
    """How long after the start: hours on the clock, or a working day's opening or closing."""

    at: str
    count: float

    def after(self, start: datetime, calendar: WorkingCalendar) -> datetime:
        """The moment, by the working days of whoever owes it."""
        if self.at == HOURS:
            return start + timedelta(hours=self.count)
        if self.at == MORNING:
            return calendar.start_of_working_day(start, int(self.count))
        return calendar.end_of_working_day(start, int(self.count))


def hours(count: float) -> Delay:
    """So many hours later, night and weekend included: for what cannot wait."""
    return Delay(HOURS, count)


def morning(count: int) -> Delay:
    """The opening of the `count`-th working day after."""
    return Delay(MORNING, count)


def evening(count: int) -> Delay:
    """The closing of the `count`-th working day after; for 0 of the same working day."""
    return Delay(EVENING, count)


@dataclass(frozen=True)
class Rung:
    """One step of a ladder."""

    step: str
    delay: Delay


@dataclass(frozen=True)
class Ladder:
    """When something is due and late, the steps when it is not done, and their repetition.

    `confirmed`: the centre has said that it works so; else it is a proposal to be confirmed.
    """

    due: Delay
    rungs: tuple[Rung, ...]
    repeat: Delay
    late: Delay | None = None
    """From when on it counts as late, if not from its due time."""
    source: str = ""
    year: int = 0
    confirmed: bool = False

    def told_after(self, taken: int) -> bool:
        """Whether the coordinator was told when so many steps are taken."""
        return any(rung.step in ONLY_A_PERSON for rung in self.rungs[:taken])
