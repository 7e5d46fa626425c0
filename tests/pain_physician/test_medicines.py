"""Stories of medicines: begun, changed, stopped, corrected, undone; and what travels of them."""

import json
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import col, select

from shared.backbone.tables import EventRow
from tests.clinic import Clinic
from tests.pain_physician.hands import API, PAGES, ok, press, referred, registered, sent, words_of

TRIED = {
    "drug": "amitriptyline",
    "dose": 25,
    "started_on": "2024-03",
    "stopped_on": "2024-08",
    "stop_reason": "adverse-effect",
    "adverse_effects": ["dry-mouth"],
    "relief": "minimal",
}
DULOXETINE = {"drug": "duloxetine", "dose": 30, "started_on": "2026-09-01"}
ENDED = {"stopped_on": "2026-11-20", "stop_reason": "no-effect", "relief": "none"}


def recorded(browser: TestClient, patient_id: str, **entry: Any) -> Any:
    """The medicine that was recorded just now."""
    return ok(browser.post(f"{API}/patients/{patient_id}/medicines", json=entry))


def tell(browser: TestClient, medicine: Any, verb: str, **entry: Any) -> Response:
    answer: Response = browser.post(f"{API}/medicines/{medicine['id']}/{verb}", json=entry)
    return answer


def history(browser: TestClient, medicine: Any) -> list[str]:
    found = ok(browser.get(f"{API}/medicines/{medicine['id']}"))
    return [change["what"] for change in found["changes"]]


def told(clinic: Clinic) -> list[dict[str, Any]]:
    """What the others were told of medicines, in order."""
    of_medicines = select(EventRow).where(col(EventRow.kind) == "medication.changed")
    with clinic.look("pain_physician") as work:
        rows = work.all(of_medicines.order_by(col(EventRow.id)))
        return [json.loads(row.body)["data"] for row in rows]


