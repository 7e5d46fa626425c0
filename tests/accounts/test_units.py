"""Units: hours, closures and their end are seen before they are saved, told to all, and undone."""

import re
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from shared.access.tables import AuditEntry
from shared.access.units import calendar_of, is_closed, successor_of
from shared.calendar import OPENS
from tests.clinic import Clinic

PAGE, API = "/accounts/units/psychologist", "/accounts/api/units/psychologist"
FRIDAY, SATURDAY = date(2026, 11, 27), date(2026, 11, 28)


@pytest.fixture
def admin(clinic: Clinic) -> TestClient:
    return clinic.http(clinic.administrator)


@pytest.fixture
def coordinator(clinic: Clinic) -> TestClient:
    return clinic.http(clinic.coordinator)


def week(*days: int, opens: str = "09:00", closes: str = "17:00") -> list[dict[str, Any]]:
    return [{"weekday": day, "opens": opens, "closes": closes} for day in days]


def rows(*days: int, **values: str) -> dict[str, str]:
    """The same hours as the page sends them."""
    each = {"opens": "09:00", "closes": "17:00", **values}
    return {f"{name}-{day * 2}": text for day in days for name, text in each.items()}


def hidden(page: str) -> dict[str, str]:
    """What the preview carries to the button that saves it."""
    return {
        name: re.sub("&#34;|&quot;", '"', value)
        for name, value in re.findall(r'type="hidden" name="(plan|seen)" value="([^"]*)"', page)
    }


def test_hours_are_seen_before_they_are_saved_and_then_told_to_all(
    clinic: Clinic, coordinator: TestClient
) -> None:
    form = {**rows(0, 1, 2, 3), "public_holidays": "yes"}
    shown = coordinator.post(f"{PAGE}/hours", data=form)
    assert shown.status_code == 200, shown.text
    assert "Preview, nothing is saved yet." in shown.text
    with clinic.look("accounts") as work:
        assert calendar_of(work, "psychologist").is_working_day(FRIDAY)
    saved = coordinator.post(f"{PAGE}/change", data=hidden(shown.text))
    assert (saved.status_code, saved.headers["location"]) == (303, PAGE)
    clinic.settle()
    for running in clinic.team:
        with running.look() as work:
            assert not calendar_of(work, "psychologist").is_working_day(FRIDAY), running.name
            assert calendar_of(work, "rtms_unit").is_working_day(FRIDAY), running.name


def test_the_preview_says_when_what_comes_now_would_be_due(coordinator: TestClient) -> None:
    answer = coordinator.post(f"{API}/preview", json={"opening": week(1, 3)}).json()
    found = {each["working_days"]: each for each in answer["samples"]}
    assert found[0]["was"] == "2026-11-23T08:00:00Z", "it is open just now"
    assert found[0]["would_be"] == "2026-11-24T08:00:00Z"
    assert found[3]["would_be"] == "2026-12-01T16:00:00Z"
    assert coordinator.get(API).json()["opening"] == []


def test_a_closure_far_ahead_is_shown_where_it_matters(coordinator: TestClient) -> None:
    plan = {"closures": [{"begins": "2027-02-01", "ends": "2027-02-05"}]}
    answer = coordinator.post(f"{API}/preview", json=plan).json()
    assert answer["moment"] == "2027-02-01T07:00:00Z"
    opens = answer["samples"][0]
    assert (opens["was"], opens["would_be"]) == ("2027-02-01T07:00:00Z", "2027-02-08T07:00:00Z")


def test_what_was_changed_meanwhile_is_looked_at_again(
    coordinator: TestClient, admin: TestClient
) -> None:
    plan = {"opening": week(0)}
    seen = coordinator.post(f"{API}/preview", json=plan).json()["seen"]
    assert admin.put(API, json={"opening": week(4)}).is_success
    refused = coordinator.put(API, json={**plan, "seen": seen})
    assert refused.status_code == 409
    assert [each["weekday"] for each in coordinator.get(API).json()["opening"]] == [4]


def test_a_page_never_saves_what_it_has_not_shown(coordinator: TestClient) -> None:
    plan = '{"opening":[{"weekday":0,"opens":"09:00","closes":"10:00"}]}'
    assert coordinator.post(f"{PAGE}/change", data={"plan": plan}).status_code == 422
    assert coordinator.post(f"{PAGE}/change", data={"plan": "{"}).status_code == 422
    assert coordinator.get(API).json()["opening"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"opening": week(0, opens="17:00", closes="09:00")},
        {"opening": week(0) + week(0, opens="16:00", closes="18:00")},
        {"opening": week(7)},
        {"zone": "Europe/Atlantis"},
        {"closures": [{"begins": "2026-12-24", "ends": "2026-12-23"}]},
        {"closures": [{"begins": "2026-11-02"}]},
        {"closures": [{"begins": "2026-12-01", "ends": "2027-06-01"}]},
        {"closures": [{"begins": "2030-12-01"}]},
        {"closures": [{"begins": "2026-12-01", "reason_code": "nonsense"}]},
        {"closures": [{"begins": "2026-12-01"}, {"begins": "2026-12-01"}]},
        {"closed_from": "2026-11-01"},
        {"successor": "rtms_unit"},
        {"closed_from": "2026-12-01", "successor": "psychologist"},
        {"closed_from": "2026-12-01", "successor": "accounts"},
        {"closed_from": "2026-12-01", "successor": "nobody"},
    ],
)
def test_what_cannot_be_is_refused(admin: TestClient, change: dict[str, Any]) -> None:
    answer = admin.put(API, json=change)
    assert answer.status_code == 422, answer.text
    assert admin.get(API).json()["closed_from"] is None


