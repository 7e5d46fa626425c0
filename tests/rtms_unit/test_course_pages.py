"""The pages of courses: a preview before each change, the calendar, the unit, protocols."""

from datetime import date

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from services.rtms_unit.tables import Course
from shared.discipline import actions
from tests.clinic import Clinic
from tests.discipline.unit import in_french, words
from tests.referring import Referred
from tests.rtms_unit.planner import (
    days,
    do,
    go_to,
    machine,
    planned,
    ready,
    seen,
    session,
    wish,
)

PLAN = {
    "protocol": "hodaj-2015",
    "pain_side": "left",
    "first_on": "2026-11-30",
    "at": "09:00",
}


@pytest.fixture
def sent(clinic: Clinic) -> Referred:
    """A patient who may begin, and a machine for it."""
    machine(clinic)
    return ready(clinic)


@pytest.fixture
def unit(clinic: Clinic) -> TestClient:
    """A browser of the rTMS unit."""
    return clinic.http(clinic.operator)


def hidden(page: str, name: str = "seen") -> str:
    """What a preview has in its form."""
    return page.split(f'name="{name}" value="')[1].split('"')[0]


def test_a_plan_is_shown_before_it_is_booked(
    clinic: Clinic, sent: Referred, unit: TestClient
) -> None:
    assert "Plan a course" in words(unit.get(sent.url).text)
    assert "Hodaj 2015" in words(unit.get(f"{sent.url}/plan").text)
    page = unit.post(f"{sent.url}/plan", data=PLAN)
    assert page.status_code == 200
    assert "Preview, nothing is saved yet." in page.text
    assert "Fri 25 Dec" not in words(page.text)
    with clinic.look("rtms_unit") as work:
        assert work.all(select(Course)) == []
    answer = unit.post(f"{sent.url}/plan", data={**PLAN, "seen": hidden(page.text)})
    assert answer.status_code == 303
    shown = words(unit.get(answer.headers["location"]).text)
    assert "19 sessions planned: 0 given, 0 missed, 0 cancelled, 19 to come" in shown
    assert "Mon 30 Nov" in shown
    assert "Hodaj 2015" in words(unit.get(sent.url).text)
    assert "LEFÈVRE Hélène" in words(unit.get("/rtms_unit/courses").text)


def test_a_wrong_entry_is_said_beside_its_field(sent: Referred, unit: TestClient) -> None:
    page = unit.post(f"{sent.url}/plan", data={**PLAN, "pain_side": "midline"})
    assert page.status_code == 422
    assert 'id="e-side"' in page.text
    page = unit.post(f"{sent.url}/plan", data={**PLAN, "first_on": "2020-01-01"})
    assert page.status_code == 422
    assert 'id="e-first_on"' in page.text


def test_somebody_else_was_quicker(clinic: Clinic, sent: Referred, unit: TestClient) -> None:
    shown = hidden(unit.post(f"{sent.url}/plan", data=PLAN).text)
    planned(clinic, ready(clinic, "Martin"), wish(first_on=date(2026, 11, 30)))
    page = unit.post(f"{sent.url}/plan", data={**PLAN, "seen": shown})
    assert page.status_code == 422
    assert "after you looked" in page.text
    assert hidden(page.text) != shown


def test_a_session_is_moved_with_what_follows_it(
    clinic: Clinic, sent: Referred, unit: TestClient
) -> None:
    course = planned(clinic, sent)
    url = f"/rtms_unit/courses/{course}"
    move = f"{url}/sessions/{session(clinic, course, 10)}/move"
    assert unit.get(move).status_code == 200
    entry = {"day": "2026-12-10", "at": "14:00"}
    page = unit.post(move, data=entry)
    assert "3 sessions would be new or elsewhere" in words(page.text)
    assert days(clinic, course)[9] == "10 Mon 07 Dec 09:00"
    assert unit.post(move, data={**entry, "seen": hidden(page.text)}).status_code == 303
    assert days(clinic, course)[9] == "10 Thu 10 Dec 14:00"
    page = unit.get(url)
    undo = page.text.split(f'action="{url}/changes/')[1].split('"')[0]
    assert unit.post(f"{url}/changes/{undo}").status_code == 303
    assert days(clinic, course)[9] == "10 Mon 07 Dec 09:00"
    assert "Everything is back where it was." in unit.get(url).text
    page = unit.post(move, data={"day": "2026-12-25", "at": "09:00"})
    assert page.status_code == 422
    assert "This is a public holiday." in page.text


def test_a_missed_session_is_proposed_to_be_made_up(clinic: Clinic, sent: Referred) -> None:
    course = planned(clinic, sent)
    url = f"/rtms_unit/courses/{course}"
    key = session(clinic, course, 4)
    go_to(clinic, date(2026, 11, 27))
    do(clinic, actions.miss, key, "transport")
    unit = clinic.http(clinic.operator)
    assert "Course at risk" in unit.get(url).text
    page = unit.get(f"{url}/sessions/{key}/make-up")
    assert "Tue 8 Dec 2026 09:00" in words(page.text)
    applied = unit.post(f"{url}/sessions/{key}/make-up", data={"seen": hidden(page.text)})
    assert applied.status_code == 303
    assert "Course at risk" not in unit.get(url).text
    to_come = unit.get(f"{url}/sessions/{session(clinic, course, 5)}/make-up")
    assert (to_come.status_code, to_come.headers["location"]) == (303, url)
    stranger = clinic.http(clinic.psychologist)
    for number in (4, 5):
        asked = stranger.get(f"{url}/sessions/{session(clinic, course, number)}/make-up")
        assert asked.status_code == 403


