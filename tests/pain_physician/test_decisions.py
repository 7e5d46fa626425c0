"""Stories of decisions: gates of other services, adverse events, and who decides first."""

from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient
from httpx2 import Response

from shared.events import (
    AdverseEventAcknowledged,
    AdverseEventReported,
    CourseChanged,
    CourseCompleted,
    CourseDecided,
    CoursePlanned,
    CourseStopped,
    GateClosed,
    GateReleased,
    GateUpheld,
    MeasurementRecorded,
    Note,
)
from shared.identifiers import new_id
from tests.clinic import Clinic
from tests.pain_physician.hands import API, PAGES, PICTURE, ok, press, words_of
from tests.referring import Referred, announced, refer, say

REASON = {"reason": "I spoke with her; the dose is small."}


def names(referred: Referred, **more: Any) -> dict[str, Any]:
    """What every event about this referral says."""
    same: dict[str, Any] = {"patient_id": referred.patient_id, "referral_id": referred.id}
    return {**same, "requester": "pain_physician", "performer": referred.performer, **more}


def gate_of(referred: Referred, **more: Any) -> dict[str, Any]:
    known = {"gate_id": new_id(), "gate": "safe-today", "decided_by": "pain_physician"}
    return names(referred, **{**known, **more})


def sealed(clinic: Clinic, referred: Referred, text: str) -> Any:
    with clinic.look(referred.performer) as work:
        return work.seal(Note(text=text), referred.patient_id)


def close(clinic: Clinic, referred: Referred, **more: Any) -> dict[str, Any]:
    """The unit closes a gate; the names that its decision will have."""
    told = {name: more.pop(name) for name in ("ask", "reason_code", "urgent") if name in more}
    gate = gate_of(referred, **more)
    note = sealed(clinic, referred, "She began tramadol yesterday.")
    say(clinic, referred.performer, GateClosed(**gate, **told, note=note))
    return gate


def decide(browser: TestClient, gate: dict[str, Any], verb: str, **entry: Any) -> Response:
    answer: Response = browser.post(f"{API}/gates/{gate['gate_id']}/{verb}", json=REASON | entry)
    return answer


def waiting(browser: TestClient) -> dict[str, int]:
    found = ok(browser.get(f"{API}/decisions"))
    return {name: len(rows) for name, rows in found.items() if rows}


def test_a_gate_waits_with_what_led_to_it_and_is_released_with_a_reason(clinic: Clinic) -> None:
    browser, referred = clinic.http(clinic.physician), refer(clinic)
    assert "Nothing waits for a decision" in words_of(browser.get(f"{PAGES}/decisions"))
    gate = close(clinic, referred, reason_code="medication-changed", urgent=True)
    listed = words_of(browser.get(f"{PAGES}/decisions"))
    assert "A medicine was changed" in listed
    assert "She began tramadol yesterday." in listed
    page = f"/gates/{gate['gate_id']}"
    assert press(browser, f"{page}/release", version="1", reason=" ").status_code == 422
    assert press(browser, f"{page}/release", version="1", **REASON).is_redirect
    clinic.settle()
    assert waiting(browser) == {}
    assert announced(clinic, "pain_physician")[-1] == "gate.released"
    shown = words_of(browser.get(PAGES + page))
    assert "I spoke with her" in shown
    assert "Dr Élise Caradec" in shown
    record = words_of(browser.get(f"{PAGES}/patients/{referred.patient_id}"))
    assert "Dr Élise Caradec released a gate." in record


def test_a_gate_is_upheld_and_nothing_is_decided_twice(clinic: Clinic) -> None:
    browser, referred = clinic.http(clinic.physician), refer(clinic)
    gate = close(clinic, referred)
    assert ok(decide(browser, gate, "uphold"))["status"] == "upheld"
    again = decide(browser, gate, "release")
    assert again.status_code == 409
    assert "Dr Élise Caradec has already decided at this gate" in again.json()["detail"]
    assert announced(clinic, "pain_physician").count("gate.upheld") == 1
    assert "gate.released" not in announced(clinic, "pain_physician")


