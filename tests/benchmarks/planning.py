"""How long a unit waits for its planner when 200 courses run in it over a year."""

import sys
from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from uuid import UUID

from services.rtms_unit.actions import courses, unit
from services.rtms_unit.actions.courses.closing import closing
from services.rtms_unit.actions.courses.proposing import Wish, draft
from services.rtms_unit.reading.unit import since_now
from services.rtms_unit.rules.planning import (
    DEFAULT_HOURS,
    Days,
    Diary,
    Entry,
    Opening,
    Rhythm,
    Window,
    arrange,
    wanted_of,
)
from services.rtms_unit.rules.protocols import SHIPPED
from shared.discipline.tables import Referral
from shared.identifiers import new_id
from shared.running import RunningService
from tests.rtms_unit import alone

COURSES, TIMES, YEAR = 200, 7, 300
FIRST = date(2027, 1, 4)
HOURS = tuple(Window(one.weekday, one.opens, one.closes, 2) for one in DEFAULT_HOURS)
TWO_MACHINES = {UUID(int=number): Days(date(2020, 1, 1), date.max) for number in (1, 2)}


def main() -> None:
    """Compute a year from nothing, and then work in a unit that is as full as that."""
    _tell(f"{COURSES} courses over a year, computed", year)
    with TemporaryDirectory() as folder, alone.running(Path(folder)) as running:
        started = perf_counter()
        referral_id = fill(running)
        _say(f"{COURSES} courses booked, one after the other", perf_counter() - started)
        _tell("preview of one more course", lambda: preview(running, referral_id))
        day = FIRST + timedelta(days=50)
        _tell("preview of a closed week", lambda: close(running, day))


def year() -> int:
    """All sessions of a year, placed on an empty calendar. Returns how many there are."""
    diary, placed = Diary(Opening(HOURS), TWO_MACHINES), 0
    for number in range(COURSES):
        protocol = SHIPPED[number % 4]
        start = FIRST + timedelta(days=number * YEAR // COURSES)
        rhythm = Rhythm(new_id(), None, (start, 0), 540 + number % 8 * 60, protocol.minutes)
        for each in arrange(wanted_of(protocol), diary, rhythm):
            diary.add(Entry(new_id(), each.place, rhythm.patient, None))
            placed += 1
    return placed


def fill(running: RunningService) -> UUID:
    """The same year, booked for good; and one more patient who waits for a plan."""
    with running.work() as work:
        alone.machine(work)
        alone.machine(work)
        unit.set_hours(work, HOURS)
        assert since_now(work)[0] < FIRST
    for number in range(COURSES):
        with running.work() as work:
            courses.plan(work, alone.referral(work), wish(number))
    with running.work() as work:
        return alone.referral(work)


def wish(number: int) -> Wish:
    start = FIRST + timedelta(days=number * YEAR // COURSES)
    return Wish(SHIPPED[number % 4].code, "left", start, time(9 + number % 8))


def preview(running: RunningService, referral_id: UUID) -> None:
    with running.look() as work:
        draft(work, work.get(Referral, referral_id), wish(COURSES // 2))


def close(running: RunningService, day: date) -> None:
    with running.look() as work:
        closing(work, Days(day, day + timedelta(days=6)))


def _tell(what: str, call: Callable[[], Any]) -> None:
    seconds = []
    for _ in range(TIMES):
        started = perf_counter()
        call()
        seconds.append(perf_counter() - started)
    _say(what, median(seconds))


def _say(what: str, seconds: float) -> None:
    sys.stdout.write(f"{what}: {seconds * 1000:.0f} ms\n")


if __name__ == "__main__":
    main()