def test_the_unit_closes_a_day(clinic: Clinic, sent: Referred, unit: TestClient) -> None:
    course = planned(clinic, sent)
    assert unit.get("/rtms_unit/unit/closing").status_code == 200
    entry = {"first": "2026-11-26", "reason": "Floor is washed"}
    page = unit.post("/rtms_unit/unit/closing", data=entry)
    assert "would be elsewhere" in words(page.text)
    closed = unit.post("/rtms_unit/unit/closing", data={**entry, "seen": hidden(page.text)})
    assert closed.status_code == 303
    assert "3 Fri 27 Nov 09:00" in days(clinic, course)
    page = unit.get("/rtms_unit/unit")
    assert "Floor is washed" in page.text
    undo = page.text.split('action="/rtms_unit/unit/changes/')[1].split('"')[0]
    assert unit.post(f"/rtms_unit/unit/changes/{undo}").status_code == 303
    assert "3 Thu 26 Nov 09:00" in days(clinic, course)
    assert "Floor is washed" not in unit.get("/rtms_unit/unit").text


def test_hours_and_free_times(clinic: Clinic, sent: Referred, unit: TestClient) -> None:
    hours = {"opens-2": "10:00", "closes-2": "12:00", "operators-1": "2"}
    assert unit.post("/rtms_unit/unit/hours", data=hours).status_code == 303
    week = words(unit.get("/rtms_unit/unit/week").text)
    assert "10:00 · 10:15 · 10:30 · 10:45 · 11:00 · 11:15" in week
    assert days(clinic, planned(clinic, sent, wish("rpms")))[0] == "1 Tue 24 Nov 10:00"
    page = unit.post("/rtms_unit/unit/hours", data={"opens-0": "12:00", "closes-0": "11:00"})
    assert page.status_code == 422
    assert "must open before it closes" in page.text
    assert unit.post("/rtms_unit/unit/hours", data={}).status_code == 422


def test_days_on_which_the_patient_cannot_come(sent: Referred, unit: TestClient) -> None:
    away = {"first": "2026-11-30", "last": "2026-12-04"}
    assert unit.post(f"{sent.url}/away", data=away).status_code == 303
    page = unit.get(f"{sent.url}/plan").text
    assert "Mon 30 Nov 2026 – Fri 4 Dec 2026" in words(page)
    assert "Mon 7 Dec" in words(unit.post(f"{sent.url}/plan", data=PLAN).text)
    remove = page.split("/away/")[1].split('"')[0]
    assert unit.post(f"{sent.url}/away/{remove}").status_code == 303
    turned = unit.post(f"{sent.url}/away", data={"first": "2026-12-04", "last": "2026-12-01"})
    assert turned.status_code == 422


def test_a_new_version_of_a_protocol(clinic: Clinic, sent: Referred, unit: TestClient) -> None:
    course = planned(clinic, sent, wish("rpms"))
    assert "to be confirmed" in unit.get("/rtms_unit/protocols/rpms/1").text
    assert "Low evidence" in unit.get("/rtms_unit/protocols").text
    assert unit.get("/rtms_unit/protocols/new?code=hodaj-2015").status_code == 200
    entry = {
        **{"code": "rpms", "title": "rPMS of our centre", "source": "Our team", "year": "2026"},
        **{"evidence": "low", "evidence_note": "A series of ours", "target": "Ulnar nerve"},
        **{"side_rule": "ipsilateral", "minutes": "30", "dose.frequency_hz.value": "20"},
        **{"dose.frequency_hz.low": "1", "dose.frequency_hz.high": "50"},
        **{"phases.0.title": "Weekly", "phases.0.kind": "maintenance", "phases.0.step": "7"},
    }
    page = unit.post("/rtms_unit/protocols/new", data=entry)
    assert page.status_code == 422
    answer = unit.post("/rtms_unit/protocols/new", data={**entry, "phases.0.sessions": "6"})
    assert answer.headers["location"] == "/rtms_unit/protocols/rpms/2"
    assert "rPMS of our centre" in unit.get("/rtms_unit/protocols/rpms/2").text
    assert seen(clinic, course).protocol.sessions == 4, "a running course keeps its version"
    wrong = {**entry, "phases.0.sessions": "6", "dose.frequency_hz.low": "30"}
    page = unit.post("/rtms_unit/protocols/new", data=wrong)
    assert "The value must lie within the range" in page.text


def test_the_pages_speak_french(clinic: Clinic, sent: Referred) -> None:
    course = planned(clinic, sent)
    browser = in_french(clinic)
    pages = ("courses", f"courses/{course}", "unit", "unit/week", "protocols", "protocols/new")
    for page in (*pages, "protocols/hodaj-2015/1", "unit/closing"):
        answer = browser.get(f"/rtms_unit/{page}")
        assert answer.status_code == 200
        assert 'lang="fr"' in answer.text


def test_others_do_not_come_in(clinic: Clinic, sent: Referred) -> None:
    course = planned(clinic, sent)
    stranger = clinic.http(clinic.psychologist)
    for page in (f"courses/{course}", "unit", "protocols", f"referrals/{sent.id}/plan"):
        assert stranger.get(f"/rtms_unit/{page}").status_code == 403
    assert clinic.http(clinic.coordinator).get(f"/rtms_unit/courses/{course}").status_code == 200
    end = clinic.http(clinic.coordinator).post(
        f"/rtms_unit/courses/{course}/end", data={"reason_code": "other"}
    )
    assert end.status_code == 403
    assert seen(clinic, course).course.status == "active"
