"""Tricks of the text itself: broken, bottomless or ambiguous JSON and XML is refused with 4xx."""

import pytest

from services.interop.fhir import read_message
from tests.interop.messages import XML, fixture, refusal, repeats_nothing

PATIENT = "Bundle.entry[4].resource.ofType(Patient)"


SYNTAX: dict[str, bytes] = {
    "nothing": b"",
    "blank": b"  \n",
    "cut off": fixture("referral-new.json")[:-40],
    "after the end": fixture("referral-new.json") + b"{}",
    "a list": b"[]",
    "a text": b'"Bundle"',
    "null": b"null",
    "latin-1": '{"resourceType": "Bundle", "id": "é"}'.encode("latin-1"),
    "utf-16": '{"resourceType": "Bundle"}'.encode("utf-16"),
    "NaN": b'{"resourceType": "Bundle", "total": NaN}',
    "infinite": b'{"resourceType": "Bundle", "total": -Infinity}',
    "1e999": b'{"resourceType": "Bundle", "total": 1e999}',
    "many digits": b'{"resourceType": "Bundle", "total": 1' + b"0" * 400 + b"}",
    "too many digits": b'{"resourceType": "Bundle", "total": 1' + b"0" * 9000 + b"}",
    "long fraction": b'{"resourceType": "Bundle", "total": 0.' + b"1" * 9000 + b"}",
    "half a surrogate": b'{"resourceType": "Bundle", "id": "\\ud800"}',
    "half a surrogate as name": b'{"resourceType": "Bundle", "\\udfff": "x"}',
    "NUL": b'{"resourceType": "Bundle", "id": "a\\u0000b"}',
    "control": b'{"resourceType": "Bundle", "id": "a\\u0007b"}',
    "deep lists": b"[" * 10_000,
    "deep and whole": b"[" * 10_000 + b"]" * 10_000,
    "deep objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "deep enough": b'{"a":' * 200 + b"1" + b"}" * 200,
    "twice": b'{"resourceType": "Bundle", "type": "message", "type": "batch"}',
}


@pytest.mark.parametrize("name", SYNTAX)
def test_what_is_not_sound_json_is_refused(name: str) -> None:
    refused = refusal(SYNTAX[name])
    assert refused.status in (400, 422)
    assert refused.expression.startswith("Bundle")


def test_a_name_given_twice_is_placed() -> None:
    body = fixture("referral-new.json").replace(
        b'"gender": "female"', b'"gender": "female", "gender": "male"'
    )
    assert refusal(body).expression == f"{PATIENT}.gender"


def test_a_name_that_no_element_has_is_not_repeated() -> None:
    body = b'{"resourceType": "Bundle", "Ysaline Q.": 1, "Ysaline Q.": 2}'
    assert refusal(body).expression == "Bundle.?"


XML_TRICKS: dict[str, bytes] = {
    "nothing": b"",
    "cut off": fixture("referral-new.xml")[:-40],
    "file": b'<!DOCTYPE Bundle [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b'<Bundle xmlns="http://hl7.org/fhir"><id value="&x;"/></Bundle>',
    "laughs": b'<!DOCTYPE Bundle [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    b'<Bundle xmlns="http://hl7.org/fhir"><id value="&b;"/></Bundle>',
    "outer": b'<!DOCTYPE Bundle SYSTEM "http://192.0.2.1/x.dtd"><Bundle xmlns="http://hl7.org/fhir"/>',
    "unknown entity": b'<Bundle xmlns="http://hl7.org/fhir"><id value="&x;"/></Bundle>',
    "no namespace": b"<Bundle/>",
    "another namespace": b'<Bundle xmlns="urn:hl7-org:v3"/>',
    "foreign inside": b'<Bundle xmlns="http://hl7.org/fhir"><x:y xmlns:x="urn:x"/></Bundle>',
    "loose text": b'<Bundle xmlns="http://hl7.org/fhir">Ysaline</Bundle>',
    "deep": b'<Bundle xmlns="http://hl7.org/fhir">' + b"<a>" * 10_000,
    "deep narrative": b'<Bundle xmlns="http://hl7.org/fhir"><div xmlns="http://www.w3.org/1999/xhtml">'
    + b"<p>" * 10_000,
    "utf-16": fixture("referral-new.xml").decode().encode("utf-16"),
    "declared otherwise": b'<?xml version="1.0" encoding="utf-7"?>'
    b'<Bundle xmlns="http://hl7.org/fhir"><id value="+ADw-"/></Bundle>',
    "NUL": b'<Bundle xmlns="http://hl7.org/fhir"><id value="&#0;"/></Bundle>',
    "twice": b'<Bundle xmlns="http://hl7.org/fhir"><type value="message"/>'
    b'<type value="message"/></Bundle>',
    "an attribute twice": b'<Bundle xmlns="http://hl7.org/fhir"><id value="a" value="b"/></Bundle>',
    "two resources": b'<Bundle xmlns="http://hl7.org/fhir"><type value="message"/><entry><resource>'
    b"<Patient/><Patient/></resource></entry></Bundle>",
    "no resource": b'<Bundle xmlns="http://hl7.org/fhir"><type value="message"/>'
    b"<entry><resource/></entry></Bundle>",
    "a page": b"<!doctype html><html><p>Ysaline",
    "json": fixture("referral-new.json"),
}


@pytest.mark.parametrize("name", XML_TRICKS)
def test_what_is_not_sound_xml_is_refused(name: str) -> None:
    refused = refusal(XML_TRICKS[name], XML)
    assert refused.status in (400, 422)
    assert repeats_nothing(refused)


def test_a_doctype_is_refused_as_such() -> None:
    for name in ("file", "laughs", "outer"):
        assert refusal(XML_TRICKS[name], XML).code == "security"


def test_faults_of_xml_have_the_place_of_json() -> None:
    spoiled = fixture("referral-new.xml").replace(b'value="1971-02-28"', b'value="28.2.71"')
    assert refusal(spoiled, XML).expression == f"{PATIENT}.birthDate"
    empty = fixture("referral-new.xml").replace(b'<birthDate value="1971-02-28"/>', b"<birthDate/>")
    assert refusal(empty, XML).expression == f"{PATIENT}.birthDate"


def test_unknown_elements_of_xml_are_left_unread() -> None:
    more = fixture("referral-new.xml").replace(b"<birthDate", b'<novelty value="1"/><birthDate')
    message = read_message(more, XML)
    assert [fault.expression for fault in message.warnings] == [f"{PATIENT}.novelty"]
