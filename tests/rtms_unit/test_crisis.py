"""A suicidal crisis stops stimulation, whoever of the team says so, on the page or by program."""

import pytest
from fastapi.testclient import TestClient

from services.rtms_unit.reading.gates import open_gates
from services.rtms_unit.tables import Crisis
from shared.discipline import actions
from shared.events import ConcernRaised, Note
from shared.identifiers import new_id
from tests.clinic import Clinic
from tests.referring import announced, refer, register, say
from tests.rtms_unit.planner import do, machine
from tests.rtms_unit.treatment import Treatment


@pytest.fixture
def begun(clinic: Clinic) -> Treatment:
    treatment = Treatment(clinic).begin()
    treatment.prepare(treatment.number(1))
    return treatment


def is_stopped(treatment: Treatment) -> bool:
    treatment.clinic.settle()
    if treatment.closed() != ["stop"]:
        return False
    return "Only a physician" in treatment.refused(actions.arrive, treatment.number(1))


def test_the_psychologist_says_so_on_the_page(clinic: Clinic, begun: Treatment) -> None:
    sent = refer(clinic, performer="psychologist", patient_id=begun.sent.patient_id)
    browser = clinic.http(clinic.psychologist)
    assert "A suicidal crisis" in browser.get(f"{sent.url}/concern").text
    other = {"note": "Sleeps badly.", "reason_code": "by-hand"}
    assert browser.post(f"{sent.url}/concern", data=other).status_code == 303
    clinic.settle()
    assert begun.closed() == []
    crisis = {"note": "Has a plan.", "reason_code": "suicidal-crisis", "urgent": "false"}
    assert browser.post(f"{sent.url}/concern", data=crisis).status_code == 303
    assert is_stopped(begun)
    assert clinic.verify() == []


def test_the_operator_says_so_by_program(clinic: Clinic, begun: Treatment) -> None:
    """No service hears its own events: what the unit says of itself stops the course at once."""
    browser: TestClient = clinic.http(clinic.operator)
    address = f"/rtms_unit/api/referrals/{begun.sent.id}/concerns"
    unknown = browser.post(address, json={"note": "Worried.", "reason_code": "stars"})
    assert unknown.status_code == 422
    crisis = {"note": "Speaks of the bridge.", "reason_code": "suicidal-crisis"}
    assert browser.post(address, json=crisis).status_code == 201
    assert is_stopped(begun)
    assert announced(clinic, "rtms_unit").count("course.stopped") == 1


@pytest.mark.parametrize(("days", "stopped"), [(0, ["screening", "stop"]), (1, ["screening"])])
def test_the_crisis_is_heard_before_the_referral(
    clinic: Clinic, days: int, stopped: list[str]
) -> None:
    """News of two services may cross; what was known when the patient was sent is weighed there."""
    machine(clinic)
    patient_id = register(clinic)
    with clinic.look("psychologist") as work:
        note = work.seal(Note(text="Has a plan."), patient_id)
    crisis = ConcernRaised(
        patient_id=patient_id,
        concern_id=new_id(),
        raised_by="psychologist",
        addressed_to="pain_physician",
        reason_code="suicidal-crisis",
        note=note,
    )
    say(clinic, "psychologist", crisis)
    clinic.wait(days=days)
    sent = refer(clinic, patient_id=patient_id)
    do(clinic, actions.accept, sent.id)
    with clinic.look("rtms_unit") as work:
        assert sorted(gate.gate for gate in open_gates(work)) == stopped
        assert work.find(Crisis, crisis.concern_id) is None or days
    assert clinic.verify() == []
