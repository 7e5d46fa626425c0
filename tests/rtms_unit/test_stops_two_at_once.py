"""Two things happen to the courses of a patient at one moment: a stop is never lost in between."""

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from services.rtms_unit.actions import courses, deciding, stopping
from services.rtms_unit.actions.courses.holding import hold_course
from services.rtms_unit.tables import Course, Gate
from shared.discipline.tables import Referral
from shared.running import RunningService
from shared.work import Work
from tests.rtms_unit import alone
from tests.rtms_unit.planner import wish
from tests.rtms_unit.test_plan_two_at_once import at_once, referred, somebody_waits


def planned(unit: RunningService, referral_id: UUID, protocol: str = "rpms") -> UUID:
    with unit.work() as work:
        return courses.plan(work, referral_id, wish(protocol)).id


def stopping_of(unit: RunningService, referral_id: UUID, why: str) -> Callable[[], str]:
    def stop() -> str:
        with unit.work() as work:
            stopping.stop(work, work.get(Referral, referral_id), why)
        return "stopped"

    return stop


def releasing(unit: RunningService, gate_id: UUID) -> Callable[[], str]:
    def release() -> str:
        with unit.work() as work:
            deciding.release(work, gate_id, "Weighed.")
        return "released"

    return release


@pytest.mark.parametrize("first", ["release", "stop"])
def test_a_stop_is_released_while_another_closes(unit: RunningService, first: str) -> None:
    one = referred(unit)
    planned(unit, one)
    stopping_of(unit, one, "seizure")()
    with unit.look() as work:
        gate = next(row.id for row in work.all(select(Gate)) if row.gate == "stop")
    deeds = [releasing(unit, gate), stopping_of(unit, one, "pregnancy")]
    at_once(unit, *(deeds if first == "release" else reversed(deeds)))
    with unit.look() as work:
        [course] = work.all(select(Course))
        closed = [row.reason_code for row in work.all(select(Gate)) if row.state == "closed"]
    assert closed == ["pregnancy"]
    assert course.status == "on-hold", "it may go on behind a closed gate"


def test_a_course_that_is_planned_while_another_stops_is_stopped_as_well(
    unit: RunningService,
) -> None:
    one = referred(unit)
    said = at_once(
        unit, lambda: f"{planned(unit, one)}"[:0] + "planned", stopping_of(unit, one, "seizure")
    )
    assert said == ["planned", "stopped"]
    with unit.look() as work:
        assert [course.status for course in work.all(select(Course))] == ["on-hold"]


def test_two_courses_of_one_patient_stop_each_other(unit: RunningService) -> None:
    """Both sessions go wrong at the same moment; nobody waits for somebody who waits for him."""
    one = referred(unit)
    with unit.work() as work:
        other = _second_referral(work, one)
    held = {key: threading.Event() for key in (one, other)}
    of = {key: planned(unit, key) for key in (one, other)}
    failures: list[str] = []

    def go_wrong(own: UUID, theirs: UUID) -> None:
        try:
            with unit.work() as work:
                hold_course(work, of[own])
                held[own].set()
                while not held[theirs].is_set() and not somebody_waits(unit):
                    pass
                stopping.stop(work, work.get(Referral, own), "seizure")
        except SQLAlchemyError as failure:
            failures.append(type(failure).__name__)
            held[own].set()

    threads = [
        threading.Thread(target=go_wrong, args=pair) for pair in ((one, other), (other, one))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with unit.look() as work:
        assert {course.status for course in work.all(select(Course))} == {"on-hold"}


def _second_referral(work: Work, first: UUID) -> UUID:
    """The same patient was referred once more."""
    earlier = work.get(Referral, first)
    again = work.get(Referral, alone.referral(work))
    again.patient_id = earlier.patient_id
    for row in work.all(select(Gate).where(Gate.referral_id == again.id)):
        row.patient_id = earlier.patient_id
    return again.id
