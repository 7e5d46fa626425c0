"""Who and what is taken when: machines, operators and patients, a day as a row of five minutes.

A day is kept as bits, one for each five minutes, so that a year of a unit is searched in an
instant. A session that begins or ends between two marks takes the whole five minutes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from uuid import UUID

from services.rtms_unit.rules.planning.opening import Days, Opening, Window

CELL, GRID = 5, 15
"""Minutes of a bit, and between two times that the planner proposes."""


@dataclass(frozen=True)
class Place:
    """Where a session is: the local day, the minute of that day, its length, the machine."""

    day: date
    minute: int
    minutes: int
    machine: UUID | None

    @property
    def moment(self) -> tuple[date, int]:
        return self.day, self.minute

    @property
    def taken(self) -> UUID:
        """The machine of a place that the diary found free; only a visit has none."""
        if self.machine is None:
            raise ValueError("a session of a course needs a machine")
        return self.machine


@dataclass(frozen=True)
class Entry:
    """A session in the diary. A visit without stimulation has no machine."""

    key: UUID
    place: Place
    patient: UUID
    operator: UUID | None


class _Day:
    """What is taken on one day."""

    def __init__(self) -> None:
        self.entries: dict[UUID, Entry] = {}
        self.busy: dict[UUID, int] = {}
        self.levels: list[int] = []
        """The bits at which at least one, two, three ... sessions run."""

    def add(self, entry: Entry) -> None:
        self.entries[entry.key] = entry
        bits = _bits(entry.place.minute, entry.place.minutes)
        for who in (entry.patient, entry.operator, entry.place.machine):
            if who is not None:
                self.busy[who] = self.busy.get(who, 0) | bits
        for number, level in enumerate(self.levels):
            self.levels[number], bits = level | bits, level & bits
        if bits:
            self.levels.append(bits)

    def remove(self, key: UUID) -> None:
        rest = [entry for entry in self.entries.values() if entry.key != key]
        self.__init__()  # type: ignore[misc]
        for entry in rest:
            self.add(entry)


class Diary:
    """All sessions of the unit that have no outcome yet, on its machines."""

    def __init__(
        self, opening: Opening, machines: Mapping[UUID, Days], entries: Iterable[Entry] = ()
    ) -> None:
        """`machines`: the days on which each one is in use."""
        self.opening, self.machines = opening, machines
        self._days: dict[date, _Day] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Take a time; the caller has asked whether it is free."""
        self._days.setdefault(entry.place.day, _Day()).add(entry)

    def remove(self, entry: Entry) -> None:
        """Give a time back."""
        self._days[entry.place.day].remove(entry.key)

    def of(self, day: date) -> list[Entry]:
        """The sessions of a day in the order of their times."""
        found = self._days.get(day)
        return sorted(found.entries.values(), key=lambda e: e.place.minute) if found else []

    def free(self, place: Place, *people: UUID | None) -> Place | None:
        """The place with a machine that is free then, its own first; None when it is taken."""
        window = self._window(place)
        bits = _bits(place.minute, place.minutes)
        day = self._days.get(place.day) or _Day()
        if window is None or self._crowded(day, bits, window.operators):
            return None
        if any(bits & day.busy.get(who, 0) for who in people if who is not None):
            return None
        for machine in sorted(self.machines, key=lambda each: each != place.machine):
            if place.day in self.machines[machine] and not bits & day.busy.get(machine, 0):
                return replace(place, machine=machine)
        return None

    def first_free(
        self, day: date, wish: int, minutes: int, people: Iterable[UUID | None], since: int = 0
    ) -> Place | None:
        """The free time of a day that is closest to the one that is wished, in minutes of it."""
        for start in _starts(self.opening.windows(day), wish, minutes):
            if start >= since and (found := self.free(Place(day, start, minutes, None), *people)):
                return found
        return None

    def free_times(self, day: date, minutes: int) -> Iterator[int]:
        """The times of a day at which somebody could still come for so many minutes."""
        for start in sorted(_starts(self.opening.windows(day), 0, minutes)):
            if self.free(Place(day, start, minutes, None)):
                yield start

    def _window(self, place: Place) -> Window | None:
        for window in self.opening.windows(place.day):
            if window.opens <= place.minute and place.minute + place.minutes <= window.closes:
                return window
        return None

    @staticmethod
    def _crowded(day: _Day, bits: int, operators: int) -> bool:
        return len(day.levels) >= operators and bool(day.levels[operators - 1] & bits)


@cache
def _bits(minute: int, minutes: int) -> int:
    """The bits that a session takes."""
    first, last = minute // CELL, -(-(minute + minutes) // CELL)
    return ((1 << (last - first)) - 1) << first


@cache
def _starts(windows: tuple[Window, ...], wish: int, minutes: int) -> tuple[int, ...]:
    """The times to try, the wished one first and then the closest ones."""
    starts = {
        start
        for window in windows
        for start in range(window.opens, window.closes - minutes + 1, GRID)
    }
    wished = {wish} if any(_fits(window, wish, minutes) for window in windows) else set()
    return tuple(sorted(starts | wished, key=lambda start: (abs(start - wish), start)))


def _fits(window: Window, start: int, minutes: int) -> bool:
    return window.opens <= start and start + minutes <= window.closes
