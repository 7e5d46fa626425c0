"""Scores by every door: impossible ones are refused with their rule, and a correction is kept."""

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from shared.discipline.tables import Measurement
from shared.events import MeasurementRecorded
from shared.identifiers import new_id
from shared.measuring import INSTRUMENTS
from tests.clinic import Clinic
from tests.referring import Referred, announced, refer, say

WRONG = {"hads-a": (-1, 22, 7.5), "hads-d": (-1, 22, 3.2), "pcs": (-1, 53, 0.5)}


@pytest.fixture
def sent(clinic: Clinic) -> Referred:
    """A patient whom the psychologist has taken on."""
    referred = refer(clinic, "psychologist")
    clinic.http(clinic.psychologist).post(f"{referred.url}/accept")
    clinic.settle()
    return referred


@pytest.fixture
def browser(clinic: Clinic) -> TestClient:
    return clinic.http(clinic.psychologist)


def kept(clinic: Clinic, service: str = "psychologist") -> list[Measurement]:
    with clinic.look(service) as work:
        rows = work.all(select(Measurement).order_by(col(Measurement.id)))
    return list(rows)


def test_no_door_lets_an_impossible_score_in(
    clinic: Clinic, browser: TestClient, sent: Referred
) -> None:
    for code, values in WRONG.items():
        low, high = INSTRUMENTS[code].low, INSTRUMENTS[code].high
        rules = (f"This score goes from {low} to {high}.", "This score is a whole number.")
        for value in values:
            page = browser.post(f"{sent.url}/scores", data={code.replace("-", "_"): value})
            program = browser.post(f"{sent.api}/scores", json={"values": {code: value}})
            assert (page.status_code, program.status_code) == (422, 422), (code, value)
            assert any(rule in page.text and rule in program.text for rule in rules)
    for entry in ({}, {"dn4": 5}, {"hads-a": True}, {"hads-a": "many"}):
        assert browser.post(f"{sent.api}/scores", json={"values": entry}).status_code == 422
    for answers in ([0] * 8, [0] * 10, [0] * 8 + [None], [0] * 8 + [4], [0] * 8 + [-1]):
        program = browser.post(f"{sent.api}/forms/phq-9", json={"answers": answers})
        assert program.status_code == 422, answers
    assert browser.post(f"{sent.api}/forms/hads-a", json={"answers": []}).status_code == 404
    assert browser.post(f"{sent.url}/scores", data={"hads_a": "many"}).status_code == 422
    assert browser.post(f"{sent.url}/scores").status_code == 422
    assert kept(clinic) == []
    assert "measurement.recorded" not in announced(clinic, "psychologist")


def test_what_cannot_be_is_not_gone_by_when_it_is_heard(clinic: Clinic, sent: Referred) -> None:
    for code, value in (("nrs-average", 11.0), ("nrs-average", 6.0), ("of-another-release", 3.0)):
        say(
            clinic,
            "pain_physician",
            MeasurementRecorded(
                patient_id=sent.patient_id,
                measurement_id=new_id(),
                code=code,
                value=value,
                measured_at=clinic.now,
            ),
        )
    assert [(row.code, row.value) for row in kept(clinic, "rtms_unit")] == [("nrs-average", 6)]


def test_a_correction_keeps_what_stood_there(
    clinic: Clinic, browser: TestClient, sent: Referred
) -> None:
    form = {"hads_a": "12", "hads_d": "8", "entry": str(new_id())}
    for _ in range(2):
        assert browser.post(f"{sent.url}/scores", data=form).status_code == 303
    anxiety, depression = kept(clinic)
    assert {anxiety.value, depression.value} == {12, 8}, "sent twice, kept once"
    wrong = anxiety if anxiety.code == "hads-a" else depression
    for value in ("", "22", "12"):
        refused = browser.post(f"/psychologist/scores/{wrong.id}", data={"value": value})
        assert refused.status_code == 422, value
    assert browser.post(f"/psychologist/scores/{wrong.id}", data={"value": "9"}).status_code == 303
    clinic.settle()
    again = browser.post(f"/psychologist/scores/{wrong.id}", data={"value": "10"})
    assert "corrected already" in again.text
    page = browser.get(f"{sent.url}/scores").text
    assert "<del>12</del>" in page
    assert "a possible case (8 to 10)" in page
    mine = [row for row in kept(clinic, "rtms_unit") if row.code == "hads-a"]
    held = {row.value: row for row in mine if row.corrected_at is None}
    assert len(mine) == 2
    assert held.keys() == {9}
    assert held[9].corrects == wrong.id


def test_only_the_people_of_the_unit_enter_scores(clinic: Clinic, sent: Referred) -> None:
    reader = clinic.http(clinic.coordinator)
    assert reader.get(f"{sent.url}/scores").status_code == 200
    for member in (clinic.coordinator, clinic.operator):
        other = clinic.http(member)
        assert other.post(f"{sent.url}/scores", data={"hads_a": "9"}).status_code == 403
        assert other.get(f"{sent.url}/forms/phq-9").status_code == 403
        assert other.post(f"{sent.api}/scores", json={"values": {"pcs": 9}}).status_code == 403
    assert kept(clinic) == []
