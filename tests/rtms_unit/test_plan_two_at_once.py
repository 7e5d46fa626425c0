"""Two people plan at the same moment: one of them is told, and no machine is booked twice."""

import threading
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import text

from services.rtms_unit.actions import courses
from services.rtms_unit.reading.courses import whole
from services.rtms_unit.tables import Course
from shared import faults
from shared.discipline.actions import correct_score, record_scores
from shared.errors import Refused
from shared.running import RunningService
from tests.rtms_unit import alone
from tests.rtms_unit.planner import wish


def referred(unit: RunningService) -> UUID:
    with unit.work() as work:
        return alone.referral(work)


def at_once(unit: RunningService, first: Callable[[], str], second: Callable[[], str]) -> list[str]:
    """The second begins when the first one has done all, and comes as far as it can."""
    said = ["", ""]
    other = threading.Thread(target=lambda: said.__setitem__(1, second()))

    def before_commit(point: str) -> None:
        if point == "work.before-commit" and threading.current_thread() is not other:
            other.start()
            while other.is_alive() and not somebody_waits(unit):
                pass

    faults.install(before_commit)
    try:
        said[0] = first()
    finally:
        faults.install(None)
        other.join()
    return said


def somebody_waits(unit: RunningService) -> bool:
    """Whether a transaction waits for another one; in a file nobody writes beside the first."""
    if unit.engine.dialect.name == "sqlite":
        return True
    with unit.reader.connect() as connection:
        waiting = text("select exists (select from pg_locks where not granted)")
        return bool(connection.execute(waiting).scalar())


def planning(unit: RunningService, referral_id: UUID, protocol: str) -> Callable[[], str]:
    def plan() -> str:
        try:
            with unit.work() as work:
                courses.plan(work, referral_id, wish(protocol))
        except Refused as why:
            return str(why)
        return "planned"

    return plan


def test_two_courses_on_one_machine(unit: RunningService) -> None:
    one, other = referred(unit), referred(unit)
    said = at_once(unit, planning(unit, one, "induction-10"), planning(unit, other, "hodaj-2015"))
    assert said == ["planned", "planned"]
    with unit.look() as work:
        assert alone.double_bookings(work) == []
        assert len({each.lines[0].place.minute for each in alone.courses_in(work)}) == 2


def test_the_same_patient_twice(unit: RunningService) -> None:
    one = referred(unit)
    said = at_once(unit, planning(unit, one, "rpms"), planning(unit, one, "rpms"))
    assert said[0] == "planned"
    assert "A course is under way" in said[1]


def test_two_move_the_same_session(unit: RunningService) -> None:
    assert planning(unit, referred(unit), "rpms")() == "planned"
    with unit.look() as work:
        [course] = alone.courses_in(work)
    key, day = course.lines[3].session.id, course.lines[3].place.day

    def moving(hour: int) -> Callable[[], str]:
        def move() -> str:
            with unit.work() as work:
                at = course.lines[3].session.starts_at.time().replace(hour=hour)
                courses.move(work, course.course.id, key, day, at)
            return "moved"

        return move

    assert at_once(unit, moving(10), moving(11)) == ["moved", "moved"]
    with unit.look() as work:
        last = whole(work, work.get(Course, course.course.id)).lines[3]
        assert (last.place.minute, last.session.version) == (11 * 60, 3)


def test_two_correct_the_same_score(unit: RunningService) -> None:
    one = referred(unit)
    with unit.work() as work:
        [wrong] = record_scores(work, one, {"nrs-average": 9})
        key = wrong.id

    def correcting(value: int) -> Callable[[], str]:
        def correct() -> str:
            try:
                with unit.work() as work:
                    correct_score(work, key, value)
            except Refused as why:
                return str(why)
            return "corrected"

        return correct

    said = at_once(unit, correcting(6), correcting(7))
    assert said[0] == "corrected"
    assert "has been corrected already" in said[1]
