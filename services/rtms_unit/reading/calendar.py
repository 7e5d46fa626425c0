"""The calendar of a course and of the unit: weeks of days, with sessions, room and closed days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from uuid import UUID

from services.rtms_unit.reading import unit
from services.rtms_unit.reading.courses import Line, WholeCourse
from services.rtms_unit.rules.planning import Diary, Placed
from services.rtms_unit.rules.protocols import Phase
from shared.work import Work

_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Chip:
    """A session on a day: `state` is its own, or new and ghost in a preview."""

    ordinal: int
    at: time
    state: str
    session_id: UUID | None = None


@dataclass
class Day:
    """A day of the calendar. `free` are times at which somebody could still come."""

    day: date
    closed: str = ""
    chips: list[Chip] = field(default_factory=list)
    free: Sequence[time] = ()
    used: int = 0
    """Per cent of the time of machines and operators that is taken."""


@dataclass(frozen=True)
class Week:
    """A week with the phases whose sessions lie in it; `gap` weeks before it have none."""

    first: date
    days: Sequence[Day]
    phases: Sequence[Phase]
    gap: int = 0


def weeks(
    work: Work, course: WholeCourse, diary: Diary, placed: Sequence[Placed] = ()
) -> list[Week]:
    """The weeks in which the course has sessions; `placed` is the preview of a change."""
    chips = list(_chips(course, placed))
    firsts = sorted({_monday(day) for day, _, _ in chips})
    found, before = [], None
    for first in firsts:
        own = [each for each in chips if _monday(each[0]) == first]
        phases = list(dict.fromkeys(phase.code for _, _, phase in own))
        days = [
            _day(work, diary, day, course.protocol.minutes, [c for on, c, _ in own if on == day])
            for day in days_of(diary, first, (on for on, _, _ in own))
        ]
        gap = 0 if before is None else (first - before).days // 7 - 1
        found.append(Week(first, days, [course.protocol.phase(code) for code in phases], gap))
        before = first
    return found


def week(work: Work, diary: Diary, first: date, minutes: int) -> list[Day]:
    """A week of the unit with what is free for so many minutes."""
    return [_day(work, diary, day, minutes, []) for day in days_of(diary, _monday(first), ())]


def days_of(diary: Diary, monday: date, besides: Iterable[date]) -> list[date]:
    """The days of a week on which the unit is usually open, or that have a session."""
    extra = set(besides)
    every = [monday + timedelta(days=number) for number in range(7)]
    return [day for day in every if diary.opening.usually(day) or day in extra]


def _chips(course: WholeCourse, placed: Sequence[Placed]) -> Iterable[tuple[date, Chip, Phase]]:
    changed = {each.wanted.key: each for each in placed if each.changed and each.wanted.key}
    for line in course.lines:
        state = "ghost" if line.session.id in changed else line.session.status
        yield line.place.day, _chip(line, state), line.phase
    for each in placed:
        if each.changed:
            clock = unit.clock_of(each.place.minute)
            yield each.place.day, Chip(each.wanted.ordinal, clock, "new"), each.wanted.phase


def _chip(line: Line, state: str) -> Chip:
    clock = unit.clock_of(line.place.minute)
    return Chip(line.link.ordinal, clock, state, line.session.id)


def _day(work: Work, diary: Diary, day: date, minutes: int, chips: list[Chip]) -> Day:
    closed = diary.opening.why_closed(day)
    ahead = not closed and day >= work.today
    chips.sort(key=lambda chip: chip.at)
    if not ahead:
        return Day(day, closed, chips)
    today, minute = unit.since_now(work)
    since = minute if day == today else 0
    free = [start for start in diary.free_times(day, minutes) if start >= since]
    return Day(day, "", chips, [unit.clock_of(start) for start in free], _used(diary, day))


def _used(diary: Diary, day: date) -> int:
    in_use = sum(day in days for days in diary.machines.values())
    room = sum(
        (window.closes - window.opens) * min(window.operators, in_use)
        for window in diary.opening.windows(day)
    )
    taken = sum(entry.place.minutes for entry in diary.of(day))
    return min(100, round(100 * taken / room)) if room else 100


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
