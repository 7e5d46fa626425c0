"""Whose referral it is: a known patient is recognised, and nobody is taken for another."""

from typing import Any

import pytest

from tests.clinic import Clinic
from tests.interop.messages import Bundle, changed, resource
from tests.interop.sender import Sender, outcome, patients, referrals, snapshot


@pytest.fixture
def sender(clinic: Clinic) -> Sender:
    return Sender(clinic)


def other_person(message: Bundle) -> None:
    patient = resource(message, "Patient")
    patient["identifier"] = [
        {"system": "https://record.val-d-ambre.example/patients", "value": "5"}
    ]
    patient["name"] = [{"family": "Vauquelin", "given": ["Achille"]}]
    patient["birthDate"] = "1950-01-01"


def test_a_key_never_leads_to_another_person(sender: Sender, clinic: Clinic) -> None:
    sender.send("referral-new.json")
    before = snapshot(clinic)
    for name in ("referral-new.json", "referral-update.json", "referral-revoked.json"):
        answer = sender.post(changed(other_person, name))
        assert (answer.status_code, outcome(answer)["issue"][0]["code"]) == (409, "conflict"), name
    assert snapshot(clinic) == before


def test_the_same_id_with_another_number_is_another_referral(
    sender: Sender, clinic: Clinic
) -> None:
    def second(message: Bundle) -> None:
        other_person(message)
        resource(message, "ServiceRequest")["identifier"][0]["value"] = "R-2"

    sender.send("referral-new.json")
    assert sender.post(changed(second)).status_code == 200
    assert len(referrals(clinic)) == len(patients(clinic)) == 2


def test_another_sender_has_referrals_of_its_own(sender: Sender, clinic: Clinic) -> None:
    def elsewhere(message: Bundle) -> None:
        other_person(message)
        resource(message, "MessageHeader")["source"]["endpoint"] = "https://elsewhere.example"

    sender.send("referral-new.json")
    assert sender.post(changed(elsewhere)).status_code == 200
    assert len(referrals(clinic)) == 2


def test_a_misspelt_name_may_be_put_right(sender: Sender, clinic: Clinic) -> None:
    def correct(message: Bundle) -> None:
        resource(message, "Patient")["name"][1]["family"] = "Quérouanne"

    sender.send("referral-new.json")
    assert sender.post(changed(correct, "referral-update.json")).status_code == 200
    assert [patient.family for patient in patients(clinic)] == ["Quérouanne"]


def new_referral(message: Bundle) -> None:
    message["id"] = "second"
    request = resource(message, "ServiceRequest")
    request["identifier"][0]["value"] = "R-2026-9999"
    message["entry"][1]["fullUrl"] = "urn:uuid:00000000-0000-4000-8000-000000000001"
    resource(message, "MessageHeader")["focus"] = [{"reference": message["entry"][1]["fullUrl"]}]


def by_name_only(message: Bundle) -> None:
    new_referral(message)
    patient = resource(message, "Patient")
    del patient["identifier"]
    patient["name"] = [{"family": "QUEROUANE", "given": ["Ysaline Maud"]}]


def by_number_only(message: Bundle) -> None:
    new_referral(message)
    number = {"system": "https://record.val-d-ambre.example/patients", "value": "88 42 13"}
    resource(message, "ServiceRequest")["subject"] = {"identifier": number}
    message["entry"] = [e for e in message["entry"] if e["resource"]["resourceType"] != "Patient"]


@pytest.mark.parametrize("again", [new_referral, by_name_only, by_number_only])
def test_a_known_patient_is_recognised(again: Any, sender: Sender, clinic: Clinic) -> None:
    sender.send("referral-new.json")
    answer = sender.post(changed(again))
    assert answer.status_code == 200
    assert len(referrals(clinic)) == 2
    [patient] = patients(clinic)
    assert (patient.family.casefold().replace("é", "e"), patient.sex) == ("querouane", "female")


def test_the_same_name_with_another_number_is_another_person(
    sender: Sender, clinic: Clinic
) -> None:
    def twin(message: Bundle) -> None:
        new_referral(message)
        resource(message, "Patient")["identifier"][1]["value"] = "1"

    sender.send("referral-new.json")
    assert sender.post(changed(twin)).status_code == 200
    assert len(patients(clinic)) == 2


def test_nobody_is_made_of_a_number_alone(sender: Sender, clinic: Clinic) -> None:
    answer = sender.post(changed(by_number_only))
    assert answer.status_code == 422
    assert outcome(answer)["issue"][0]["expression"][0].endswith("subject.name")
    assert (referrals(clinic), patients(clinic)) == ([], [])


def test_nobody_is_born_tomorrow(sender: Sender, clinic: Clinic) -> None:
    body = changed(lambda m: resource(m, "Patient").update(birthDate="2026-11-24"))
    assert sender.post(body).status_code == 422
    assert patients(clinic) == []
