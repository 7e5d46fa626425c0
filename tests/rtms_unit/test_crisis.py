"""A suicidal crisis stops stimulation, whoever of the team says so, on the page or by program."""

import pytest
from fastapi.testclient import TestClient

from shared.discipline import actions
from tests.clinic import Clinic
from tests.referring import announced, refer
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