def test_a_medicine_is_begun_raised_and_stopped(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    medicine = recorded(browser, registered(browser), **DULOXETINE)
    assert (medicine["drug_class"], medicine["dose_unit"]) == ("snri", "mg/d")
    raised = ok(tell(browser, medicine, "dose", dose="60,5", on="2026-10-01"))
    assert [dose["dose"] for dose in raised["doses"]] == [30, 60.5]
    assert ok(tell(browser, medicine, "stop", **ENDED))["stopped_on"] == "2026-11-20"
    assert history(browser, medicine) == ["stopped", "dose-changed", "started"]
    said = [(e["change"], e.get("dose"), e["changed_on"]) for e in told(clinic)]
    assert said == [
        ("started", 30, "2026-09-01"),
        ("dose-changed", 60.5, "2026-10-01"),
        ("stopped", 60.5, "2026-11-20"),
    ]
    assert all(event["seizure_risk"] for event in told(clinic))


def test_one_that_was_tried_before_is_recorded_with_its_end_in_one_go(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    recorded(browser, patient_id, **TRIED)
    forgotten = {**TRIED, "drug": "tramadol", "dose": None, "stop_reason": "no-effect"}
    assert recorded(browser, patient_id, **{**forgotten, "relief": ""})["doses"][0]["dose"] is None
    assert [event["change"] for event in told(clinic)] == ["stopped", "stopped"]
    assert told(clinic)[0]["adverse_effects"] == ["dry-mouth"]


def test_an_impossible_entry_is_refused_with_its_rule(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    address = f"{API}/patients/{registered(browser)}/medicines"
    for change, field in (({"dose": 0}, "dose"), (ENDED, "relief")):
        refused = browser.post(address, json={**DULOXETINE, **change, "relief": "substantial"})
        assert (refused.status_code, refused.json()["field"]) == (422, field), refused.text
    assert browser.post(address, json={**DULOXETINE, "dose": True}).status_code == 422
    assert ok(browser.get(address)) == []
    assert told(clinic) == []


def test_the_same_medicine_is_not_taken_twice_at_a_time(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    medicine = recorded(browser, patient_id, **DULOXETINE)
    address = f"{API}/patients/{patient_id}/medicines"
    twice = browser.post(address, json={**DULOXETINE, "started_on": "2026-10-01"})
    assert (twice.status_code, twice.json()["field"]) == (409, "drug")
    ok(tell(browser, medicine, "stop", **ENDED))
    again = recorded(browser, patient_id, **{**DULOXETINE, "started_on": "2026-11-20"})
    undone = tell(browser, medicine, "undo")
    assert undone.status_code == 409, "or it would be taken twice"
    assert history(browser, medicine) == ["stopped", "started"]
    ok(tell(browser, again, "undo"))
    assert ok(tell(browser, medicine, "undo"))["stopped_on"] is None


def test_an_entry_is_corrected_and_its_history_kept(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    medicine = recorded(browser, registered(browser), **DULOXETINE)
    entry = {"on": ["2026-09-01", "2026-09-15"], "dose": [30, 60], "dose_unit": "mg/d"}
    right = ok(tell(browser, medicine, "correct", **entry, relief="moderate", version=1))
    assert (right["relief"], right["version"], right["stopped_on"]) == ("moderate", 2, None)
    stale = tell(browser, medicine, "dose", dose=90, on="2026-11-01", version=1)
    assert (stale.status_code, "look again" in stale.json()["detail"]) == (409, True)
    uneven = tell(browser, medicine, "correct", **{**entry, "dose": [30]})
    assert uneven.json()["field"] == "dose"
    page = words_of(browser.get(f"{PAGES}/medicines/{medicine['id']}"))
    assert "before: Duloxetine, 30 mg a day, Sept 2026 – goes on" in page.replace("Sep ", "Sept ")


def test_a_slip_is_undone_once_and_a_mistaken_entry_taken_back(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    medicine = recorded(browser, patient_id, **DULOXETINE)
    ok(tell(browser, medicine, "undo"))
    address = f"{API}/patients/{patient_id}/medicines"
    assert ok(browser.get(address)) == []
    assert tell(browser, medicine, "undo").status_code == 409
    assert tell(browser, medicine, "dose", dose=60, on="2026-11-01").status_code == 409
    other = recorded(browser, patient_id, **DULOXETINE)
    ok(tell(browser, other, "in-error"))
    assert ok(browser.get(address)) == []
    ok(tell(browser, other, "undo"))
    assert len(ok(browser.get(address))) == 1
    last = told(clinic)[-2:]
    assert [(event["change"], event.get("dose")) for event in last] == [
        ("corrected", None),
        ("corrected", 30),
    ]


def test_a_medicine_without_a_place_on_the_list_counts_as_one_that_matters(
    clinic: Clinic,
) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    named = {"drug": "other", "name": "Safinamide", "dose": 50}
    assert recorded(browser, patient_id, **named)["seizure_risk"] is True
    harmless = {**named, "name": "Vitamin D", "seizure_risk": False}
    assert recorded(browser, patient_id, **harmless)["seizure_risk"] is False
    twice = browser.post(
        f"{API}/patients/{patient_id}/medicines", json={**named, "name": "SAFINAMIDE"}
    )
    assert twice.status_code == 409
    assert "Safinamide" not in json.dumps(told(clinic)), "a name that was typed is free text"


def test_what_was_tried_travels_with_a_referral(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    referred(clinic, patient_id, "psychologist", tried="Hypnosis, twice.")
    recorded(browser, patient_id, **TRIED)
    recorded(browser, patient_id, **DULOXETINE)
    asked = browser.get(f"{PAGES}/patients/{patient_id}/refer").text
    offered = asked.split('name="tried"')[1].split("</textarea>")[0]
    for words in ("Hypnosis, twice.", "Amitriptyline, 25 mg a day, Mar 2024 – Aug 2024", "Dry"):
        assert words in offered
    tried = offered.partition(">")[2].strip()
    referral_id = referred(clinic, patient_id, tried=tried)
    assert "Duloxetine, 30 mg a day" in sent(clinic, referral_id)["referral"]["tried"]
    again = browser.get(f"{PAGES}/patients/{patient_id}/refer", headers={"accept-language": "fr"})
    assert again.text.count("Hypnosis, twice.") == 1
    assert again.text.count("mitriptyline") == 1


def test_the_page_sorts_what_was_tried_by_the_line_of_the_chosen_table(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    page = f"{PAGES}/patients/{patient_id}/medicines"
    assert "No medicine on record" in words_of(browser.get(page))
    done = press(browser, f"/patients/{patient_id}/medicines/new", drug="pregabalin", dose="150")
    assert done.status_code == 303
    by_2015 = words_of(browser.get(f"{page}?guideline=neupsig-2015"))
    first = by_2015.split("<h3>First line</h3>")[1].split("<h3>")[0]
    assert "Pregabalin" in first
    assert "taken now" in first
    by_2020 = words_of(browser.get(f"{page}?guideline=french-2020"))
    assert "taken now" in by_2020.split("<h3>Second line</h3>")[1].split("<h3>")[0]
    assert "To be confirmed by the centre." in by_2020
    assert "To be confirmed by the centre." not in by_2015


def test_the_forms_of_a_medicine_keep_what_was_entered(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    refused = press(browser, f"/patients/{patient_id}/medicines/new", drug="tramadol", dose="x")
    assert (refused.status_code, 'value="x"' in refused.text) == (422, True)
    medicine = recorded(browser, patient_id, **DULOXETINE)
    page = f"/medicines/{medicine['id']}"
    wrong = press(browser, f"{page}/dose", dose="30", on="2026-11-01", version="1")
    assert (wrong.status_code, "This is the dose already." in wrong.text) == (422, True)
    assert press(browser, f"{page}/dose", dose="60", on="2026-11-01", version="1").is_redirect
    assert press(browser, f"{page}/stop", version="2", **ENDED).is_redirect
    fields = {"on": ["2026-09-01", "2026-11-01"], "dose": ["30", ""], "dose_unit": "mg/d"}
    wrong = press(browser, f"{page}/correct", version="3", **fields, **ENDED)
    assert (wrong.status_code, "Each dose needs its day" in wrong.text) == (422, True)
    assert press(browser, f"{page}/in-error", version="3").is_redirect
    assert press(browser, f"{page}/undo", version="4").is_redirect
    assert "stopped" in words_of(browser.get(f"{PAGES}{page}"))


def test_the_centre_adds_a_table_of_its_own(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    head = {"name": "Our centre", "year": "2026", "source": "Meeting of the team"}
    assert "at least one treatment" in press(browser, "/guidelines/new", **head).text
    lines = {"line-benzodiazepine": "against", "line-rtms": "second"}
    assert press(browser, "/guidelines/new", **head, **lines).is_redirect
    added = ok(browser.get(f"{API}/guidelines"))[-1]
    recorded(browser, patient_id, drug="clonazepam", dose="0.5")
    url = f"{PAGES}/patients/{patient_id}/medicines?guideline={added['code']}"
    against = words_of(browser.get(url)).split("<h3>Recommended against</h3>")[1]
    assert "Clonazepam" in against.split("<h3>")[0]
    assert "Meeting of the team" in words_of(browser.get(f"{PAGES}/guidelines"))


def test_only_a_physician_of_the_unit_changes_medicines(clinic: Clinic) -> None:
    physician = clinic.http(clinic.physician)
    patient_id = registered(physician)
    medicine = recorded(physician, patient_id, **DULOXETINE)
    for member in (clinic.coordinator, clinic.operator):
        browser = clinic.http(member)
        assert tell(browser, medicine, "undo").status_code == 403
        address = f"{API}/patients/{patient_id}/medicines"
        assert browser.post(address, json=TRIED).status_code == 403
    assert clinic.http(clinic.operator).get(address).status_code == 403
    assert clinic.http(clinic.coordinator).get(address).status_code == 200
