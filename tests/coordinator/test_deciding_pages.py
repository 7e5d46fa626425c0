"""What a coordinator does with an obligation, in the browser and by programs: who, when, why."""

import re
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from services.coordinator.tables import Obligation
from services.reminders.tables import Matter
from shared.access.tables import AuditEntry
from shared.backbone.tables import EventRow
from shared.discipline import actions as unit
from shared.discipline.tables import Referral
from tests.clinic import Clinic
from tests.coordinator.seen import the_obligation, words
from tests.referring import Referred, refer

CANARY = "Zanzibar Quetzalcoatl"


@pytest.fixture
def sent(clinic: Clinic) -> Referred:
    return refer(clinic)


@pytest.fixture
def office(clinic: Clinic, sent: Referred) -> TestClient:
    assert sent.performer == "rtms_unit"
    return clinic.http(clinic.coordinator)


def at(row: Obligation, verb: str = "", *, api: bool = False) -> str:
    middle = "/api" if api else ""
    return f"/coordinator{middle}/obligations/{row.id}{'/' if verb else ''}{verb}"


def audited(clinic: Clinic, patient_id: UUID) -> list[tuple[str, str]]:
    """What the coordinator did with this patient's record, but for reading it."""
    with clinic.look("coordinator") as work:
        chosen = select(AuditEntry).where(AuditEntry.patient_id == patient_id)
        rows = work.all(chosen.order_by(col(AuditEntry.number)))
        return [(row.action, row.outcome) for row in rows if row.action != "read-record"]


def test_it_is_given_to_a_colleague_on_the_page(clinic: Clinic, office: TestClient) -> None:
    colleague = clinic.join("Rosa Lind", roles=["rtms_operator"], units=["rtms_unit"])
    clinic.settle()
    row = the_obligation(clinic)
    page = office.get(at(row)).text
    assert "rTMS unit: Rosa Lind" in words(page)
    form = {"to": f"rtms_unit:{colleague}", "reason": CANARY, "version": str(row.version)}
    assert office.post(at(row, "transfer"), data=form).status_code == 303
    clinic.settle()
    after = words(office.get(at(row)).text)
    assert f"Claire Morvan given to somebody else: Rosa Lind {CANARY}" in after
    assert "Rosa Lind owes it to" in after
    assert audited(clinic, row.patient_id) == [("transfer-obligation", "ok")]
    with clinic.look("reminders") as work:
        told = [e for e in work.all(select(EventRow)) if CANARY in e.body]
        assert told == []


def test_why_it_was_done_travels_nowhere(clinic: Clinic, office: TestClient) -> None:
    row = the_obligation(clinic)
    office.post(at(row, "transfer"), data={"to": "psychologist", "reason": CANARY})
    office.post(at(row, "pause"), data={"until": "2026-12-01", "reason": CANARY})
    office.post(at(row, "resume"))
    office.post(at(row, "dismiss"), data={"reason": CANARY})
    office.post(at(row, "undo"))
    office.post(at(row, "settle"), data={"reason": CANARY})
    clinic.settle()
    with clinic.look("coordinator") as work:
        bodies = [event.body for event in work.all(select(EventRow))]
    assert len(bodies) == 8
    assert not [body for body in bodies if CANARY in body]
    assert CANARY not in str(clinic.mailer.sent)
    assert clinic.verify() == []
    said = words(office.get(at(row)).text)
    assert said.count(CANARY) == 5


def test_a_pause_is_seen_and_taken_back(clinic: Clinic, office: TestClient) -> None:
    row = the_obligation(clinic)
    form = {"until": "2026-12-01", "reason": "On holiday.", "version": str(row.version)}
    assert office.post(at(row, "pause"), data=form).status_code == 303
    page = words(office.get(at(row)).text)
    assert re.search(r"Paused until [\w ]*1 Dec[\w :]*; nobody is reminded before", page)
    assert "Take this back: paused" in page
    assert office.post(at(row, "undo")).status_code == 303
    assert the_obligation(clinic).id == row.id


def test_a_refused_form_keeps_what_was_typed(clinic: Clinic, office: TestClient) -> None:
    row = the_obligation(clinic)
    wrong = {"until": "2020-01-01", "reason": "A long explanation."}
    answer = office.post(at(row, "pause"), data=wrong)
    assert answer.status_code == 422
    assert "Choose a day after today and within a year." in answer.text
    assert "A long explanation." in answer.text
    nobody = {"to": "rtms_unit:x", "reason": "So it is."}
    assert office.post(at(row, "transfer"), data=nobody).status_code == 422


