"""Who owes what about a course: screening, plan, gates, sessions to make up, adverse events."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from services.coordinator.tables import Measurement
from shared.events import (
    OUTSIDE,
    AdverseEventAcknowledged,
    AdverseEventReported,
    CourseChanged,
    CourseCompleted,
    CoursePlanned,
    CourseStopped,
    GateClosed,
    GateReleased,
    GateUpheld,
    MeasurementRecorded,
    ReferralCompleted,
    SessionBooked,
    SessionCompleted,
    SessionInterrupted,
    SessionMissed,
)
from shared.identifiers import new_id
from tests.coordinator.office import ASKER, MONDAY, UNIT, Office, session
from tests.coordinator.test_obligations import accepted

TODAY = date(2026, 11, 23)


def gate(names: dict[str, Any], code: str, **more: Any) -> dict[str, Any]:
    """The names that all events of a new gate carry."""
    return {**names, "gate_id": new_id(), "gate": code, "decided_by": ASKER, **more}


def screened(office: Office, **more: Any) -> dict[str, Any]:
    """A referral whose screening is complete and allows a course."""
    names = accepted(office, **more)
    screening = gate(names, "screening")
    office.hear(GateClosed(**screening, ask="complete"), GateReleased(**screening))
    return names


def in_course(office: Office) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A course of three sessions; what its events and those of its sessions are called."""
    names = screened(office)
    course = {**names, "course_id": new_id()}
    sessions = [session(names, number) for number in (1, 2, 3)]
    for days, one in enumerate(sessions):
        at = MONDAY + timedelta(days=days, hours=1)
        of_course = {"course_id": course["course_id"], "starts_at": at, "minutes": 30}
        office.hear(SessionBooked(**one, **of_course))
    protocol: dict[str, Any] = {"protocol": "ten", "protocol_version": 1, "sessions": 3}
    office.hear(CoursePlanned(**course, **protocol, first_on=TODAY, last_on=TODAY))
    return course, sessions


def changed(course: dict[str, Any], reason: str, **more: Any) -> CourseChanged:
    return CourseChanged(**course, reason_code=reason, sessions=3, **more)


def test_before_a_course_the_screening_is_owed_then_the_plan(office: Office) -> None:
    names = accepted(office)
    screening = gate(names, "screening")
    office.hear(GateClosed(**screening, ask="complete"))
    (row,) = office.obligations()
    assert (row.what, row.debtor, row.creditor) == ("complete-screening", UNIT, ASKER)
    office.hear(GateClosed(**screening, ask="decide", reason_code="answers-to-weigh"))
    (row,) = office.obligations()
    assert (row.what, row.debtor, row.creditor) == ("decide-at-gate", ASKER, UNIT)
    note = office.note("The implant is made of titanium.", names["patient_id"])
    office.hear(GateReleased(**screening, note=note), source=ASKER)
    assert office.owed() == ["plan-course"]
    assert {"complete-screening", "decide-at-gate"} <= set(office.owed("met"))


def test_no_course_after_a_no_of_the_physician(office: Office) -> None:
    names = accepted(office)
    screening = gate(names, "screening")
    office.hear(GateClosed(**screening))
    note = office.note("A pacemaker.", names["patient_id"])
    office.hear(GateUpheld(**screening, note=note), source=ASKER)
    assert office.owed() == ["plan-next"]


@pytest.mark.parametrize("minutes", [3, 9])
@pytest.mark.parametrize("asker_first", [True, False])
def test_of_two_decisions_that_of_the_unit_counts(
    office: Office, minutes: int, asker_first: bool
) -> None:
    """It goes by what it decided before it heard of the other: whoever spoke first, or is heard."""
    names = accepted(office)
    screening, note = gate(names, "screening"), office.note("…", names["patient_id"])
    office.hear(GateClosed(**screening))
    of_asker = (GateUpheld(**screening, note=note), ASKER, minutes)
    of_unit = (GateReleased(**screening, note=note), UNIT, 5)
    for event, source, when in sorted(
        (of_asker, of_unit), key=lambda d: (d is of_unit) == asker_first
    ):
        office.hear(event, source=source, at=MONDAY + timedelta(minutes=when))
    assert office.owed() == ["plan-course"]


def test_a_decision_may_arrive_before_the_question(office: Office) -> None:
    names = accepted(office)
    today, note = gate(names, "safe-today"), office.note("…", names["patient_id"])
    office.hear(GateReleased(**today, note=note), source=ASKER)
    office.hear(GateClosed(**today))
    assert office.owed() == ["book-session"]