def test_a_closure_is_entered_on_the_page_and_taken_away_again(
    clinic: Clinic, coordinator: TestClient
) -> None:
    form = {"begins": "2026-11-27", "reason_code": "training"}
    shown = coordinator.post(f"{PAGE}/closures", data=form)
    coordinator.post(f"{PAGE}/change", data=hidden(shown.text))
    clinic.settle()
    with clinic.look("reminders") as work:
        assert not calendar_of(work, "psychologist").is_working_day(FRIDAY)
    assert "Training" in coordinator.get(PAGE).text
    answer = coordinator.post(f"{PAGE}/closures/2026-11-27/remove")
    assert "No day is closed" in coordinator.get(answer.headers["location"]).text


def test_a_change_is_undone_and_the_undoing_too_but_not_after_another_one(
    coordinator: TestClient,
) -> None:
    first = coordinator.put(API, json={"opening": week(0)}).json()["change_id"]
    undone = coordinator.post(f"/accounts/api/unit-changes/{first}/undo").json()["change_id"]
    assert coordinator.get(API).json()["opening"] == []
    assert coordinator.post(f"/accounts/api/unit-changes/{undone}/undo").is_success
    assert len(coordinator.get(API).json()["opening"]) == 1
    other = coordinator.put(API, json={"opening": week(1)}).json()["change_id"]
    coordinator.put(API, json={"opening": week(2)})
    assert coordinator.post(f"/accounts/api/unit-changes/{other}/undo").status_code == 409


def test_only_an_administrator_closes_a_unit_for_good_or_opens_it_again(
    clinic: Clinic, admin: TestClient, coordinator: TestClient
) -> None:
    end = {"closed_from": "2026-11-27", "successor": "psychophysical_therapist"}
    assert coordinator.put(API, json=end).status_code == 403
    shown = admin.post(f"{PAGE}/end", data=end)
    assert "Its open work goes to" in shown.text
    admin.post(f"{PAGE}/change", data=hidden(shown.text))
    clinic.settle()
    with clinic.look("coordinator") as work:
        assert is_closed(work, "psychologist", FRIDAY)
        assert not is_closed(work, "psychologist", date(2026, 11, 26))
        assert successor_of(work, "psychologist") == "psychophysical_therapist"
    assert coordinator.post(f"{PAGE}/stay").status_code == 403
    assert coordinator.put(API, json={**end, "opening": week(0)}).is_success, "hours may change"
    assert admin.post(f"{PAGE}/stay").status_code == 303
    clinic.settle()
    with clinic.look("coordinator") as work:
        assert not is_closed(work, "psychologist", FRIDAY)


def test_a_unit_that_closes_itself_takes_no_work_over(clinic: Clinic, admin: TestClient) -> None:
    other = "/accounts/api/units/psychophysical_therapist"
    assert admin.put(other, json={"closed_from": "2026-12-01"}).is_success
    end = {"closed_from": "2026-12-01", "successor": "psychophysical_therapist"}
    assert admin.put(API, json=end).status_code == 422
    clinic.settle()


def test_the_work_goes_past_a_unit_that_closed_later(clinic: Clinic, admin: TestClient) -> None:
    therapy = {"closed_from": "2026-12-01", "successor": "psychophysical_therapist"}
    assert admin.put(API, json=therapy).is_success
    second = "/accounts/api/units/psychophysical_therapist"
    stimulation = {"closed_from": "2026-12-02", "successor": "rtms_unit"}
    assert admin.put(second, json=stimulation).is_success
    clinic.settle()
    with clinic.look("coordinator") as work:
        assert successor_of(work, "psychologist") == "rtms_unit"


@pytest.mark.parametrize("service", ["pain_physician", "coordinator"])
def test_a_unit_that_the_team_cannot_do_without_stays_open(admin: TestClient, service: str) -> None:
    path = f"/accounts/api/units/{service}"
    assert admin.put(path, json={"closed_from": "2026-12-01"}).status_code == 409


def test_a_practitioner_looks_at_no_page_of_the_units(clinic: Clinic) -> None:
    nora = clinic.http(clinic.psychologist)
    for path in ("/accounts/units", PAGE, API, "/accounts/api/units"):
        assert nora.get(path).status_code == 403, path
    assert nora.put(API, json={}).status_code == 403
    assert nora.post(f"{PAGE}/hours", data=rows(0)).status_code == 403


def test_what_is_no_unit_is_not_found(admin: TestClient) -> None:
    for name in ("accounts", "interop", "nobody"):
        assert admin.get(f"/accounts/api/units/{name}").status_code == 404


def test_the_pages_are_read_in_french(clinic: Clinic) -> None:
    reader = clinic.join("Luc", roles=["administrator"], units=[], language="fr")
    page = clinic.http(reader).get(PAGE)
    assert "Fermeture définitive" in page.text
    assert OPENS.strftime("%H:%M") in page.text


def test_a_change_of_a_unit_leaves_a_trace(clinic: Clinic, coordinator: TestClient) -> None:
    coordinator.put(API, json={"opening": week(0)})
    with clinic.look("accounts") as work:
        statement = select(AuditEntry).where(AuditEntry.action == "unit-changed:psychologist")
        found = [entry.actor for entry in work.all(statement)]
    assert found == [f"member:{clinic.coordinator}"]
