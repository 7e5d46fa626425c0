"""What is not taken, and how the answer names the place without repeating what stands there."""

import pytest

from services.interop.fhir import read_message
from services.interop.fhir.model import shapes
from tests.interop.messages import (
    JSON,
    XML,
    Bundle,
    Spoil,
    bundle,
    changed,
    fixture,
    refusal,
    repeats_nothing,
    resource,
    without,
    written,
)

HEADER = "Bundle.entry[0].resource.ofType(MessageHeader)"
REQUEST = "Bundle.entry[1].resource.ofType(ServiceRequest)"
PATIENT = "Bundle.entry[4].resource.ofType(Patient)"


def set_in(kind: str, **values: object) -> Spoil:
    return lambda message: resource(message, kind).update(values)


def drop(kind: str, element: str) -> Spoil:
    return lambda message: resource(message, kind).pop(element)


def two_referrals(message: Bundle) -> None:
    message["entry"].append({"fullUrl": "urn:x:2", "resource": resource(message, "ServiceRequest")})
    resource(message, "MessageHeader")["focus"].append({"reference": "urn:x:2"})


def same_url_twice(message: Bundle) -> None:
    message["entry"].append(message["entry"][4])


MALFORMED: dict[str, tuple[Spoil, str]] = {
    "no status": (drop("ServiceRequest", "status"), f"{REQUEST}.status"),
    "no subject": (drop("ServiceRequest", "subject"), f"{REQUEST}.subject"),
    "no source": (drop("MessageHeader", "source"), f"{HEADER}.source"),
    "no event": (drop("MessageHeader", "eventCoding"), HEADER),
    "two events": (set_in("MessageHeader", eventUri="https://x.example"), HEADER),
    "no such day": (set_in("Patient", birthDate="1971-02-30"), f"{PATIENT}.birthDate"),
    "no date": (set_in("Patient", birthDate="28/02/1971"), f"{PATIENT}.birthDate"),
    "number as date": (set_in("Patient", birthDate=19710228), f"{PATIENT}.birthDate"),
    "sex": (set_in("Patient", gender="Quérouane"), f"{PATIENT}.gender"),
    "name as text": (set_in("Patient", name="Ysaline Quérouane"), f"{PATIENT}.name"),
    "empty name": (set_in("Patient", name=[{"family": ""}]), f"{PATIENT}.name[0].family"),
    "gap in a list": (set_in("Patient", name=[None]), f"{PATIENT}.name[0]"),
    "text for a number": (
        lambda m: resource(m, "Patient")["telecom"][0].update(rank="1"),
        f"{PATIENT}.telecom[0].rank",
    ),
    "list for an address": (
        lambda m: resource(m, "MessageHeader")["source"].update(endpoint=[{}]),
        f"{HEADER}.source.endpoint",
    ),
    "focus not a list": (set_in("MessageHeader", focus={"reference": "x"}), f"{HEADER}.focus"),
    "text for a list": (lambda m: m.update(entry="Quérouane"), "Bundle.entry"),
    "text for an entry": (lambda m: m["entry"].insert(3, "{}"), "Bundle.entry[3]"),
    "text for a resource": (
        lambda m: m["entry"][3].update(resource="Ysaline"),
        "Bundle.entry[3].resource",
    ),
    "list for a resource": (
        lambda m: m["entry"][3].update(resource=[]),
        "Bundle.entry[3].resource",
    ),
    "no type": (drop("Condition", "resourceType"), "Bundle.entry[3].resource"),
    "unknown type": (
        set_in("Condition", resourceType="Quandary"),
        "Bundle.entry[3].resource",
    ),
    "type is a list": (set_in("Condition", resourceType=["Patient"]), "Bundle.entry[3].resource"),
    "type is an element": (
        set_in("Condition", resourceType="HumanName"),
        "Bundle.entry[3].resource",
    ),
    "unknown contained": (
        set_in("Condition", contained=[{"resourceType": "Nothing"}]),
        "Bundle.entry[3].resource.ofType(Condition).contained[0]",
    ),
    "unread but wrong": (
        set_in("Condition", code="Ysaline"),
        "Bundle.entry[3].resource.ofType(Condition).code",
    ),
    "text for the patient": (
        set_in("ServiceRequest", subject='{"display": "Ysaline"}'),
        f"{REQUEST}.subject",
    ),
    "no zone": (lambda m: m.update(timestamp="2026-11-20T09:12:00"), "Bundle.timestamp"),
    "no type of bundle": (lambda m: m.pop("type"), "Bundle.type"),
    "header not first": (lambda m: m["entry"].reverse(), "Bundle.entry[0].resource"),
    "no entries": (lambda m: m.pop("entry"), "Bundle.entry[0].resource"),
    "ambiguous": (same_url_twice, REQUEST),
    "no resource type at all": (lambda m: m.pop("resourceType"), "Bundle"),
}

