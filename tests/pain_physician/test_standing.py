"""Saying that a patient died or was transferred: asked twice, corrected, refused, and heard of."""

from datetime import date, timedelta

import pytest
from httpx2 import Response

from services.pain_physician.actions.standing import changes_of
from shared.patients import Patient
from tests.clinic import Clinic
from tests.discipline.unit import words
from tests.interop.messages import Bundle, bundle, resource, written
from tests.interop.sender import Sender, outcome, patients, referrals
from tests.pain_physician.hands import API, PAGES, ok, press, referred, registered
from tests.patients.gone import Life, owed, stand
from tests.referring import announced, refer_from_outside, stored


def seen(page: Response) -> str:
    """What a person reads on a page that is there."""
    assert page.status_code == 200, page.status_code
    return words(page.text)


def test_it_is_asked_twice_with_the_list_of_what_ends(clinic: Clinic) -> None:
    life = Life(clinic)
    browser, path = clinic.http(clinic.physician), f"/patients/{life.patient}/standing"
    form = seen(browser.get(f"{PAGES}{path}"))
    assert "The patient has died" in form
    entry = {"status": "deceased", "on": "2026-11-25", "reason": "Her son called.", "version": "1"}
    asked = seen(press(browser, path, **entry))
    assert "The patient has died on Wed 25 Nov" in asked
    assert "rTMS unit: the course, planned until" in asked
    assert "rTMS unit: session 3 on Thu 26 Nov 2026 09:00" in asked
    assert "Psychologist: the referral of Mon 23 Nov 2026" in asked
    stays = asked[asked.index("What must still be done") :]
    assert "rTMS unit: session 1 on Tue 24 Nov 2026 09:00" in stays
    assert "session 3" not in stays
    clinic.settle()
    assert stored(clinic, life.talks).status == "received"
    answer = press(browser, path, **entry, sure="true")
    assert answer.status_code == 303
    clinic.settle()
    assert stored(clinic, life.talks).status == "cancelled"
    record = seen(browser.get(f"{PAGES}/patients/{life.patient}"))
    assert "Her son called." in record
    assert "deceased on Wed 25 Nov" in record
    assert "Dr Élise Caradec recorded that the patient has died." in record


def test_it_is_taken_back_on_the_same_page(clinic: Clinic) -> None:
    life = Life(clinic)
    stand(clinic, life.patient)
    browser, path = clinic.http(clinic.physician), f"/patients/{life.patient}/standing"
    entry = {"status": "active", "reason": "Two sisters with one name.", "version": "2"}
    asked = seen(press(browser, path, **entry))
    assert "Nothing that ended is booked again by itself" in asked
    assert press(browser, path, **entry, sure="true").status_code == 303
    with clinic.look("pain_physician") as work:
        said = [(change.status, change.reason) for change in changes_of(work, life.patient)]
    assert said == [("active", "Two sisters with one name."), ("deceased", "The family called.")]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"on": None}, "Say on which day it was."),
        ({"on": "2026-11-24"}, "This day has not come yet."),
        ({"on": "1950-01-01"}, "This day lies before the patient’s birth."),
        ({"status": "active"}, "The patient is treated here: there is nothing to correct."),
        ({"version": 7}, "Somebody changed this record after you opened the page."),
        ({"sure": False}, "All that is planned for this patient will end."),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    clinic: Clinic, changes: dict[str, object], sentence: str
) -> None:
    browser = clinic.http(clinic.physician)
    patient = registered(browser)
    entry = {"status": "deceased", "on": "2026-11-20", "reason": "x", "version": 1, "sure": True}
    answer = browser.put(f"{API}/patients/{patient}/standing", json=entry | changes)
    assert answer.status_code in (409, 422)
    assert sentence in answer.text
    assert "patient.updated" not in announced(clinic, "pain_physician")