def test_without_a_referrer_inside_the_unit_decides_itself(office: Office) -> None:
    names = accepted(office, requester=OUTSIDE)
    office.hear(GateClosed(**gate(names, "safe-today", decided_by=UNIT)))
    (row,) = office.obligations()
    assert (row.what, row.debtor, row.creditor) == ("decide-at-gate", UNIT, OUTSIDE)


def test_a_stopped_course_owes_a_decision_today_and_nothing_else(office: Office) -> None:
    course, (first, *_) = in_course(office)
    assert office.owed() == ["record-outcome"] * 3
    office.clock.move(hours=1, minutes=10)
    office.hear(SessionInterrupted(**first, reason_code="adverse-effect"))
    stop = gate(course, "stop")
    office.hear(
        CourseStopped(**course, reason_code="seizure"),
        GateClosed(**stop, reason_code="seizure", urgent=True),
    )
    (row,) = office.obligations()
    assert (row.what, row.debtor, row.urgent) == ("decide-at-gate", ASKER, True)
    assert row.due_at.date() == TODAY
    note = office.note("Seen by the neurologist.", course["patient_id"])
    office.hear(GateReleased(**stop, note=note), source=ASKER)
    office.hear(changed(course, "resumed"))
    assert office.owed() == ["record-outcome"] * 2


def test_a_stop_is_decided_about_even_when_the_care_has_ended(office: Office) -> None:
    course, _ = in_course(office)
    office.hear(GateClosed(**gate(course, "stop")))
    office.hear(CourseCompleted(**course, given=1, missed=0, cancelled=2, ended_early=True))
    office.hear(ReferralCompleted(**{k: v for k, v in course.items() if k != "course_id"}))
    assert "decide-at-gate" in office.owed()


def test_the_sessions_after_a_decision_point_wait_with_the_course(office: Office) -> None:
    course, (first, *_) = in_course(office)
    office.clock.move(hours=2)
    office.hear(SessionCompleted(**first), GateClosed(**gate(course, "decision-point")))
    assert office.owed() == ["decide-at-gate"]


def test_a_session_is_to_be_made_up_as_long_as_the_course_is_at_risk(office: Office) -> None:
    course, (first, *_) = in_course(office)
    office.hear(SessionMissed(**first, reason_code="transport"))
    assert "make-up-session" not in office.owed()
    office.hear(changed(course, "missed", at_risk_since=MONDAY))
    (row,) = [row for row in office.obligations() if row.what == "make-up-session"]
    assert row.subject == course["course_id"]
    office.hear(
        CourseStopped(**course, reason_code="pregnancy"), GateClosed(**gate(course, "stop"))
    )
    assert office.owed("paused") == ["make-up-session"]
    office.hear(changed(course, "made-up"))
    assert office.owed("paused") == []
    assert "make-up-session" in office.owed("met")


def test_after_the_course_the_next_step_is_owed(office: Office) -> None:
    course, sessions = in_course(office)
    office.hear(*(SessionCompleted(**one) for one in sessions))
    office.hear(CourseCompleted(**course, given=3, missed=0, cancelled=0))
    assert office.owed() == ["plan-next"]


@pytest.mark.parametrize(
    ("serious", "told"),
    [(True, ["opened", "remind", "chase", "tell-coordinator"]), (False, ["opened"])],
)
def test_an_adverse_event_is_acknowledged_a_serious_one_today(
    office: Office, serious: bool, told: list[str]
) -> None:
    names: dict[str, Any] = {
        "patient_id": new_id(),
        "adverse_event_id": new_id(),
        "referral_id": new_id(),
        "raised_by": UNIT,
        "addressed_to": ASKER,
    }
    found: dict[str, Any] = {"code": "seizure", "severity": "severe", "serious": serious}
    office.hear(AdverseEventReported(**names, **found, occurred_at=MONDAY))
    (row,) = office.obligations()
    assert (row.what, row.urgent, row.due_at.date() == TODAY) == (
        "acknowledge-adverse-event",
        serious,
        serious,
    )
    for _ in range(6):
        office.wait(hours=1)
    assert office.told() == told
    note = office.note("Seen.", names["patient_id"])
    office.hear(AdverseEventAcknowledged(**names, note=note), source=ASKER)
    assert office.owed() == []


def test_a_score_that_was_corrected_is_kept_once(office: Office) -> None:
    wrong: dict[str, Any] = {"code": "hads-a", "measured_at": MONDAY, "patient_id": new_id()}
    first, second = new_id(), new_id()
    office.hear(MeasurementRecorded(**wrong, measurement_id=first, value=9))
    office.hear(MeasurementRecorded(**wrong, measurement_id=second, value=6, corrects=first))
    with office.look() as work:
        valid = select(Measurement).where(col(Measurement.corrected).is_(False))
        assert [row.value for row in work.all(valid)] == [6]
