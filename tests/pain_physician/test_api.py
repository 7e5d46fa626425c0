"""Stories of the pain physician told through the API, with the others answering for real."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from shared.access.tables import AuditEntry
from shared.backbone.tables import EventRow
from shared.discipline import actions as discipline
from tests.clinic import Clinic
from tests.pain_physician.hands import API, HELENE, PICTURE, ok, referred, registered, sent


def announced(clinic: Clinic, kind: str) -> int:
    """How many events of a kind the pain physician has announced."""
    with clinic.look("pain_physician") as work:
        return len(work.all(select(EventRow).where(EventRow.kind == kind)))


def audited(clinic: Clinic, patient_id: str) -> list[str]:
    with clinic.look("pain_physician") as work:
        entries = work.all(select(AuditEntry).where(AuditEntry.patient_id == UUID(patient_id)))
        return [entry.action for entry in entries]


def test_a_patient_is_registered_with_the_next_number(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    first = ok(browser.post(f"{API}/patients", json=HELENE))
    second = ok(browser.post(f"{API}/patients", json={**HELENE, "given": "Jeanne"}))
    assert (first["identity"]["number"], second["identity"]["number"]) == ("250 001", "250 002")
    assert announced(clinic, "patient.registered") == 2
    assert audited(clinic, first["id"]) == ["registered"]


@pytest.mark.parametrize(
    "other",
    [
        {"family": "LEFEVRE", "given": "helene"},
        {"family": "Martin", "birth_date": "1960-01-01", "national_id": "2 58 09 75"},
    ],
)
def test_somebody_alike_is_registered_only_when_that_was_seen(
    clinic: Clinic, other: dict[str, str]
) -> None:
    browser = clinic.http(clinic.physician)
    known = registered(browser, national_id="2580975")
    refused = browser.post(f"{API}/patients", json={**HELENE, **other})
    assert (refused.status_code, refused.json()["field"]) == (409, "anyway")
    assert "Lefèvre" not in refused.text
    found = ok(browser.post(f"{API}/patients/alike", json={**HELENE, **other}))
    assert [patient["id"] for patient in found] == [known]
    assert registered(browser, **other, anyway=True) != known


def test_an_old_version_corrects_nothing(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    correction = {**HELENE, "phone": "01 23", "version": 1}
    assert ok(browser.put(f"{API}/patients/{patient_id}", json=correction))["version"] == 2
    late = browser.put(f"{API}/patients/{patient_id}", json={**correction, "phone": "99"})
    assert late.status_code == 409
    record = ok(browser.get(f"{API}/patients/{patient_id}"))
    assert record["patient"]["identity"]["phone"] == "01 23"
    assert announced(clinic, "patient.updated") == 1


def test_a_correction_that_changes_nothing_is_no_news(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    ok(browser.put(f"{API}/patients/{patient_id}", json={**HELENE, "version": 1}))
    assert announced(clinic, "patient.updated") == 0


@pytest.mark.parametrize("text", ["hele lefe", "LEFÈVRE", "250 001", "250001", ""])
def test_a_patient_is_found_by_the_beginning_of_words(clinic: Clinic, text: str) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    found = ok(browser.post(f"{API}/patients/search", json={"text": text}))
    assert [patient["id"] for patient in found] == [patient_id]


def test_nobody_is_found_by_the_end_of_a_word(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    registered(browser)
    assert ok(browser.post(f"{API}/patients/search", json={"text": "evre"})) == []


def test_an_assessment_and_each_of_its_scores_are_told(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    first = ok(browser.post(f"{API}/patients/{patient_id}/assessments", json=PICTURE))
    second = ok(browser.post(f"{API}/patients/{patient_id}/assessments", json=PICTURE))
    assert (first["first"], second["first"]) == (True, False)
    assert (first["onset"], first["life"]) == ("2020-07-01", {"work": 8})
    assert announced(clinic, "assessment.recorded") == 2
    assert announced(clinic, "measurement.recorded") == 8


@pytest.mark.parametrize(
    ("change", "field"),
    [({"dn4": 11}, "dn4"), ({"nrs_least": None}, "nrs_least"), ({"cause": "moon"}, "cause")],
)
def test_an_impossible_score_is_refused_with_its_rule(
    clinic: Clinic, change: dict[str, object], field: str
) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    refused = browser.post(f"{API}/patients/{patient_id}/assessments", json={**PICTURE, **change})
    assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert announced(clinic, "assessment.recorded") == 0


def test_a_referral_is_received_without_anybody_doing_anything(clinic: Clinic) -> None:
    patient_id = registered(clinic.http(clinic.physician))
    referral_id = referred(clinic, patient_id)
    assert sent(clinic, referral_id)["referral"]["status"] == "received"
    assert sent(clinic, referral_id)["awaited"] == "to answer the referral"


@pytest.mark.parametrize("performer", ["pain_physician", "coordinator", "nobody"])
def test_nobody_refers_to_a_service_that_takes_no_referrals(clinic: Clinic, performer: str) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    entry = {"performer": performer, "question": "Is rTMS possible?"}
    refused = browser.post(f"{API}/patients/{patient_id}/referrals", json=entry)
    assert (refused.status_code, refused.json()["field"]) == (422, "performer")


def test_the_same_question_waits_for_its_first_answer(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    referral_id = referred(clinic, patient_id)
    again = {"performer": "rtms_unit", "question": "is rTMS  possible"}
    path = f"{API}/patients/{patient_id}/referrals"
    assert browser.post(path, json=again).status_code == 409
    assert referred(clinic, patient_id, question="And maintenance?") != referral_id
    ok(browser.post(f"{API}/sent/{referral_id}/cancel", json={"reason_code": "withdrawn"}))
    assert browser.post(path, json=again).status_code == 201


def test_a_question_is_answered_and_the_service_goes_on(clinic: Clinic) -> None:
    referral_id = referred(clinic, registered(clinic.http(clinic.physician)))
    with clinic.work("rtms_unit", clinic.operator) as work:
        discipline.ask(work, UUID(referral_id), "Is there metal in the head?")
    held = sent(clinic, referral_id)
    assert (held["referral"]["status"], held["by_sender"]) == ("on-hold", True)
    assert held["referral"]["hold_question"] == "Is there metal in the head?"
    browser = clinic.http(clinic.physician)
    waiting = ok(browser.get(f"{API}/waiting"))["referrals"]
    assert [referral["id"] for referral in waiting] == [referral_id]
    ok(browser.post(f"{API}/sent/{referral_id}/answer", json={"answer": "None."}))
    clinic.settle()
    twice = browser.post(f"{API}/sent/{referral_id}/answer", json={"answer": "None."})
    assert twice.status_code == 409
    operator = clinic.http(clinic.operator)
    there = ok(operator.get(f"/rtms_unit/api/referrals/{referral_id}"))["referral"]
    assert (there["status"], there["hold_answer"]) == ("received", "None.")


def test_a_decline_waits_until_the_next_step_is_said(clinic: Clinic) -> None:
    referral_id = referred(clinic, registered(clinic.http(clinic.physician)))
    with clinic.work("rtms_unit", clinic.operator) as work:
        discipline.decline(
            work, UUID(referral_id), "capacity", "refer-again-when", note="In March."
        )
    declined = sent(clinic, referral_id)["referral"]
    assert (declined["status"], declined["waits"]) == ("rejected", True)
    assert (declined["decline_reason"], declined["decline_note"]) == ("capacity", "In March.")
    browser = clinic.http(clinic.physician)
    closed = ok(browser.post(f"{API}/sent/{referral_id}/close", json={"next_step": "see-patient"}))
    assert closed["waits"] is False
    assert announced(clinic, "referral.closed") == 1
    again = browser.post(f"{API}/sent/{referral_id}/close", json={"next_step": "see-patient"})
    assert again.status_code == 409


def test_a_new_referral_takes_the_place_of_one_that_was_declined(clinic: Clinic) -> None:
    patient_id = registered(clinic.http(clinic.physician))
    old = referred(clinic, patient_id)
    with clinic.work("rtms_unit", clinic.operator) as work:
        discipline.decline(work, UUID(old), "capacity", "back-to-referrer")
    new = referred(clinic, patient_id, replaces=old)
    before = sent(clinic, old)["referral"]
    assert (before["replaced_by"], before["waits"]) == (new, False)
    assert before["next_step"] == "refer-again"
    browser = clinic.http(clinic.physician)
    third = {"performer": "rtms_unit", "question": "Now?", "replaces": old}
    refused = browser.post(f"{API}/patients/{patient_id}/referrals", json=third)
    assert refused.status_code == 409


def test_an_open_referral_cannot_be_replaced(clinic: Clinic) -> None:
    patient_id = registered(clinic.http(clinic.physician))
    old = referred(clinic, patient_id)
    entry = {"performer": "psychologist", "question": "Coping?", "replaces": old}
    browser = clinic.http(clinic.physician)
    refused = browser.post(f"{API}/patients/{patient_id}/referrals", json=entry)
    assert refused.status_code == 409


def test_a_cancelled_referral_ends_at_the_service_too(clinic: Clinic) -> None:
    referral_id = referred(clinic, registered(clinic.http(clinic.physician)))
    with clinic.work("rtms_unit", clinic.operator) as work:
        discipline.accept(work, UUID(referral_id))
        discipline.book(work, UUID(referral_id), clinic.now + timedelta(days=1), 45)
    browser = clinic.http(clinic.physician)
    ok(browser.post(f"{API}/sent/{referral_id}/cancel", json={"reason_code": "patient-declined"}))
    clinic.settle()
    there = ok(clinic.http(clinic.operator).get(f"/rtms_unit/api/referrals/{referral_id}"))
    assert there["referral"]["status"] == "cancelled"
    assert [session["status"] for session in sent(clinic, referral_id)["sessions"]] == ["cancelled"]
    again = browser.post(f"{API}/sent/{referral_id}/cancel", json={"reason_code": "withdrawn"})
    assert again.status_code == 409


def test_a_cancellation_that_crosses_with_a_decline_shows_the_decline(clinic: Clinic) -> None:
    referral_id = referred(clinic, registered(clinic.http(clinic.physician)))
    with clinic.team["rtms_unit"].work(viewer=clinic.viewer("rtms_unit", clinic.operator)) as work:
        discipline.decline(work, UUID(referral_id), "capacity", "back-to-referrer")
    browser = clinic.http(clinic.physician)
    ok(browser.post(f"{API}/sent/{referral_id}/cancel", json={"reason_code": "withdrawn"}))
    clinic.settle()
    assert sent(clinic, referral_id)["referral"]["status"] == "rejected"
    there = ok(clinic.http(clinic.operator).get(f"/rtms_unit/api/referrals/{referral_id}"))
    assert there["referral"]["status"] == "rejected"


def test_care_is_followed_to_the_report_and_the_follow_up(clinic: Clinic) -> None:
    referral_id = referred(clinic, registered(clinic.http(clinic.physician)))
    key = UUID(referral_id)
    with clinic.work("rtms_unit", clinic.operator) as work:
        discipline.accept(work, key)
        given = discipline.book(work, key, clinic.now + timedelta(hours=1), 45).id
        missed = discipline.book(work, key, clinic.now + timedelta(hours=3), 45).id
    assert sent(clinic, referral_id)["referral"]["status"] == "in-progress"
    clinic.wait(hours=4)
    with clinic.work("rtms_unit", clinic.operator) as work:
        discipline.complete_session(work, given, 7, 4)
        discipline.miss(work, missed, "no-show")
        follow_up = discipline.plan_follow_up(
            work, key, "week-1", work.today + timedelta(days=7)
        ).id
        discipline.complete(work, key, "goals-met", "It went well.")
    whole = sent(clinic, referral_id)
    assert [session["status"] for session in whole["sessions"]] == ["completed", "missed"]
    assert whole["sessions"][0]["nrs_after"] == 4
    assert (whole["referral"]["status"], whole["referral"]["report"]) == (
        "completed",
        "It went well.",
    )
    assert whole["awaited"] == "to read the report and say the next step"
    with clinic.work("rtms_unit", clinic.operator) as work:
        discipline.record_follow_up(work, follow_up, 3, 2)
    found = sent(clinic, referral_id)["follow_ups"]
    assert [(each["status"], each["nrs"], each["pgic"]) for each in found] == [("done", 3, 2)]


def test_a_concern_is_acknowledged_once_and_by_name(clinic: Clinic) -> None:
    referral_id = referred(clinic, registered(clinic.http(clinic.physician)))
    with clinic.work("rtms_unit", clinic.operator) as work:
        concern_id = discipline.raise_concern(work, UUID(referral_id), "She wants to stop.")
    browser = clinic.http(clinic.physician)
    waiting = ok(browser.get(f"{API}/waiting"))["concerns"]
    assert [concern["id"] for concern in waiting] == [str(concern_id)]
    path = f"{API}/concerns/{concern_id}/acknowledge"
    done = ok(browser.post(path, json={"what_is_done": "I call her today."}))
    assert done["acknowledged_by"] == "Dr Élise Caradec"
    again = browser.post(path, json={"what_is_done": "Me too."})
    assert "Dr Élise Caradec" in again.json()["detail"]
    assert announced(clinic, "concern.acknowledged") == 1


def test_every_read_and_write_of_a_record_leaves_a_trace(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    referral_id = referred(clinic, patient_id)
    ok(browser.get(f"{API}/patients/{patient_id}"))
    ok(browser.get(f"{API}/sent/{referral_id}"))
    assert audited(clinic, patient_id) == [
        "registered",
        "requested",
        "received",
        "read-record",
        "read-record",
    ]


def test_the_coordinator_reads_and_changes_nothing(clinic: Clinic) -> None:
    patient_id = registered(clinic.http(clinic.physician))
    browser = clinic.http(clinic.coordinator)
    ok(browser.get(f"{API}/patients/{patient_id}"))
    entry = {"performer": "rtms_unit", "question": "Is rTMS possible?"}
    refused = browser.post(f"{API}/patients/{patient_id}/referrals", json=entry)
    assert refused.status_code == 403
    assert browser.post(f"{API}/patients", json=HELENE).status_code == 403


@pytest.mark.parametrize("role", ["operator", "psychologist", "administrator"])
def test_other_units_do_not_see_the_record(clinic: Clinic, role: str) -> None:
    patient_id = registered(clinic.http(clinic.physician))
    browser = clinic.http(getattr(clinic, role))
    assert browser.get(f"{API}/patients/{patient_id}").status_code == 403
    assert browser.post(f"{API}/patients/search", json={"text": ""}).status_code == 403
    assert refusals(clinic) == [
        ("GET /api/patients/{patient_id}", UUID(patient_id)),
        ("POST /api/patients/search", None),
    ]


def refusals(clinic: Clinic) -> list[tuple[str, UUID | None]]:
    """Who was refused left a trace: what was tried, and with whose record."""
    with clinic.look("pain_physician") as work:
        entries = work.all(select(AuditEntry).where(AuditEntry.outcome == "refused"))
    return [(entry.action, entry.patient_id) for entry in entries]


def test_what_does_not_exist_is_not_found(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    for path in ("patients", "sent", "concerns"):
        assert browser.get(f"{API}/{path}/{uuid4()}").status_code == 404
    assert browser.post(f"{API}/patients/{uuid4()}/assessments", json=PICTURE).status_code == 404
