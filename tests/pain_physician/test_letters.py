"""Stories of the report to the doctor who sent the patient: put together, changed, kept, sent."""

from html import unescape
from typing import Any
from uuid import UUID

from httpx2 import Response
from sqlmodel import select

from services.coordinator.tables import Obligation
from shared.discipline import actions as discipline
from tests.clinic import Clinic
from tests.pain_physician.hands import API, PAGES, PICTURE, ok, press, registered, words_of
from tests.pain_physician.test_medicines import DULOXETINE, TRIED, recorded
from tests.referring import announced, refer, refer_from_outside, stored

LETTER = {"addressee": "Hôpital Saint-Luc", "text": "Dear colleague,\n\nshe is better."}


def drafted(page: Response) -> str:
    """The text that the form offers."""
    offered = page.text.split('name="text"')[1].split("</textarea>")[0]
    return unescape(offered.partition(">")[2])


def reports_owed(clinic: Clinic) -> list[str]:
    owed = select(Obligation).where(Obligation.what == "report-back")
    with clinic.look("coordinator") as work:
        return [one.state for one in work.all(owed)]


def test_the_draft_says_what_was_asked_found_and_done(clinic: Clinic) -> None:
    outside = refer_from_outside(clinic)
    browser = clinic.http(clinic.physician)
    api = f"{API}/patients/{outside.patient_id}"
    ok(browser.post(f"{api}/assessments", json=PICTURE))
    recorded(browser, str(outside.patient_id), **TRIED)
    recorded(browser, str(outside.patient_id), **DULOXETINE)
    sent = refer(clinic, "psychologist", outside.patient_id)
    with clinic.work("psychologist", clinic.psychologist) as work:
        discipline.accept(work, sent.id)
        discipline.complete(work, sent.id, "goals-met", "She copes better.")
    page = browser.get(f"{PAGES}/patients/{outside.patient_id}/letter")
    text = drafted(page)
    for words in (
        "Your question\nPlease take over.",
        "23 Nov 2026: Stroke; Left: face, arm; burning.",
        "Pain of 10: worst 9, least 3, average 6.",
        "- Amitriptyline, 25 mg a day, Mar 2024 – Aug 2024",
        "- Duloxetine, 30 mg a day",
        "- Psychologist (23 Nov 2026): Completed, The goals were met",
        "She copes better.",
    ):
        assert words in text, text
    assert 'value="Hôpital Saint-Luc"' in page.text
    assert ok(browser.get(f"{api}/letter"))["text"] == text.strip()
    units = ["pain_physician"]
    luc = clinic.join("Dr Luc Petit", roles=["physician"], units=units, language="fr")
    clinic.settle()
    assert "Votre question" in drafted(clinic.http(luc, language="fr").get(page.url))


def test_a_letter_meets_the_report_that_is_owed_and_is_kept_as_sent(clinic: Clinic) -> None:
    outside = refer_from_outside(clinic)
    with clinic.work("pain_physician", clinic.physician) as work:
        discipline.accept(work, outside.id)
        discipline.complete(work, outside.id, "partly-met")
    assert reports_owed(clinic) == ["open"]
    browser = clinic.http(clinic.physician)
    form = f"/patients/{outside.patient_id}/letter"
    assert press(browser, form, **{**LETTER, "text": " "}).status_code == 422
    done = press(browser, form, referral_id=str(outside.id), **LETTER)
    clinic.settle()
    assert reports_owed(clinic) == ["met"]
    assert announced(clinic, "pain_physician").count("report.sent") == 1
    page = words_of(browser.get(done.headers["location"]))
    assert "she is better." in page
    assert "Dr Élise Caradec" in page
    record = words_of(browser.get(f"{PAGES}/patients/{outside.patient_id}"))
    assert "wrote to the doctor who sent the patient" in record
    again = press(browser, form, referral_id=str(outside.id), **LETTER)
    assert again.is_redirect, "a further letter is kept beside the report"
    clinic.settle()
    assert announced(clinic, "pain_physician").count("report.sent") == 1


def test_a_letter_completes_a_referral_only_with_an_outcome(clinic: Clinic) -> None:
    outside = refer_from_outside(clinic)
    with clinic.work("pain_physician", clinic.physician) as work:
        discipline.accept(work, outside.id)
    browser = clinic.http(clinic.physician)
    address = f"{API}/patients/{outside.patient_id}/letters"
    entry: dict[str, Any] = {**LETTER, "referral_id": str(outside.id)}
    ok(browser.post(address, json=entry))
    clinic.settle()
    assert stored(clinic, outside).status == "accepted"
    assert browser.post(address, json=entry | {"outcome_code": "moon"}).status_code == 422
    ok(browser.post(address, json=entry | {"outcome_code": "goals-met"}))
    clinic.settle()
    assert stored(clinic, outside).status == "completed"
    assert stored(clinic, outside).report == LETTER["text"]
    assert reports_owed(clinic) in (["met"], [])


def test_a_letter_about_somebody_whom_no_message_brought(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser, doctor_name="Dr Anna Klein")
    page = browser.get(f"{PAGES}/patients/{patient_id}/letter")
    assert 'value="Dr Anna Klein"' in page.text
    address = f"{API}/patients/{patient_id}/letters"
    letter = ok(browser.post(address, json=LETTER))
    assert browser.post(address, json={**LETTER, "outcome_code": "goals-met"}).status_code == 422
    other = refer_from_outside(clinic)
    stray = browser.post(address, json={**LETTER, "referral_id": str(other.id)})
    assert stray.status_code == 404, "the referral is about somebody else"
    assert ok(browser.get(f"{API}/letters/{letter['id']}"))["text"] == LETTER["text"]
    for member in (clinic.operator, clinic.coordinator):
        assert clinic.http(member).post(address, json=LETTER).status_code == 403
    assert UUID(letter["patient_id"]) == UUID(patient_id)