NOT_TAKEN: dict[str, tuple[Spoil, str]] = {
    "another bundle": (lambda m: m.update(type="transaction"), "Bundle.type"),
    "no focus": (drop("MessageHeader", "focus"), f"{HEADER}.focus"),
    "empty focus": (set_in("MessageHeader", focus=[{}]), f"{HEADER}.focus"),
    "lost focus": (
        set_in("MessageHeader", focus=[{"reference": "urn:uuid:gone"}]),
        f"{HEADER}.focus",
    ),
    "another focus": (
        set_in(
            "MessageHeader", focus=[{"reference": "urn:uuid:1a6b0c8e-6d15-4c83-8f0a-5f5d0a5f1005"}]
        ),
        f"{HEADER}.focus",
    ),
    "two referrals": (two_referrals, f"{HEADER}.focus"),
    "lost patient": (lambda m: without(m, "Patient"), f"{REQUEST}.subject"),
    "nobody": (set_in("ServiceRequest", subject={}), f"{REQUEST}.subject"),
    "only a display": (
        set_in("ServiceRequest", subject={"display": "Ysaline Quérouane"}),
        f"{REQUEST}.subject",
    ),
    "no person": (
        set_in(
            "ServiceRequest", subject={"reference": "urn:uuid:1a6b0c8e-6d15-4c83-8f0a-5f5d0a5f1009"}
        ),
        f"{REQUEST}.subject",
    ),
    "unknown event": (
        set_in("MessageHeader", eventCoding={"system": "https://x.example", "code": "Quérouane"}),
        f"{HEADER}.eventCoding",
    ),
    "unknown reason": (
        set_in("MessageHeader", reason={"coding": [{"code": "Quérouane"}]}),
        f"{HEADER}.reason",
    ),
    "unknown status": (set_in("ServiceRequest", status="Quérouane"), f"{REQUEST}.status"),
    "draft": (set_in("ServiceRequest", status="draft"), f"{REQUEST}.status"),
    "on hold": (set_in("ServiceRequest", status="on-hold"), f"{REQUEST}.status"),
    "completed": (set_in("ServiceRequest", status="completed"), f"{REQUEST}.status"),
    "unknown priority": (set_in("ServiceRequest", priority="soonish"), f"{REQUEST}.priority"),
    "negation": (set_in("ServiceRequest", doNotPerform=True), f"{REQUEST}.doNotPerform"),
    "modifier": (
        set_in("ServiceRequest", modifierExtension=[{"url": "urn:x", "valueBoolean": True}]),
        f"{REQUEST}.modifierExtension",
    ),
    "implicit rules": (set_in("Patient", implicitRules="urn:x"), f"{PATIENT}.implicitRules"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_message_is_refused_with_its_place(name: str) -> None:
    change, place = MALFORMED[name]
    refused = refusal(changed(change))
    assert (refused.status, refused.expression) == (400, place)
    assert repeats_nothing(refused)


@pytest.mark.parametrize("name", NOT_TAKEN)
def test_an_understood_message_is_refused_with_its_place(name: str) -> None:
    change, place = NOT_TAKEN[name]
    refused = refusal(changed(change))
    assert (refused.status, refused.expression) == (422, place)
    assert repeats_nothing(refused)


@pytest.mark.parametrize("name", ["booking.json", "unknown-event.json"])
def test_other_events_are_not_for_relais(name: str) -> None:
    refused = refusal(fixture(name))
    assert (refused.status, refused.code) == (422, "not-supported")
    assert refused.expression.startswith(f"{HEADER}.event")


def test_another_resource_is_not_a_message() -> None:
    assert refusal(written(resource(bundle(), "Patient"))).status == 422


def test_all_faults_are_named_but_not_without_end() -> None:
    def spoil(message: Bundle) -> None:
        resource(message, "Patient")["birthDate"] = "soon"
        resource(message, "ServiceRequest").pop("status")
        message["entry"] += [{"resource": {"resourceType": "Flag"}}] * 50

    refused = refusal(changed(spoil))
    assert len(refused.faults) == 20
    assert f"{PATIENT}.birthDate" in [fault.expression for fault in refused.faults]


def test_an_unknown_element_hides_no_fault() -> None:
    def spoil(message: Bundle) -> None:
        resource(message, "ServiceRequest")["novelty"] = 1
        resource(message, "ServiceRequest").pop("intent")

    assert refusal(changed(spoil)).expression == f"{REQUEST}.intent"


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/fhir+json; charset=latin-1",
        "application/fhir+json; fhirVersion=3.0",
        "application/pdf",
        "nonsense",
    ],
)
def test_another_content_type_is_refused(content_type: str) -> None:
    refused = refusal(fixture("referral-new.json"), content_type)
    assert (refused.status, refused.code) == (415, "not-supported")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/fhir+json; charset=UTF-8",
        "Application/FHIR+JSON;fhirVersion=4.0",
        "text/json",
    ],
)
def test_the_usual_content_types_are_taken(content_type: str) -> None:
    assert read_message(fixture("referral-new.json"), content_type).reason == "new"


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read_message(b"\xef\xbb\xbf" + fixture("referral-new.json"), JSON).reason == "new"
    assert read_message(b"\xef\xbb\xbf" + fixture("referral-new.xml"), XML).reason == "new"


@pytest.mark.parametrize("name", ["Patient", "Extension", "Observation", "QuestionnaireResponse"])
def test_the_standard_says_what_repeats(name: str) -> None:
    assert shapes(name)["extension"].many
    assert shapes(f"{name}X") == {}