def test_a_program_sees_what_would_end_and_says_it(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient = registered(browser)
    referred(clinic, patient)
    address = f"{API}/patients/{patient}/standing"
    shown = ok(browser.get(address))
    assert shown["status"] == "active"
    assert [each["kind"] for each in shown["follows"]["ends"]] == ["referral"]
    entry = {"status": "transferred", "on": "2026-11-20", "reason": "To Lyon.", "sure": True}
    said = ok(browser.put(address, json=entry | {"version": shown["version"]}))
    assert (said["status"], said["on"]) == ("transferred", "2026-11-20")
    assert said["changes"][0]["person"] == "Dr Élise Caradec"
    assert said["follows"]["ends"] == []
    assert ok(browser.get(f"{API}/patients/{patient}"))["patient"]["status"] == "transferred"


def test_only_physicians_say_it(clinic: Clinic) -> None:
    patient = registered(clinic.http(clinic.physician))
    entry = {"status": "deceased", "on": "2026-11-20", "reason": "x", "version": 1, "sure": True}
    for member in (clinic.coordinator, clinic.operator, clinic.administrator):
        answer = clinic.http(member).put(f"{API}/patients/{patient}/standing", json=entry)
        assert answer.status_code == 403


def test_a_letter_says_it_and_none_goes_to_the_dead(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient = registered(browser)
    with clinic.look("pain_physician") as work:
        found = work.get(Patient, patients(clinic)[0].id)
    stand(clinic, found.id)
    draft = seen(browser.get(f"{PAGES}/patients/{patient}/letter"))
    assert "The patient has died: Nov 23, 2026" in draft or "23 Nov 2026" in draft
    letter = {"addressee": "Mme Hélène LEFÈVRE", "text": "Dear patient."}
    refused = browser.post(f"{API}/patients/{patient}/letters", json=letter)
    assert refused.status_code == 422
    assert "no letter is addressed" in refused.text
    letter["addressee"] = "The family of Mme Hélène Lefèvre"
    ok(browser.post(f"{API}/patients/{patient}/letters", json=letter))


def died(message: Bundle, **said: object) -> bytes:
    """The same message, in which the patient has died."""
    resource(message, "Patient").update(said)
    return written(message)


def test_a_message_from_outside_says_that_the_patient_died(clinic: Clinic) -> None:
    sender = Sender(clinic)
    sender.send("referral-new.json")
    [patient] = patients(clinic)
    answer = sender.post(
        died(bundle("referral-update.json"), deceasedDateTime="2026-11-21T04:30:00+01:00")
    )
    assert answer.status_code == 200
    [patient] = patients(clinic)
    assert (patient.status, patient.status_on) == ("deceased", date(2026, 11, 21))
    assert [each.status for each in referrals(clinic)] == ["failed"]
    assert owed(clinic, patient.id) == [("decide-next-step", "pain_physician")]
    record = seen(clinic.http(clinic.physician).get(f"{PAGES}/patients/{patient.id}"))
    assert "The outside referrer wrote that the patient has died." in record


def test_a_withdrawal_because_of_death_owes_nothing(clinic: Clinic) -> None:
    sender = Sender(clinic)
    sender.send("referral-new.json")
    assert (
        sender.post(died(bundle("referral-revoked.json"), deceasedBoolean=True)).status_code == 200
    )
    [patient] = patients(clinic)
    assert (patient.status, patient.status_on) == ("deceased", None)
    assert [each.status for each in referrals(clinic)] == ["cancelled"]
    assert owed(clinic, patient.id) == []


def test_a_referral_about_the_dead_is_registered_and_ends(clinic: Clinic) -> None:
    sender = Sender(clinic)
    sender.post(died(bundle(), deceasedDateTime="2026"))
    [patient] = patients(clinic)
    assert (patient.status, patient.status_on) == ("deceased", None)
    assert patient.number
    assert [each.status for each in referrals(clinic)] == ["failed"]


def test_a_false_takes_nothing_back_and_the_living_are_as_before(clinic: Clinic) -> None:
    sender = Sender(clinic)
    sender.send("referral-new.json")
    before = announced(clinic, "interop")
    sender.post(died(bundle(), deceasedBoolean=False))
    assert announced(clinic, "interop") == before
    [patient] = patients(clinic)
    stand(clinic, patient.id)
    sender.post(died(bundle("referral-update.json"), deceasedBoolean=False))
    assert [each.status for each in patients(clinic)] == ["deceased"]


def test_a_death_that_has_not_come_yet_is_refused(clinic: Clinic) -> None:
    tomorrow = (clinic.now + timedelta(days=1)).date().isoformat()
    answer = Sender(clinic).post(died(bundle(), deceasedDateTime=tomorrow))
    assert answer.status_code == 422
    assert outcome(answer)["issue"][0]["expression"][0].endswith("ofType(Patient).deceased")
    assert patients(clinic) == []


def test_who_was_transferred_can_die(clinic: Clinic) -> None:
    first = refer_from_outside(clinic)
    stand(clinic, first.patient_id, "transferred")
    refer_from_outside(clinic, first.patient_id, patient_status="deceased")
    [patient] = patients(clinic)
    assert patient.status == "deceased"
