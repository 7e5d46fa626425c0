"""Ladders as data: each shows its source and year, the centre writes its own, and goes back."""

import re
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient

from services.coordinator.actions.ladders_of_centre import delays_of
from services.coordinator.rules.ladders import LADDERS, URGENT, check, kind_of
from services.coordinator.rules.owed import KINDS
from shared.errors import Invalid
from tests.clinic import Clinic
from tests.coordinator.seen import the_obligation, words
from tests.referring import refer

NAME = "answer-referral"
ADDRESS = f"/coordinator/ladders/{NAME}"
API = f"/coordinator/api/ladders/{NAME}"
FASTER: dict[str, Any] = {
    "delays": {
        "due": {"at": "evening", "count": 2},
        "remind": {"at": "morning", "count": 2},
        "chase": {"at": "morning", "count": 4},
        "tell-coordinator": {"at": "morning", "count": 4},
        "hand-back": {"at": "morning", "count": 10},
        "repeat": {"at": "morning", "count": 3},
    },
    "source": "Meeting of the team",
    "year": 2026,
    "confirmed": True,
    "reason": "Patients waited too long.",
}


@pytest.fixture
def office(clinic: Clinic) -> TestClient:
    return clinic.http(clinic.coordinator)


def filled(**changed: str) -> dict[str, str]:
    """The same as a browser sends it."""
    parts = {
        f"{moment}.{part}": str(value)
        for moment, one in FASTER["delays"].items()
        for part, value in one.items()
    }
    plain = {name: str(value) for name, value in FASTER.items() if name != "delays"}
    return {**parts, **plain, "confirmed": "yes", **changed}


def test_every_kind_climbs_a_ladder_with_a_source_a_year_and_a_mark(office: TestClient) -> None:
    """Each default stands on the page with its values, its source, its year and the mark."""
    assert {kind_of(name)[0] for name in LADDERS} == set(KINDS)
    page = office.get("/coordinator/ladders").text
    for name, ladder in LADDERS.items():
        assert ladder.source
        assert ladder.year == 2026
        assert not ladder.confirmed
        (row,) = re.findall(rf'<tr><th scope="row"><a href="/coordinator/ladders/{name}">.*?</tr>',
                            page, re.DOTALL)  # fmt: skip
        said = unescape(re.sub(r"<[^>]+>", " ", row))
        assert f"{ladder.source}, 2026 · to be confirmed by the centre" in " ".join(said.split())
        assert (
            said.count("working day")
            + said.count(" h later")
            + said.count("that ")
            + said.count("at once")
            >= len(ladder.rungs) + 2
        ), name


def test_every_ladder_has_a_page_in_both_languages(clinic: Clinic) -> None:
    for language, mark in (("en", "to be confirmed"), ("fr", "à confirmer")):
        browser = clinic.http(clinic.coordinator)
        browser.cookies.set("relais_language", language)
        for name in LADDERS:
            page = browser.get(f"/coordinator/ladders/{name}")
            assert page.status_code == 200
            assert mark in page.text


def test_every_proposal_can_be_climbed() -> None:
    for ladder in LADDERS.values():
        check(ladder, ladder)
    assert set(URGENT.values()) <= set(LADDERS)


def test_the_centre_writes_its_own(clinic: Clinic, office: TestClient) -> None:
    answer = office.post(API, json={**FASTER, "version": 1}).json()
    assert (answer["version"], answer["is_default"], answer["confirmed"]) == (2, False, True)
    refer(clinic)
    row = the_obligation(clinic)
    assert (row.ladder_version, f"{row.due_at:%d %b %H:%M}") == (2, "25 Nov 17:00")
    whole = office.get(API).json()
    assert whole["versions"][0]["reason"] == "Patients waited too long."
    page = words(office.get(ADDRESS).text)
    assert "Meeting of the team, 2026" in page
    assert "Claire Morvan" in page
    assert "Due: evening of working day 2" in page


