"""The board, the story and the ledger as JSON, and what a coordinator does about a row."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from shared.discipline import actions as unit
from tests.clinic import Clinic
from tests.referring import Referred, announced, refer


@pytest.fixture
def sent(clinic: Clinic) -> Referred:
    return refer(clinic)


@pytest.fixture
def office(clinic: Clinic, sent: Referred) -> TestClient:
    assert sent.performer == "rtms_unit"
    return clinic.http(clinic.coordinator)


def read(browser: TestClient, path: str) -> Any:
    answer = browser.get(f"/coordinator/api/{path}")
    assert answer.status_code == 200
    return answer.json()


def the_row(browser: TestClient) -> Any:
    groups = read(browser, "board")["groups"]
    (row,) = [row for rows in groups.values() for row in rows]
    return row


def test_the_board_has_the_rows_of_the_page(office: TestClient, sent: Referred) -> None:
    row = the_row(office)
    assert (row["what"], row["debtor"], row["creditor"]) == (
        "answer-referral",
        "rtms_unit",
        "pain_physician",
    )
    assert row["creditor_name"] == "Dr Élise Caradec"
    assert row["patient"]["family"] == "Lefèvre"
    assert row["due_at"] == "2026-11-26T17:00:00Z"
    assert row["page"] == sent.url
    board = read(office, "board?kind=report-back")
    assert sum(board["totals"].values()) == 0
    assert board["numbers"]["n_waiting"] == 1


def test_others_get_the_rows_of_their_own_unit(clinic: Clinic, sent: Referred) -> None:
    assert sum(read(clinic.http(clinic.operator), "board?who=all")["totals"].values()) == 1
    assert sum(read(clinic.http(clinic.psychologist), "board?who=all")["totals"].values()) == 0
    for path in ("ledger", f"patients/{sent.patient_id}/story"):
        answer = clinic.http(clinic.psychologist).get(f"/coordinator/api/{path}")
        assert answer.status_code == 403


def test_the_story_with_who_knows_each_event(
    clinic: Clinic, sent: Referred, office: TestClient
) -> None:
    with clinic.work("rtms_unit", clinic.operator) as work:
        unit.ask(work, sent.id, "Which implant?")
    told = read(office, f"patients/{sent.patient_id}/story")
    newest = told["lines"][0]
    assert (newest["kind"], newest["who"], newest["words"]) == (
        "referral.held",
        "Tomas Hartl",
        "Which implant?",
    )
    states = {d["subscriber"]: d["state"] for d in newest["deliveries"]}
    assert states == {"coordinator": "handled", "pain_physician": "handled"}
    assert [line["kind"] for line in told["lines"]][-1] == "patient.registered"


def test_the_ledger_by_filter(office: TestClient, sent: Referred) -> None:
    ledger = read(office, f"ledger?kind=referral.requested&patient={sent.patient_id}")
    (line,) = ledger["lines"]
    assert line["source"] == "pain_physician"
    assert {d["state"] for d in line["deliveries"]} == {"handled"}
    assert read(office, "ledger?state=parked")["lines"] == []


def test_what_the_office_itself_announced_is_in_the_ledger(office: TestClient) -> None:
    (line,) = read(office, "ledger?kind=obligation.opened")["lines"]
    assert line["source"] == "coordinator"
    assert {d["subscriber"]: d["state"] for d in line["deliveries"]}["reminders"] == "handled"


def test_chasing_settling_and_taking_back(clinic: Clinic, office: TestClient) -> None:
    row = the_row(office)
    base = f"/coordinator/api/obligations/{row['id']}"
    assert office.post(f"{base}/remind").json()["state"] == "open"
    assert office.post(f"{base}/remind").status_code == 409
    assert office.post(f"{base}/settle", json={"reason": "x"}).status_code == 422
    settled = office.post(f"{base}/settle", json={"reason": "By telephone."})
    assert settled.json()["state"] == "settled"
    assert office.post(f"{base}/settle", json={"reason": "By telephone."}).status_code == 409
    assert office.post(f"{base}/undo").json()["state"] == "open"
    kinds = announced(clinic, "coordinator")
    assert [kind.removeprefix("obligation.") for kind in kinds] == [
        "opened",
        "escalated",
        "met",
        "opened",
    ]


def test_only_the_coordinator_decides(clinic: Clinic, office: TestClient) -> None:
    row = the_row(office)
    for deed in ("remind", "undo"):
        answer = clinic.http(clinic.operator).post(
            f"/coordinator/api/obligations/{row['id']}/{deed}"
        )
        assert answer.status_code == 403


def test_the_books_agree_at_the_end(clinic: Clinic, sent: Referred) -> None:
    with clinic.work("rtms_unit", clinic.operator) as work:
        unit.accept(work, sent.id)
    for _ in range(20):
        clinic.wait(days=1)
    assert clinic.verify() == []