def test_a_decision_of_the_unit_ends_it_here_and_says_so(clinic: Clinic) -> None:
    browser, referred = clinic.http(clinic.physician), refer(clinic)
    gate = close(clinic, referred)
    note = sealed(clinic, referred, "Released by our own physician.")
    say(clinic, "rtms_unit", GateReleased(**gate, note=note))
    assert waiting(browser) == {}
    page = words_of(browser.get(f"{PAGES}/gates/{gate['gate_id']}"))
    assert "It was decided in the other service." in page
    assert "Released by our own physician." in page
    late = press(browser, f"/gates/{gate['gate_id']}/uphold", version="1", **REASON)
    assert (late.status_code, "rTMS unit has already decided" in late.text) == (422, True)


def test_when_two_decide_at_once_the_unit_that_is_held_up_counts(clinic: Clinic) -> None:
    browser, referred = clinic.http(clinic.physician), refer(clinic)
    gate = close(clinic, referred)
    ok(decide(browser, gate, "release"))
    note = sealed(clinic, referred, "She had a syncope.")
    say(clinic, "rtms_unit", GateUpheld(**gate, note=note))
    found = ok(browser.get(f"{API}/gates/{gate['gate_id']}"))
    assert (found["status"], found["crossed"]) == ("upheld", REASON["reason"])
    page = words_of(browser.get(f"{PAGES}/gates/{gate['gate_id']}"))
    assert "Decided here at the same time, without effect:" in page


def test_nobody_decides_on_a_page_to_which_something_was_added(clinic: Clinic) -> None:
    browser, referred = clinic.http(clinic.physician), refer(clinic)
    gate = close(clinic, referred)
    close(clinic, referred, gate_id=gate["gate_id"], urgent=True)
    stale = decide(browser, gate, "release", version=1)
    assert (stale.status_code, "look again" in stale.json()["detail"]) == (409, True)
    assert ok(decide(browser, gate, "release", version=2))["status"] == "released"


def test_what_must_be_completed_or_is_asked_of_others_is_not_decided_here(clinic: Clinic) -> None:
    browser, referred = clinic.http(clinic.physician), refer(clinic)
    open_screening = close(clinic, referred, gate="screening", ask="complete")
    theirs = close(clinic, referred, decided_by="rtms_unit")
    for gate in (open_screening, theirs):
        assert decide(browser, gate, "release").status_code == 409
    assert waiting(browser) == {}
    for member in (clinic.operator, clinic.coordinator):
        assert decide(clinic.http(member), theirs, "release").status_code == 403
    asked = close(clinic, referred, gate_id=open_screening["gate_id"], gate="screening")
    assert ok(decide(browser, asked, "release"))["status"] == "released"


def course_of(clinic: Clinic, referred: Referred) -> dict[str, Any]:
    """A course that was planned and begun; the names that its events have."""
    course = names(referred, course_id=new_id())
    plan: dict[str, Any] = {"protocol": "test-of-four", "protocol_version": 1, "sessions": 4}
    days: dict[str, Any] = {"first_on": clinic.now.date(), "last_on": clinic.now.date()}
    say(clinic, "rtms_unit", CoursePlanned(**course, **plan, **days))
    return course


def measured(clinic: Clinic, referred: Referred, value: float) -> MeasurementRecorded:
    return MeasurementRecorded(
        patient_id=referred.patient_id,
        measurement_id=new_id(),
        code="nrs-average",
        value=value,
        context="session-after",
        measured_at=clinic.now,
    )


def test_a_decision_point_shows_the_numbers_against_the_named_baseline(clinic: Clinic) -> None:
    browser, referred = clinic.http(clinic.physician), refer(clinic)
    ok(browser.post(f"{API}/patients/{referred.patient_id}/assessments", json=PICTURE))
    clinic.wait(days=1)
    course = course_of(clinic, referred)
    clinic.wait(days=21)
    say(clinic, "rtms_unit", measured(clinic, referred, 4))
    point: dict[str, Any] = {"gate": "decision-point", "reason_code": "after-test"}
    gate = close(clinic, referred, course_id=course["course_id"], **point)
    page = words_of(clinic.http(clinic.physician).get(f"{PAGES}/gates/{gate['gate_id']}"))
    assert "33 % relief: from 6 (Average pain before the course) to 4" in page
    assert "moderate response" in page
    assert "0 given of 4" in page


