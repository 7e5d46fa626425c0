"""A referral from outside: it comes once, is updated, withdrawn, and stays what it is."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from tests.clinic import Clinic
from tests.interop.messages import JSON, XML, Bundle, bundle, changed, fixture, resource, written
from tests.interop.sender import ADDRESS, Sender, outcome, patients, referrals, snapshot


@pytest.fixture
def sender(clinic: Clinic) -> Sender:
    return Sender(clinic)


def test_a_new_message_becomes_a_patient_and_a_referral(sender: Sender, clinic: Clinic) -> None:
    answer = sender.send("referral-new.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/fhir+json")
    issue = outcome(answer)["issue"][0]
    [referral], [patient] = referrals(clinic), patients(clinic)
    assert issue["severity"] == "information"
    assert issue["details"]["coding"][0]["code"] == f"urn:uuid:{referral.id}"
    assert (referral.requester, referral.status, referral.urgency) == (
        "outside",
        "received",
        "urgent",
    )
    assert referral.referrer == "Dr Côme Lestrange, Val-d'Ambre hospital"
    assert referral.question.startswith("Pain centre assessment")
    assert "pregabalin 300 mg" in referral.reason
    assert (patient.family, patient.given) == ("Quérouane", "Ysaline Maud")
    assert patient.number
    assert clinic.verify() == []


def test_the_same_message_changes_nothing_in_either_format(sender: Sender, clinic: Clinic) -> None:
    first = sender.send("referral-new.json")
    before = snapshot(clinic)
    again = sender.send("referral-new.json")
    as_xml = sender.post(fixture("referral-new.xml"), XML, Accept="application/fhir+json")
    assert first.text == again.text == as_xml.text
    assert again.status_code == as_xml.status_code == 200
    assert snapshot(clinic) == before


def test_an_update_updates(sender: Sender, clinic: Clinic) -> None:
    sender.send("referral-new.json")
    answer = sender.send("referral-update.json")
    [referral] = referrals(clinic)
    assert answer.status_code == 200
    assert referral.urgency == "routine"
    assert "The pain is calmer" in referral.reason
    assert "sleep is the main complaint" not in referral.reason


def test_an_update_that_changes_nothing_is_no_news(sender: Sender, clinic: Clinic) -> None:
    sender.send("referral-new.json")
    before = snapshot(clinic)
    answer = sender.post(changed(lambda m: m.update(id="another-message-same-words")))
    assert "nothing changed" in answer.text
    assert snapshot(clinic) == before


@pytest.mark.parametrize("name", ["referral-revoked.json", "referral-entered-in-error.xml"])
def test_a_withdrawal_cancels(name: str, sender: Sender, clinic: Clinic) -> None:
    sender.send("referral-new.json")
    assert sender.send(name).status_code == 200
    assert [referral.status for referral in referrals(clinic)] == ["cancelled"]
    assert sender.send(name).status_code == 200
    assert clinic.verify() == []


def test_what_was_withdrawn_stays_withdrawn(sender: Sender, clinic: Clinic) -> None:
    sender.send("referral-new.json")
    sender.send("referral-revoked.json")
    assert sender.send("referral-new.json").status_code == 200
    assert sender.send("referral-update.json").status_code == 409
    assert [referral.status for referral in referrals(clinic)] == ["cancelled"]


def test_a_withdrawal_of_nothing_is_refused_until_there_is_something(
    sender: Sender, clinic: Clinic
) -> None:
    answer = sender.send("referral-revoked.json")
    assert (answer.status_code, outcome(answer)["issue"][0]["code"]) == (404, "not-found")
    assert referrals(clinic) == []
    sender.send("referral-new.json")
    assert sender.send("referral-revoked.json").status_code == 200
    assert [referral.status for referral in referrals(clinic)] == ["cancelled"]


def test_an_update_of_something_unknown_loses_nobody(sender: Sender, clinic: Clinic) -> None:
    answer = sender.send("referral-update.json")
    assert "received as a new one" in answer.text
    late = sender.send("referral-new.json")
    assert "nothing changed" in late.text
    assert [referral.urgency for referral in referrals(clinic)] == ["routine"]


def test_a_later_message_may_use_our_own_id(sender: Sender, clinic: Clinic) -> None:
    sender.send("referral-new.json")
    [referral] = referrals(clinic)

    def ours(message: Bundle) -> None:
        request = resource(message, "ServiceRequest")
        del request["identifier"]
        request["id"] = str(referral.id)
        message["entry"][1]["fullUrl"] = f"https://relais.example/ServiceRequest/{referral.id}"
        resource(message, "MessageHeader")["focus"] = [
            {"reference": f"ServiceRequest/{referral.id}"}
        ]

    assert sender.post(changed(ours, "referral-revoked.json")).status_code == 200
    assert [referral.status for referral in referrals(clinic)] == ["cancelled"]


def test_a_message_of_another_style_is_taken(sender: Sender, clinic: Clinic) -> None:
    assert sender.post(written(bundle("referral-other-style.json"))).status_code == 200
    assert [referral.question for referral in referrals(clinic)] == ["Trigeminal neuralgia"]


def test_a_message_that_comes_many_times_at_once_is_taken_once(
    sender: Sender, clinic: Clinic
) -> None:
    def send(_: int) -> str:
        browser = TestClient(clinic.app, raise_server_exceptions=False)
        headers = {"Content-Type": JSON, "Authorization": f"Bearer {sender.secret}"}
        return browser.post(ADDRESS, content=fixture("referral-new.json"), headers=headers).text

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(send, range(12)))
    clinic.settle()
    assert len(answers) == 1
    assert len(referrals(clinic)) == 1
    assert clinic.verify() == []
