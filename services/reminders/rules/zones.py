"""A time zone as calendar programs want it: when the clocks change, by rule or one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEK = 7
_YEARS_OF_A_RULE = 3
"""So many years in a row must follow a rule before it is believed."""
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""As a clock on the wall shows it: onsets have no zone, because they belong to one."""


@dataclass(frozen=True)
class Observance:
    """From when on a zone has which offset. `onset` is what clocks showed just before.

    With `rule` it begins every year anew on a day such as the last Sunday of March: `-1SU`.
    """

    onset: datetime
    before: timedelta
    after: timedelta
    name: str
    rule: tuple[int, str] | None = None
    """The month and the day of the week in it."""

    @property
    def is_daylight(self) -> bool:
        return self.after > self.before


@lru_cache(maxsize=256)
def observances(zone: ZoneInfo, first: int, last: int) -> tuple[Observance, ...]:
    """What a calendar must know of a zone for the moments of these years (both included)."""
    changes = list(_changes(zone, first - 1, last + _YEARS_OF_A_RULE))
    rules = _yearly(changes)
    if rules:
        return rules
    start = datetime(first - 1, 1, 1, tzinfo=zone)
    offset = start.utcoffset() or timedelta()
    onset = start.replace(tzinfo=None) if changes else _BEGINNING
    steady = Observance(onset, offset, offset, start.tzname() or "")
    return (steady, *(change for change in changes if change.onset.year <= last + 1))


def _changes(zone: ZoneInfo, first: int, last: int) -> Iterator[Observance]:
    """Each change of the clocks in these years."""
    moment, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    while moment < end:
        following = moment + timedelta(days=1)
        if _clock(zone, moment) != _clock(zone, following):
            yield _change(zone, moment, following)
        moment = following


def _change(zone: ZoneInfo, earlier: datetime, later: datetime) -> Observance:
    """The change between two moments, of which there is one at most on a day."""
    before = _clock(zone, earlier)
    while later - earlier > timedelta(seconds=1):
        middle = (earlier + (later - earlier) / 2).replace(microsecond=0)
        if _clock(zone, middle) == before:
            earlier = middle
        else:
            later = middle
    after = _clock(zone, later)
    return Observance((later + before[0]).replace(tzinfo=None), before[0], after[0], after[1])


def _clock(zone: ZoneInfo, moment: datetime) -> tuple[timedelta, str]:
    there = moment.astimezone(zone)
    return there.utcoffset() or timedelta(), there.tzname() or ""


def _yearly(changes: list[Observance]) -> tuple[Observance, ...]:
    """Two rules that all these changes follow; none when there is no such pair."""
    pairs = [changes[::2], changes[1::2]]
    if len(changes) < 2 * _YEARS_OF_A_RULE or len(pairs[0]) != len(pairs[1]):
        return ()
    found = [_rule(pair) for pair in pairs]
    return tuple(one for one in found if one) if all(found) else ()


def _rule(changes: list[Observance]) -> Observance | None:
    """The rule that these changes, one for each year, follow without exception."""
    one = changes[0]
    years = [change.onset.year for change in changes]
    same = {(c.before, c.after, c.name, c.onset.month, c.onset.time()) for c in changes}
    days = set.intersection(*(_days_of(change.onset) for change in changes))
    if len(same) > 1 or not days or years != list(range(years[0], years[0] + len(years))):
        return None
    return Observance(one.onset, one.before, one.after, one.name, (one.onset.month, min(days)))


def _days_of(day: datetime) -> set[str]:
    """The ways to name a day within its month: the second Sunday, the last Sunday."""
    name = _DAYS[day.weekday()]
    found = {f"{(day.day - 1) // _WEEK + 1}{name}"}
    month_later = (day + timedelta(days=_WEEK)).month
    return found | {f"-1{name}"} if month_later != day.month else found
