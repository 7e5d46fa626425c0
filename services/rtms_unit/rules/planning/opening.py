"""When the unit is open: hours for each weekday, public holidays and closures."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.rtms_unit.rules.protocols.model import Known
from shared.calendar import CLOSES, OPENS, is_public_holiday
from shared.errors import Invalid
from shared.i18n import N_

MINUTES_OF_AN_HOUR = 60
_FRIDAY = 4


@dataclass(frozen=True)
class Window:
    """A time of a weekday (0 is Monday), in minutes of the day, and how many operators there are.

    An operator attends one session at a time.
    """

    weekday: int
    opens: int
    closes: int
    operators: int


LONGEST_CLOSURE = 92
"""Days: longer is a slip of the pen."""
SEARCHED = 400
"""Days: a unit that is not open within them is closed for good, and any day counts."""
HOURS_KNOWN = Known(N_("Default of the centre: its working day, one operator"), 2026)
DEFAULT_HOURS = tuple(
    Window(weekday, OPENS.hour * MINUTES_OF_AN_HOUR, CLOSES.hour * MINUTES_OF_AN_HOUR, operators=1)
    for weekday in range(_FRIDAY + 1)
)


@dataclass(frozen=True)
class Days:
    """Some days in a row, both ends included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


class Opening:
    """The calendar of the unit. Without a country it is open on public holidays."""

    def __init__(
        self, windows: Iterable[Window], closures: Iterable[Days] = (), country: str = "FR"
    ) -> None:
        self._country, self._closures = country, tuple(closures)
        self._windows: dict[int, tuple[Window, ...]] = {}
        for window in sorted(windows, key=lambda each: each.opens):
            known = self._windows.get(window.weekday, ())
            self._windows[window.weekday] = (*known, window)

    def usually(self, day: date) -> bool:
        """Whether the unit is open on this weekday when nothing is special."""
        return day.weekday() in self._windows

    def why_closed(self, day: date) -> str:
        """A code of the reasons; empty when the unit is open."""
        if not self.usually(day):
            return "weekend"
        if self._country and is_public_holiday(day, self._country):
            return "public-holiday"
        return "closure" if any(day in closed for closed in self._closures) else ""

    def windows(self, day: date) -> tuple[Window, ...]:
        """The hours of a day, the earliest first; none when it is closed."""
        return () if self.why_closed(day) else self._windows[day.weekday()]

    def later(self, day: date, steps: int) -> date:
        """The day so many usually open days later; a holiday counts as one of them."""
        return self._later(day, steps, self.usually)

    def open_later(self, day: date, steps: int) -> date:
        """The day so many days later on which the unit is really open."""
        return self._later(day, steps, lambda each: not self.why_closed(each))

    @staticmethod
    def _later(day: date, steps: int, counts: Callable[[date], bool]) -> date:
        for _ in range(steps):
            ahead = (day + timedelta(days=after) for after in range(1, SEARCHED))
            day = next((each for each in ahead if counts(each)), day + timedelta(days=1))
        return day


def check_days(days: Days, today: date) -> None:
    """Days on which somebody or the unit is away lie ahead, and are three months at most."""
    if days.last < days.first:
        raise Invalid(N_("The last day lies before the first one."), field="last")
    if days.first < today:
        raise Invalid(N_("This day has already passed."), field="first")
    if (days.last - days.first).days >= LONGEST_CLOSURE:
        raise Invalid(N_("Enter at most three months at once."), field="last")


def check_hours(windows: Sequence[Window]) -> None:
    """Hours open before they close, and two of one day do not overlap."""
    before: dict[int, int] = {}
    for window in sorted(windows, key=lambda each: (each.weekday, each.opens)):
        if window.closes <= window.opens:
            raise Invalid(N_("The unit must open before it closes."), field="windows")
        if window.opens < before.get(window.weekday, 0):
            raise Invalid(N_("Two opening times of one day overlap."), field="windows")
        before[window.weekday] = window.closes
