"""What Relais understands of a message: the same in JSON and XML, from each way of writing it."""

from datetime import UTC, date, datetime

import pytest

from services.interop.rules.message import BusinessIdentifier
from tests.interop.messages import Bundle, read, read_changed, resource, without

U = "urn:uuid:1a6b0c8e-6d15-4c83-8f0a-5f5d0a5f100"


def test_a_new_referral_is_understood() -> None:
    message = read("referral-new.json")
    assert (message.reason, message.status, message.urgency) == ("new", "active", "urgent")
    assert message.source == "https://record.val-d-ambre.example/fhir"
    assert message.message_id == "6f1c2a7e-0b1d-4a55-9c1e-3d2f7b8a9001"
    assert message.authored_on == datetime(2026, 11, 19, 16, 40, tzinfo=UTC)
    assert message.sent_at == datetime(2026, 11, 20, 8, 12, tzinfo=UTC)
    assert message.warnings == ()


def test_the_referral_is_known_by_its_number_before_its_id() -> None:
    assert read("referral-new.json").referral_keys == (
        "number:https://record.val-d-ambre.example/referrals|R-2026-0417",
        "id:1a6b0c8e-6d15-4c83-8f0a-5f5d0a5f1002",
    )


def test_the_patient_is_understood() -> None:
    patient = read("referral-new.json").patient
    assert (patient.family, patient.given) == ("Quérouane", "Ysaline Maud")
    assert (patient.birth_date, patient.sex) == (date(1971, 2, 28), "female")
    assert patient.phone == "+33 6 00 00 00 01"
    assert patient.email == "y.querouane@mail.example"
    assert patient.address == "3 rue des Tilleuls, 00100 Ambreville"
    assert patient.doctor_name == "Dr Odile Brack"
    assert patient.identifiers == (
        BusinessIdentifier("https://record.val-d-ambre.example/patients", "884213"),
    )


def test_the_referrer_is_a_person_and_the_organisation_behind() -> None:
    referrer = read("referral-new.json").referrer
    assert referrer.name == "Dr Côme Lestrange, Val-d'Ambre hospital"
    assert referrer.contact == "+33 1 00 00 00 11"


def test_the_words_are_collected_from_where_they_stand() -> None:
    wording = read("referral-new.json").wording
    assert wording.question == "Pain centre assessment, please consider motor cortex stimulation"
    assert wording.reason.split("\n\n") == [
        "Burning pain below the level of the lesion",
        "Spinal cord injury T10, 2019",
        "Tried so far: pregabalin 300 mg (drowsy)\nduloxetine 60 mg (no effect)",
        "Works part time; sleep is the main complaint.",
        "Bring the last two letters.",
        "⏱ 2026-11-20 08:00 – 2026-12-20 08:00 UTC",
    ]


def test_xml_says_the_same_as_json() -> None:
    assert read("referral-new.xml") == read("referral-new.json")
    assert read("referral-new.xml").fingerprint == read("referral-new.json").fingerprint


def test_another_message_has_another_fingerprint() -> None:
    assert read("referral-update.json").fingerprint != read("referral-new.json").fingerprint


@pytest.mark.parametrize(
    ("name", "reason", "status"),
    [
        ("referral-update.json", "update", "active"),
        ("referral-revoked.json", "cancel", "revoked"),
        ("referral-entered-in-error.xml", "cancel", "entered-in-error"),
    ],
)
def test_later_messages_are_about_the_same_referral(name: str, reason: str, status: str) -> None:
    message = read(name)
    assert (message.reason, message.status) == (reason, status)
    assert message.referral_keys == read("referral-new.json").referral_keys
    assert message.patient.identifiers == read("referral-new.json").patient.identifiers


def test_a_deleted_message_cancels_whatever_its_request_says() -> None:
    def delete(message: Bundle) -> None:
        resource(message, "MessageHeader")["reason"]["coding"][0]["code"] = "delete"

    assert read_changed(delete).reason == "cancel"
    assert read_changed(delete).status == "entered-in-error"


def test_a_reason_may_be_missing() -> None:
    assert read_changed(lambda m: resource(m, "MessageHeader").pop("reason")).reason == ""


def test_another_style_is_understood_too() -> None:
    message = read("referral-other-style.json")
    assert message.message_id == "https://gp.example/messages|M-000042"
    assert message.referral_keys == ("id:s1",)
    assert message.reason == ""
    assert (message.patient.family, message.patient.given) == ("Mr Brannoc Idlewyld", "")
    assert message.referrer.name == "Dr Wilmot Tarn, Fell Lane Surgery"
    assert message.referrer.contact == "reception@fell-lane.example"
    assert message.wording.question == "Trigeminal neuralgia"
    assert message.wording.reason.split("\n\n") == [
        "Worst pain: Pain, numeric rating: 8 of 10",
        "Letter will follow by post",
    ]


def test_a_part_of_a_birth_date_is_left_out_with_a_word() -> None:
    message = read("referral-other-style.json")
    assert message.patient.birth_date is None
    assert [fault.expression for fault in message.warnings] == [
        "Bundle.entry[3].resource.ofType(Patient).birthDate"
    ]


