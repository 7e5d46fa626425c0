"""When a patient is asked again after the care: the points of the centre, or of a protocol."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from shared.errors import Invalid
from shared.i18n import N_
from shared.measuring.instruments import Source

POINTS: Mapping[str, str] = {
    "week-1": N_("1 week after"),
    "day-15": N_("15 days after"),
    "month-1": N_("1 month after"),
    "month-3": N_("3 months after"),
    "week-25": N_("25 weeks after"),
    "day-180": N_("180 days after"),
    "month-6": N_("6 months after"),
    "other": N_("Another time"),
}
"""What a follow-up point is called; a protocol may name its own among them."""

DEFAULT_POINTS = ("week-1", "month-1", "month-3", "month-6")
DEFAULT_SOURCE = Source(
    N_("Default of the centre (at least 3 months: Klein et al., PAIN)"), 2015, False
)
_DAYS = {"day": 1, "week": 7}


def due_of(point: str, start: date) -> date:
    """The day of a follow-up point, counted from the end of the care; `other` has no day."""
    unit, _, count = point.partition("-")
    if unit not in (*_DAYS, "month") or not count.isdecimal():
        raise Invalid(N_("Please enter a date."), field="due_on")
    if unit in _DAYS:
        return start + timedelta(days=_DAYS[unit] * int(count))
    return _months_later(start, int(count))


def schedule(end: date, points: Iterable[str] = DEFAULT_POINTS) -> list[tuple[str, date]]:
    """The follow-ups after a care that ended on this day: each point with its day, in order."""
    return sorted(((point, due_of(point, end)) for point in points), key=lambda pair: pair[1])


def _months_later(start: date, months: int) -> date:
    """The same day of a later month, or its last day: 30 November and 3 months is 28 February."""
    years, month = divmod(start.month - 1 + months, 12)
    first = start.replace(year=start.year + years, month=month + 1, day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return min(first + timedelta(days=start.day - 1), following - timedelta(days=1))