def test_what_is_open_keeps_the_ladder_that_it_began_on(clinic: Clinic, office: TestClient) -> None:
    refer(clinic)
    before = the_obligation(clinic)
    office.post(API, json=FASTER)
    clinic.wait(days=2, hours=1)
    after = the_obligation(clinic)
    assert (after.taken, after.due_at, after.next_at) == (0, before.due_at, before.next_at)
    later = clinic.http(clinic.coordinator)
    assert "What is open already keeps the ladder" in words(later.get(ADDRESS).text)
    page = words(later.get(f"/coordinator/obligations/{after.id}").text)
    assert "Proposal of Relais, 2026 · to be confirmed by the centre" in page
    clinic.wait(days=1)
    assert the_obligation(clinic).taken == 1


def test_back_to_what_relais_proposes(office: TestClient) -> None:
    assert office.post(f"{API}/default", json={"reason": "It is fine."}).status_code == 409
    office.post(API, json=FASTER)
    answer = office.post(f"{API}/default", json={"reason": "It is fine.", "version": 2}).json()
    assert (answer["version"], answer["is_default"]) == (3, True)
    assert "Use the proposal again" not in office.get(ADDRESS).text


def test_who_has_not_seen_the_last_version_changes_nothing(office: TestClient) -> None:
    office.post(API, json={**FASTER, "version": 1})
    late = office.post(API, json={**FASTER, "version": 1})
    assert late.status_code == 409
    assert late.json()["detail"].startswith("Claire Morvan changed this ladder at")
    assert len(office.get(API).json()["versions"]) == 1


@pytest.mark.parametrize(
    ("moment", "delay"),
    [
        ("chase", {"at": "morning", "count": 1}),
        ("hand-back", {"at": "hours", "count": 3}),
        ("due", {"at": "morning", "count": -1}),
        ("due", {"at": "morning", "count": 1.5}),
        ("due", {"at": "morning", "count": 1000}),
        ("due", {"at": "noon", "count": 1}),
        ("repeat", {"at": "hours", "count": 0}),
        ("repeat", {"at": "hours", "count": 0.001}),
        ("late", {"at": "hours", "count": 1}),
    ],
)
def test_a_ladder_that_cannot_be_climbed_is_refused(
    office: TestClient, moment: str, delay: dict[str, Any]
) -> None:
    wrong = {**FASTER, "delays": {**FASTER["delays"], moment: delay}}
    answer = office.post(API, json=wrong)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert office.get(API).json()["versions"] == []


def test_numbers_that_are_none_are_refused(office: TestClient) -> None:
    for number in ("NaN", "Infinity", "1e400"):
        answer = office.post(ADDRESS, data=filled(**{"due.count": number}))
        assert answer.status_code == 422


def test_a_preview_shows_dates_and_keeps_nothing(clinic: Clinic, office: TestClient) -> None:
    page = office.post(ADDRESS, data=filled(look="yes", reason="", unit="rtms_unit"))
    assert page.status_code == 200
    assert "Wed 25 Nov 2026 18:00" in words(page.text)
    assert 'value="Meeting of the team"' in page.text
    assert office.get(API).json()["versions"] == []
    assert clinic.verify() == []


def test_it_is_saved_on_the_page(office: TestClient) -> None:
    assert office.post(ADDRESS, data=filled(reason="")).status_code == 422
    assert office.post(ADDRESS, data=filled(version="1")).status_code == 303
    assert office.post(ADDRESS, data=filled(version="1")).status_code == 409
    answer = office.post(f"{ADDRESS}/default", data={"reason": "It is fine.", "version": "2"})
    assert answer.status_code == 303


def test_administrators_write_ladders_and_nobody_else(clinic: Clinic) -> None:
    assert clinic.http(clinic.administrator).post(API, json=FASTER).status_code == 200
    for other in (clinic.physician, clinic.operator, clinic.therapist):
        browser = clinic.http(other)
        assert browser.post(API, json=FASTER).status_code == 403
        assert browser.get(ADDRESS).status_code == 403


def test_a_ladder_that_does_not_exist(office: TestClient) -> None:
    assert office.get("/coordinator/ladders/nothing").status_code == 404
    assert office.post("/coordinator/api/ladders/nothing", json=FASTER).status_code == 404


def test_steps_can_only_be_moved() -> None:
    shorter, other = LADDERS["answer-question"], LADDERS[NAME]
    with pytest.raises(Invalid):
        check(shorter, other)
    assert list(delays_of(LADDERS["record-outcome"])) == [
        "due",
        "late",
        "remind",
        "chase",
        "tell-coordinator",
        "repeat",
    ]
