"""Stories of the pain physician told on the pages, in English and in French."""

from datetime import timedelta
from uuid import UUID

import pytest

from shared.discipline import actions as discipline
from tests.clinic import Clinic
from tests.pain_physician.hands import (
    API,
    HELENE,
    PAGES,
    PICTURE,
    ok,
    press,
    referred,
    registered,
    words_of,
)

REFERRED = {
    "question-rtms_unit": "Is rTMS possible?",
    "question-psychologist": "How does she cope?",
    "urgency-psychologist": "urgent",
    "reason_code": "relapse",
    "tried": "pregabalin 150 mg",
}


SHOWN = (
    "Stroke",
    "Electric shocks",
    "neuropathic pain is likely (4 or more)",
    "71 months from the first pain",
    "Jul 2020",
    "How does she cope?",
    "to answer the referral",
    "Dr Élise Caradec recorded the first assessment.",
)


def sheet_of(page: str) -> str:
    """The form of an assessment, without what else a page can tick."""
    return page.split('class="sheet"')[1].split("</form>")[0]


def test_the_whole_way_from_registering_to_two_referrals(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    assert "No patient yet" in words_of(browser.get(f"{PAGES}/patients"))
    done = press(browser, "/patients/new", **HELENE)
    record = done.headers["location"].removeprefix(PAGES)
    assert "250 001" in words_of(browser.get(PAGES + record))
    assert press(browser, f"{record}/assess", **PICTURE).status_code == 303
    assert press(browser, f"{record}/refer", **REFERRED).status_code == 303
    clinic.settle()
    page = words_of(browser.get(PAGES + record))
    for text in SHOWN:
        assert text in page


def test_a_form_that_is_refused_keeps_what_was_entered(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    answer = press(browser, "/patients/new", family="Lefèvre", phone="01 23")
    assert answer.status_code == 422
    assert 'value="Lefèvre"' in answer.text
    assert 'value="01 23"' in answer.text
    assert answer.text.count("Please fill this in.") == 4


def test_half_a_set_of_pain_scores_is_refused_beside_its_field(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    path = f"/patients/{patient_id}/assess"
    answer = press(browser, path, cause="stroke", side="left", areas=["face", "arm"], nrs_worst="4")
    assert answer.status_code == 422
    assert 'href="#f-nrs_least"' in answer.text
    assert sheet_of(answer.text).count(" checked") == 4


def test_the_second_assessment_offers_what_lasts_and_no_score(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    ok(browser.post(f"{API}/patients/{patient_id}/assessments", json=PICTURE))
    page = words_of(browser.get(f"{PAGES}/patients/{patient_id}/assess"))
    assert sheet_of(page).count(" checked") == 5
    assert 'value="2020-07"' in page


def test_one_refused_question_sends_none_of_them(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    referred(clinic, patient_id)
    answer = press(browser, f"/patients/{patient_id}/refer", **REFERRED)
    assert answer.status_code == 422
    assert 'href="#f-question-rtms_unit"' in answer.text
    assert "How does she cope?" in answer.text
    assert len(ok(browser.get(f"{API}/patients/{patient_id}"))["sent"]) == 1


def test_a_referral_without_any_question_is_refused(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    answer = press(browser, f"/patients/{registered(browser)}/refer", tried="much")
    assert "Write a question for at least one service." in answer.text


def test_somebody_alike_is_shown_before_a_second_record_is_made(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    registered(browser)
    answer = press(browser, "/patients/new", **{**HELENE, "family": "LEFEVRE"})
    assert answer.status_code == 422
    assert "This may be the same person" in answer.text
    again = press(browser, "/patients/new", **{**HELENE, "family": "LEFEVRE", "anyway": "yes"})
    assert again.status_code == 303


def test_an_answer_reaches_the_list_and_its_fragment(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    referral_id = referred(clinic, registered(browser))
    fragment = f"{PAGES}/patients/waiting"
    assert "No answer and no concern waits for you." in words_of(browser.get(fragment))
    with clinic.work("rtms_unit", clinic.operator) as work:
        discipline.ask(work, UUID(referral_id), "Is there metal in the head?")
    assert "Is there metal in the head?" in words_of(browser.get(fragment))
    whole = f"{PAGES}/sent/{referral_id}"
    assert browser.get(f"{whole}/now").status_code == 403  # a record is not read behind the audit
    assert "Is there metal in the head?" in words_of(browser.get(whole))
    assert "Is there metal in the head?" in words_of(browser.get(f"{whole}/now"))
    assert press(browser, f"/sent/{referral_id}/answer", answer="None.").status_code == 303
    assert "No answer and no concern waits for you." in words_of(browser.get(fragment))


def test_an_empty_answer_is_refused_on_the_page_of_the_referral(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    referral_id = referred(clinic, registered(browser))
    with clinic.work("rtms_unit", clinic.operator) as work:
        discipline.ask(work, UUID(referral_id), "Is there metal in the head?")
    answer = press(browser, f"/sent/{referral_id}/answer", answer=" ")
    assert (answer.status_code, "Is there metal" in answer.text) == (422, True)


def test_a_report_is_read_and_noted(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    referral_id = referred(clinic, registered(browser))
    with clinic.work("rtms_unit", clinic.operator) as work:
        discipline.accept(work, UUID(referral_id))
        discipline.complete(work, UUID(referral_id), "advice-given", "No stimulation for now.")
    page = words_of(browser.get(f"{PAGES}/sent/{referral_id}"))
    assert "No stimulation for now." in page
    assert f"refer?replaces={referral_id}" in page
    assert press(browser, f"/sent/{referral_id}/close").status_code == 422
    done = press(browser, f"/sent/{referral_id}/close", next_step="back-to-doctor")
    assert done.status_code == 303
    after = words_of(browser.get(f"{PAGES}/sent/{referral_id}"))
    assert "Back to the patient's own doctor" in after


def test_the_words_of_one_patient_never_begin_the_referral_of_another(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    referral_id = referred(clinic, registered(browser))
    other = registered(browser, given="Jeanne")
    own = browser.get(f"{PAGES}/patients/{other}/refer?replaces={referral_id}")
    assert (own.status_code, "Is rTMS possible?" in own.text) == (404, False)


def test_a_concern_is_acknowledged_on_its_page(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    referral_id = referred(clinic, patient_id)
    with clinic.work("rtms_unit", clinic.operator) as work:
        concern_id = discipline.raise_concern(work, UUID(referral_id), "She wants to stop.")
    assert "She wants to stop." in words_of(browser.get(f"{PAGES}/patients/{patient_id}"))
    path = f"/concerns/{concern_id}"
    assert press(browser, f"{path}/acknowledge").status_code == 422
    assert press(browser, f"{path}/acknowledge", what_is_done="I call her.").status_code == 303
    assert "I call her." in words_of(browser.get(PAGES + path))


def test_a_stale_correction_is_refused_in_words(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    path = f"/patients/{registered(browser)}/identity"
    assert 'name="version" value="1"' in words_of(browser.get(PAGES + path))
    assert press(browser, path, **HELENE, phone="01", version="1").status_code == 303
    late = press(browser, path, **HELENE, phone="02", version="1")
    assert "Somebody changed this record" in late.text


def test_search_finds_and_says_when_nobody_matches(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    registered(browser)
    assert "LEFÈVRE Hélène" in words_of(press(browser, "/patients", text="hele lefe"))
    assert "Nobody is found" in words_of(press(browser, "/patients", text="zzz"))


def test_no_name_and_no_word_stands_in_an_address(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    referred(clinic, registered(browser))
    page = words_of(press(browser, "/patients", text="hele"))
    addresses = [part.split('"')[0] for part in page.split('href="')[1:]]
    assert not [address for address in addresses if "hele" in address.lower()]


def test_the_coordinator_finds_no_button_that_changes_anything(clinic: Clinic) -> None:
    patient_id = registered(clinic.http(clinic.physician))
    browser = clinic.http(clinic.coordinator)
    page = words_of(browser.get(f"{PAGES}/patients/{patient_id}"))
    assert f"/patients/{patient_id}/refer" not in page
    assert f"/coordinator/patients/{patient_id}" in page
    assert browser.get(f"{PAGES}/patients/{patient_id}/assess").status_code == 403
    assert press(browser, f"/patients/{patient_id}/refer", **REFERRED).status_code == 403


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("", ["Patients", "Trouver un patient", "Réponses pour vous"]),
        ("/{patient}", ["Dossier du patient", "Première évaluation", "Ce qui est attendu"]),
        ("/{patient}/assess", ["Zones douloureuses", "Accident vasculaire cérébral"]),
        ("/{patient}/refer", ["Adresser à l’équipe", "Question pour : Psychologue"]),
        ("/{patient}/identity", ["Date de naissance"]),
    ],
)
def test_pages_speak_french(clinic: Clinic, path: str, texts: list[str]) -> None:
    browser = clinic.http(clinic.physician, language="fr")
    browser.cookies.set("relais_language", "fr")
    patient_id = registered(browser)
    ok(browser.post(f"{API}/patients/{patient_id}/assessments", json=PICTURE))
    referral_id = referred(clinic, patient_id)
    with clinic.work("rtms_unit", clinic.operator) as work:
        discipline.ask(work, UUID(referral_id), "Métal ?")
    page = words_of(browser.get(f"{PAGES}/patients" + path.format(patient=patient_id)))
    for text in texts:
        assert text in page


def test_a_referral_and_a_concern_speak_french(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician, language="fr")
    browser.cookies.set("relais_language", "fr")
    referral_id = referred(clinic, registered(browser))
    with clinic.work("rtms_unit", clinic.operator) as work:
        discipline.accept(work, UUID(referral_id))
        discipline.book(work, UUID(referral_id), clinic.now + timedelta(days=1), 45)
        concern_id = discipline.raise_concern(work, UUID(referral_id), "Elle veut arrêter.")
    page = words_of(browser.get(f"{PAGES}/sent/{referral_id}"))
    assert "Où elle en est" in page
    assert "les séances réservées" in page
    assert "Prendre en charge" in words_of(browser.get(f"{PAGES}/concerns/{concern_id}"))