@pytest.mark.parametrize(
    ("requester", "name"),
    [
        ({"reference": U + "7"}, "Dr Côme Lestrange, Val-d'Ambre hospital"),
        ({"reference": U + "8"}, "Val-d'Ambre hospital"),
        (
            {"reference": "Practitioner/elsewhere", "display": "Dr Ines Mor"},
            "Dr Ines Mor, Val-d'Ambre hospital",
        ),
        ({"display": "Cliff ward"}, "Cliff ward, Val-d'Ambre hospital"),
        (None, "Val-d'Ambre hospital"),
    ],
)
def test_whoever_asks_is_named(requester: Bundle | None, name: str) -> None:
    def ask(message: Bundle) -> None:
        request = resource(message, "ServiceRequest")
        request.pop("requester") if requester is None else request.update(requester=requester)

    assert read_changed(ask).referrer.name == name


def test_without_anybody_the_source_of_the_message_asks() -> None:
    def nobody(message: Bundle) -> None:
        resource(message, "ServiceRequest").pop("requester")
        resource(message, "MessageHeader").pop("sender")

    referrer = read_changed(nobody).referrer
    assert (referrer.name, referrer.contact) == ("Val-d'Ambre referrals", "+33 1 00 00 00 10")


def test_roles_that_refer_to_each_other_come_to_an_end() -> None:
    def circle(message: Bundle) -> None:
        resource(message, "PractitionerRole")["organization"] = {"reference": U + "7"}

    assert read_changed(circle).referrer.practitioner == "Dr Côme Lestrange"


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "urn:uuid:1A6B0C8E-6D15-4C83-8F0A-5F5D0A5F1005"},
        {"reference": "Patient/1a6b0c8e-6d15-4c83-8f0a-5f5d0a5f1005"},
        {"reference": "1a6b0c8e-6d15-4c83-8f0a-5f5d0a5f1005"},
        {
            "identifier": {
                "system": "https://record.val-d-ambre.example/patients",
                "value": "884213",
            }
        },
    ],
)
def test_every_way_to_refer_leads_to_the_patient(subject: Bundle) -> None:
    message = read_changed(lambda m: resource(m, "ServiceRequest").update(subject=subject))
    assert message.patient == read("referral-new.json").patient


def test_a_contained_patient_is_found() -> None:
    def contain(message: Bundle) -> None:
        patient = {**resource(message, "Patient"), "id": "p"}
        without(message, "Patient")
        request = resource(message, "ServiceRequest")
        request.update(contained=[patient], subject={"reference": "#p"})

    patient = read_changed(contain).patient
    assert patient.family == "Quérouane"
    assert patient.expression.endswith("ofType(ServiceRequest).contained[0].ofType(Patient)")


def test_a_patient_may_be_only_a_number() -> None:
    def number(message: Bundle) -> None:
        without(message, "Patient")
        subject = {"identifier": {"system": "urn:x", "value": "7"}, "display": "Quérouane, Ysaline"}
        resource(message, "ServiceRequest")["subject"] = subject

    patient = read_changed(number).patient
    assert patient.identifiers == (BusinessIdentifier("urn:x", "7"),)
    assert patient.family == "Quérouane, Ysaline"


def test_contact_under_self_is_the_patients_own() -> None:
    def move(message: Bundle) -> None:
        patient = resource(message, "Patient")
        own = {"relationship": [{"coding": [{"code": "ONESELF"}]}], "telecom": patient["telecom"]}
        del patient["telecom"]
        patient["contact"].append(own)

    assert read_changed(move).patient.phone == "+33 6 00 00 00 01"


def test_unknown_elements_and_types_are_left_unread_with_a_word() -> None:
    def add(message: Bundle) -> None:
        resource(message, "Patient")["favouriteColour"] = "ochre"
        resource(message, "Patient")["name"][1]["spokenAs"] = {"deep": ["anything"]}
        message["entry"].append({"resource": {"resourceType": "MedicinalProduct", "x": 1}})

    message = read_changed(add)
    assert message.patient.family == "Quérouane"
    assert {fault.expression for fault in message.warnings} == {
        "Bundle.entry[9].resource",
        "Bundle.entry[4].resource.ofType(Patient).name[1].spokenAs",
        "Bundle.entry[4].resource.ofType(Patient).favouriteColour",
    }


def test_endless_words_are_shortened() -> None:
    def write(message: Bundle) -> None:
        request = resource(message, "ServiceRequest")
        request["code"]["text"] = "why " * 1000
        request["note"] = [{"text": "because " * 10_000}]

    message = read_changed(write)
    wording = message.wording
    assert [fault.code for fault in message.warnings] == ["too-long"]
    assert len(wording.question) <= 500
    assert len(wording.reason) <= 20_000
    assert wording.reason.endswith("[…]")


def test_what_a_thousand_references_mean_is_said_once() -> None:
    def refer(message: Bundle) -> None:
        request = resource(message, "ServiceRequest")
        resource(message, "Condition")["note"] = [{"text": "again " * 10_000}]
        request["supportingInfo"] = request["reasonReference"] * 5_000

    assert read_changed(refer).wording.reason.count("Spinal cord injury") == 1
