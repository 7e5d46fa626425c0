"""Coordinators and administrators read what the events are; nobody else needs to."""

import json

import jsonschema_rs
import pytest
import yaml

from shared.events import EVENTS
from shared.web.cookies import LANGUAGE
from tests.clinic import Clinic

ADDRESSES = (
    "/interop/events",
    "/interop/events?event=referral.accepted.v1",
    "/interop/asyncapi.json",
    "/interop/asyncapi.yaml",
    "/interop/schemas/referral.accepted.v1.json",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_is_for_coordinators_and_administrators(clinic: Clinic, address: str) -> None:
    for member in (clinic.coordinator, clinic.administrator):
        assert clinic.http(member).get(address).status_code == 200
    for member in (clinic.physician, clinic.operator):
        assert clinic.http(member).get(address).status_code == 403
    assert clinic.http().get(address).status_code in (303, 401)


def test_the_page_shows_every_event_and_leads_to_it(clinic: Clinic) -> None:
    browser = clinic.http(clinic.coordinator)
    page = browser.get("/interop/events").text
    for kind, version in EVENTS:
        assert f'href="/interop/events?event={kind}.v{version}"' in page
    assert "The performing service takes the patient on." in page
    assert "the service in “performer”" in page


def test_the_page_of_an_event_says_it_all(clinic: Clinic) -> None:
    page = clinic.http(clinic.coordinator).get("/interop/events?event=referral.rejected.v1").text
    for text in (
        "The performing service declines, with a coded reason and a next step.",
        "Psycho-physical therapist, rTMS unit",
        "the service in “requester”",
        "Code of the reason.",
        "Sealed: only services that have the team’s key can read it.",
        "relais.referral.rejected.v1",
        "/interop/schemas/referral.rejected.v1.json",
        "hears = [&#34;referral.rejected&#34;]",
    ):
        assert text in page, text


def test_what_stays_inside_is_not_offered(clinic: Clinic) -> None:
    page = clinic.http(clinic.administrator).get("/interop/events?event=member.changed.v1").text
    assert "no system outside hears it" in page
    assert "subscribers" not in page


def test_the_pages_speak_french(clinic: Clinic) -> None:
    browser = clinic.http(clinic.coordinator)
    browser.cookies.set(LANGUAGE, "fr")
    assert "Le service sollicité prend le patient en charge." in browser.get("/interop/events").text
    page = browser.get("/interop/events?event=referral.rejected.v1").text
    assert "Code du motif." in page
    assert "Annoncé par" in page


@pytest.mark.parametrize("name", ["referral.accepted", "referral.accepted.v2", "..%2f..", "x"])
def test_an_event_that_is_not_there_is_not_found(clinic: Clinic, name: str) -> None:
    browser = clinic.http(clinic.coordinator)
    assert browser.get(f"/interop/events?event={name}").status_code == 404
    assert browser.get(f"/interop/schemas/{name}.json").status_code == 404


def test_programs_get_what_they_can_use(clinic: Clinic) -> None:
    browser = clinic.http(clinic.administrator)
    as_json, as_yaml = (browser.get(f"/interop/asyncapi.{form}") for form in ("json", "yaml"))
    assert as_json.headers["content-type"] == "application/json"
    assert as_yaml.headers["content-type"].startswith("application/yaml")
    assert as_json.json() == yaml.safe_load(as_yaml.text)
    schema = browser.get("/interop/schemas/session.booked.v1.json")
    assert schema.headers["content-type"] == "application/schema+json"
    jsonschema_rs.meta.validate(json.loads(schema.text))