def test_who_comes_late_is_told_who_did_what_and_sees_the_row_as_it_is(
    clinic: Clinic, office: TestClient
) -> None:
    other = clinic.join("Yann Le Gall", roles=["coordinator"], units=["coordinator"])
    clinic.settle()
    row = the_obligation(clinic)
    first = {"reason": "By telephone.", "version": str(row.version)}
    assert clinic.http(other).post(at(row, "settle"), data=first).status_code == 303
    late = office.post(
        at(row, "transfer"),
        data={"to": "psychologist", "reason": "So.", "version": str(row.version)},
    )
    assert late.status_code == 409
    page = words(late.text)
    assert "Yann Le Gall marked this as settled at Mon 23 Nov 09:00, before you." in page
    assert "Settled elsewhere. By telephone." in page
    assert audited(clinic, row.patient_id) == [
        ("settle-obligation", "ok"),
        ("decide-obligation", "refused"),
    ]


def test_a_program_is_told_so_too(clinic: Clinic, office: TestClient) -> None:
    row = the_obligation(clinic)
    seen = office.get(at(row, api=True)).json()
    assert (seen["version"], seen["deeds"]) == (row.version, [])
    moved = office.post(
        at(row, "transfer", api=True),
        json={"unit": "psychologist", "reason": "So it is.", "version": seen["version"]},
    ).json()
    assert (moved["debtor"], moved["state"]) == ("psychologist", "open")
    late = office.post(
        at(row, "pause", api=True),
        json={"until": "2026-12-01", "reason": "So it is.", "version": seen["version"]},
    )
    assert late.status_code == 409
    assert late.json()["detail"].startswith("Claire Morvan gave this to somebody else at")
    assert late.json()["now"]["version"] == moved["version"]
    assert ("decide-obligation", "refused") in audited(clinic, row.patient_id)
    whole = office.get(at(row, api=True)).json()
    assert [deed["what"] for deed in whole["deeds"]] == ["transferred"]


VERBS: dict[str, dict[str, Any]] = {
    "remind": {},
    "settle": {"reason": "So it is."},
    "dismiss": {"reason": "So it is."},
    "transfer": {"unit": "psychologist", "reason": "So it is."},
    "pause": {"until": "2026-12-01", "reason": "So it is."},
    "resume": {},
    "undo": {},
}


@pytest.mark.parametrize("verb", VERBS)
def test_only_a_coordinator_does_it(clinic: Clinic, office: TestClient, verb: str) -> None:
    del office
    row = the_obligation(clinic)
    for member in (clinic.operator, clinic.physician, clinic.administrator):
        browser = clinic.http(member)
        answer = browser.post(at(row, verb, api=True), json=VERBS[verb])
        assert answer.status_code == 403
        assert browser.get(at(row, api=True)).status_code == 403
    assert the_obligation(clinic).version == row.version


def test_the_one_who_got_it_is_mailed_and_the_unit_not_any_more(
    clinic: Clinic, office: TestClient
) -> None:
    row = the_obligation(clinic)
    office.post(at(row, "transfer"), data={"to": "psychologist", "reason": "So it is."})
    clinic.settle()
    clinic.wait(days=4)
    with clinic.look("reminders") as work:
        matter = work.get(Matter, row.id)
        assert (matter.debtor, matter.open) == ("psychologist", True)


def test_handing_back_works_where_it_is_done(
    clinic: Clinic, office: TestClient, sent: Referred
) -> None:
    """The psychologist sees to a referral of the rTMS unit, and nobody answers: it comes back."""
    row = the_obligation(clinic)
    office.post(at(row, "transfer"), data={"to": "psychologist", "reason": "So it is."})
    clinic.settle()
    for _ in range(20):
        clinic.wait(days=1)
    with clinic.look("rtms_unit") as work:
        assert unit_status(work, sent) == "failed"
    assert clinic.verify() == []


def unit_status(work: Any, sent: Referred) -> str:
    status: str = work.get(Referral, sent.id).status
    return status


def test_nothing_changes_by_looking(clinic: Clinic, office: TestClient) -> None:
    row = the_obligation(clinic)
    for verb in VERBS:
        assert office.get(at(row, verb)).status_code == 405
    office.get(at(row))
    office.get("/coordinator/ladders")
    assert the_obligation(clinic).version == row.version
    with clinic.work("rtms_unit", clinic.operator) as work:
        unit.accept(work, row.subject)
