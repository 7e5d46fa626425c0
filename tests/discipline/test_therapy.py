"""A therapy: its plan and the notes on its sessions are for its own people, unless shared."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from shared.discipline.tables import CareSession, TherapyNote, TherapyPlan
from tests.clinic import Clinic
from tests.referring import Referred, announced, refer

GOALS = "To sleep through, and to garden again."
NOTE = "Cried when speaking of the accident."


@pytest.fixture
def taken_on(clinic: Clinic) -> Referred:
    """A patient whom the therapist has taken on."""
    sent = refer(clinic, "psychophysical_therapist")
    clinic.http(clinic.therapist).post(f"{sent.url}/accept")
    clinic.settle()
    return sent


@pytest.fixture
def browser(clinic: Clinic) -> TestClient:
    return clinic.http(clinic.therapist)


def plan(clinic: Clinic, **other: str) -> dict[str, str | list[str]]:
    day = clinic.now.date() + timedelta(days=60)
    return {
        "goals": GOALS,
        "methods": ["hypnosis", "relaxation"],
        "sessions": "8",
        "rhythm": "weekly",
        "review_on": day.isoformat(),
        **other,
    }


def given_session(clinic: Clinic, browser: TestClient, sent: Referred) -> str:
    """The address of a session that was given."""
    day = clinic.now.date()
    booking = {"day": day.isoformat(), "time": "14:00", "minutes": "45"}
    assert browser.post(f"{sent.url}/book", data=booking).status_code == 303
    with clinic.look("psychophysical_therapist") as work:
        session_id = work.first(select(CareSession.id))
    clinic.wait(hours=7)
    here = f"/psychophysical_therapist/sessions/{session_id}"
    assert browser.post(f"{here}/complete", data={"nrs_before": "6"}).status_code == 303
    clinic.settle()
    return here


def test_a_plan_is_kept_sealed_and_its_versions_stay(
    clinic: Clinic, browser: TestClient, taken_on: Referred
) -> None:
    address = f"{taken_on.url}/plan-therapy"
    assert browser.post(address, data=plan(clinic, version="0")).status_code == 303
    assert GOALS in browser.get(taken_on.url).text
    again = plan(clinic, version="1", goals="To walk for an hour.")
    assert browser.post(address, data=again).status_code == 303
    page = browser.get(taken_on.url).text
    assert "To walk for an hour." in page
    assert "1 earlier version" in page
    with clinic.look("psychophysical_therapist") as work:
        rows = work.all(select(TherapyPlan))
    assert [row.goals.startswith("v1.") for row in rows] == [True, True]
    assert all(GOALS not in row.goals for row in rows)

    stale = browser.post(address, data=plan(clinic, version="1"))
    assert stale.status_code == 422
    assert "Ilse Verbeke changed this" in stale.text


REFUSED = (
    ("goals", " ", 'id="e-goals"'),
    ("methods", "", "Choose at least one method."),
    ("methods", "magic", "Choose one of the list."),
    ("sessions", "0", "A therapy has 1 to 99 sessions."),
    ("sessions", "100", "A therapy has 1 to 99 sessions."),
    ("rhythm", "yearly", "Choose one of the list."),
    ("review_on", "2026-11-23", "The day of the review lies ahead."),
    ("review_on", "2028-01-01", "A plan is looked at again within a year."),
)


def test_a_plan_that_cannot_be_is_refused_with_its_rule(
    clinic: Clinic, browser: TestClient, taken_on: Referred
) -> None:
    for field, value, words in REFUSED:
        wrong = plan(clinic, **{field: value})
        refused = browser.post(f"{taken_on.url}/plan-therapy", data=wrong)
        assert refused.status_code == 422, field
        assert words in refused.text
    with clinic.look("psychophysical_therapist") as work:
        assert work.all(select(TherapyPlan)) == []


def test_notes_are_for_their_own_people_until_they_are_shared(
    clinic: Clinic, browser: TestClient, taken_on: Referred
) -> None:
    other = refer(clinic, "psychologist", taken_on.patient_id)
    here = given_session(clinic, browser, taken_on)
    written = browser.post(f"{here}/note", data={"method": "hypnosis", "text": NOTE, "version": 0})
    assert written.status_code == 303
    clinic.settle()
    assert NOTE in browser.get(here).text

    elsewhere = clinic.http(clinic.psychologist)
    reader = clinic.http(clinic.coordinator)
    assert NOTE not in reader.get(here).text, "the coordinator reads the page, not the note"
    assert NOTE not in reader.get(taken_on.url).text
    assert NOTE not in elsewhere.get(other.url).text
    assert "note.shared" not in announced(clinic, "psychophysical_therapist")
    with clinic.look("psychophysical_therapist") as work:
        [kept] = work.all(select(TherapyNote))
    assert kept.text.startswith("v1.")

    assert browser.post(f"{here}/share-note", data={"version": 1}).status_code == 303
    clinic.settle()
    assert NOTE in elsewhere.get(other.url).text
    assert "Psycho-physical therapist" in elsewhere.get(other.url).text
    again = browser.post(f"{here}/share-note", data={"version": 1})
    assert again.status_code == 422
    assert "shared with the team already" in again.text
    assert announced(clinic, "psychophysical_therapist").count("note.shared") == 1


def test_who_comes_later_finds_what_was_shared_before(
    clinic: Clinic, browser: TestClient, taken_on: Referred
) -> None:
    here = given_session(clinic, browser, taken_on)
    browser.post(f"{here}/note", data={"method": "hypnosis", "text": NOTE})
    browser.post(f"{here}/share-note")
    clinic.settle()
    later = refer(clinic, "rtms_unit", taken_on.patient_id)
    assert NOTE in clinic.http(clinic.operator).get(later.url).text


def test_a_newer_version_is_not_shared_by_itself(
    clinic: Clinic, browser: TestClient, taken_on: Referred
) -> None:
    here = given_session(clinic, browser, taken_on)
    for version, text in enumerate(("First.", "Second.")):
        browser.post(f"{here}/note", data={"method": "cbt", "text": text, "version": version})
        if version == 0:
            browser.post(f"{here}/share-note", data={"version": 1})
    clinic.settle()
    other = refer(clinic, "psychologist", taken_on.patient_id)
    page = clinic.http(clinic.psychologist).get(other.url).text
    assert "First." in page
    assert "Second." not in page


def test_a_note_tells_of_a_session_that_took_place(
    clinic: Clinic, browser: TestClient, taken_on: Referred
) -> None:
    day = clinic.now.date() + timedelta(days=1)
    browser.post(
        f"{taken_on.url}/book", data={"day": day.isoformat(), "time": "14:00", "minutes": "45"}
    )
    with clinic.look("psychophysical_therapist") as work:
        session_id = work.first(select(CareSession.id))
    here = f"/psychophysical_therapist/sessions/{session_id}"
    refused = browser.post(f"{here}/note", data={"method": "cbt", "text": NOTE})
    assert refused.status_code == 422
    assert "once the session has taken place" in refused.text


def test_nobody_else_plans_or_writes(clinic: Clinic, taken_on: Referred) -> None:
    for member in (clinic.operator, clinic.coordinator):
        stranger = clinic.http(member)
        assert stranger.get(f"{taken_on.url}/plan-therapy").status_code == 403
        assert stranger.post(f"{taken_on.url}/plan-therapy", data=plan(clinic)).status_code == 403


def test_a_concern_is_two_clicks_away_from_the_session_and_the_referral(
    clinic: Clinic, browser: TestClient, taken_on: Referred
) -> None:
    here = given_session(clinic, browser, taken_on)
    for page in (here, taken_on.url):
        assert f'href="{taken_on.url}/concern"' in browser.get(page).text
    raised = browser.post(f"{taken_on.url}/concern", data={"note": "Speaks of giving up."})
    assert raised.status_code == 303
    clinic.settle()
    assert "concern.raised" in announced(clinic, "psychophysical_therapist")