def test_a_course_is_followed_from_its_plan_to_its_end(clinic: Clinic) -> None:
    browser, referred = clinic.http(clinic.physician), refer(clinic)
    course = course_of(clinic, referred)
    record = f"{PAGES}/patients/{referred.patient_id}"
    risk: dict[str, Any] = {"reason_code": "missed", "sessions": 4, "at_risk_since": clinic.now}
    say(clinic, "rtms_unit", CourseChanged(**course, **risk))
    assert "at risk" in words_of(browser.get(record))
    say(clinic, "rtms_unit", CourseStopped(**course, reason_code="seizure"))
    assert "stopped, waits for a physician" in words_of(browser.get(record))
    say(clinic, "rtms_unit", CourseChanged(**course, reason_code="resumed", sessions=4))
    decision: dict[str, Any] = {"point": "after-test", "decision": "end", "baseline": 6, "value": 6}
    say(clinic, "rtms_unit", CourseDecided(**course, **decision))
    end: dict[str, Any] = {"given": 4, "missed": 1, "cancelled": 0, "ended_early": True}
    say(clinic, "rtms_unit", CourseCompleted(**course, **end, reason_code="after-test"))
    page = words_of(browser.get(record))
    assert "4 given, 1 missed, 0 cancelled" in page
    for told in ("planned a course", "stopped the course", "goes on again", "course ends"):
        assert told in page


def adverse_event(clinic: Clinic, referred: Referred) -> dict[str, Any]:
    """A seizure is reported; the names that its acknowledgement has."""
    same: dict[str, Any] = {"patient_id": referred.patient_id, "referral_id": referred.id}
    event: dict[str, Any] = {**same, "adverse_event_id": new_id(), "raised_by": "rtms_unit"}
    event["addressed_to"] = "pain_physician"
    seen: dict[str, Any] = {
        "code": "seizure",
        "severity": "severe",
        "serious": True,
        "relation": "probable",
    }
    seen |= {"action": "course-stopped", "occurred_at": clinic.now}
    note = sealed(clinic, referred, "Generalised, one minute.")
    say(clinic, "rtms_unit", AdverseEventReported(**event, **seen, note=note))
    return event


def test_an_adverse_event_is_acknowledged_by_name(clinic: Clinic) -> None:
    browser, referred = clinic.http(clinic.physician), refer(clinic)
    event = adverse_event(clinic, referred)
    listed = words_of(browser.get(f"{PAGES}/decisions"))
    assert "Generalised, one minute." in listed
    page = f"/adverse-events/{event['adverse_event_id']}"
    done = {"what_is_done": "Seen in neurology."}
    assert press(browser, f"{page}/acknowledge").status_code == 422
    assert press(browser, f"{page}/acknowledge", **done).is_redirect
    clinic.settle()
    assert waiting(browser) == {}
    assert announced(clinic, "pain_physician")[-1] == "adverse_event.acknowledged"
    twice = browser.post(f"{API}{page}/acknowledge", json=done)
    assert (twice.status_code, "Caradec" in twice.json()["detail"]) == (409, True)
    assert "Seen in neurology." in words_of(browser.get(PAGES + page))


def test_an_adverse_event_that_the_unit_acknowledged_waits_for_nobody(clinic: Clinic) -> None:
    browser, referred = clinic.http(clinic.physician), refer(clinic)
    event = adverse_event(clinic, referred)
    note = sealed(clinic, referred, "Our physician saw him.")
    say(clinic, "rtms_unit", AdverseEventAcknowledged(**event, note=note))
    assert waiting(browser) == {}
    page = browser.get(f"{PAGES}/adverse-events/{UUID(str(event['adverse_event_id']))}")
    assert "Our physician saw him." in words_of(page)
