"""Every event keeps its form for ever, travels as CloudEvents 1.0, and shows no patient data."""

import json
from datetime import date, time
from typing import Any, get_args
from uuid import UUID

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel

from shared.backbone.envelope import Envelope, Undecodable, decode, split
from shared.events import EVENTS, Event, UnknownEvent, event_class
from shared.identifiers import new_id
from shared.sealing import Sealed, Sealer, Unsealable
from tests.events.examples import KEY, PATIENT, SEALED, golden_file

every_version = pytest.mark.parametrize(
    ("kind", "version"), EVENTS, ids=[f"{k}.v{v}" for k, v in EVENTS]
)


@every_version
def test_the_golden_message_is_still_read(kind: str, version: int) -> None:
    text = golden_file(kind, version).read_text()
    envelope = decode(text)
    event = envelope.event()
    assert type(event) is EVENTS[kind, version]
    assert envelope.subject == event.stream
    written = json.loads(event.model_dump_json())
    assert {**written, **json.loads(text)["data"]} == written


@every_version
def test_the_message_is_a_cloud_event_for_others_too(kind: str, version: int) -> None:
    text = golden_file(kind, version).read_text()
    read = JSONFormat().read(CloudEvent, text)
    assert read.get_type() == f"relais.{kind}.v{version}"
    assert read.get_subject() == json.loads(text)["subject"]


SAFE: tuple[Any, ...] = (
    *(UUID, int, float, bool, AwareDatetime, date, time, Sealed, type(None), Ellipsis),
)
CODES = {
    "source", "subscriber", "requester", "performer", "raised_by", "addressed_to",
    "debtor", "creditor", "place", "onward_to",
    "urgency", "reason_code", "next_step", "outcome_code", "what", "step", "point",
    "cause", "side", "areas", "background", "paroxysms", "evoked", "triggers", "life",
    "code", "unit", "context", "roles", "units", "scopes", "language", "theme", "digest", "name",
    "severity", "relation", "action", "gate", "decided_by", "ask", "yes", "protocol", "decision",
    "change", "drug", "drug_class", "dose_unit", "stop_reason", "adverse_effects", "relief",
    "keeping_up", "shared_by", "method", "zone", "service", "successor",
    "status", "patient_status", "protocol_title",
}  # fmt: skip
"""Codes and names of services; `name` is that of an outside service's token, `protocol_title` that
of a protocol, which says nothing of a patient."""


@every_version
def test_names_and_free_text_appear_only_in_sealed_fields(kind: str, version: int) -> None:
    for name, field in EVENTS[kind, version].model_fields.items():
        assert name in CODES or _is_safe(field.annotation), f"{kind}: {name}"


def _is_safe(form: Any) -> bool:
    if isinstance(form, type) and issubclass(form, BaseModel) and form is not Sealed:
        fields = form.model_fields.items()
        return all(name in CODES or _is_safe(field.annotation) for name, field in fields)
    inner = get_args(form)
    return all(map(_is_safe, inner)) if inner else form in SAFE


def test_an_unknown_version_is_said_to_be_unknown() -> None:
    with pytest.raises(UnknownEvent, match="version 99"):
        event_class("referral.requested", 99)


def test_a_new_optional_field_of_a_newer_release_is_ignored() -> None:
    data = json.loads(golden_file("referral.accepted", 1).read_text())
    data["data"]["invented_later"] = 1
    assert isinstance(decode(json.dumps(data)).event(), Event)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(frame: bytes) -> None:
    try:
        said = ["read" for text in split(frame) if decode(text)]
    except Undecodable as refusal:
        said = [str(refusal)]
    assert set(said) <= {"read", *KNOWN_REFUSALS}


KNOWN_REFUSALS = {
    "the frame is not a JSON list of objects",
    "the frame is larger than the limit",
    "the message is not a CloudEvents envelope of ours",
}


@pytest.mark.parametrize(
    "change",
    [
        {"type": "relais.v1"},
        {"type": "other.kind.v1"},
        {"type": "relais.kind.vx"},
        {"source": "/elsewhere/x"},
        {"time": "2026-11-24T12:00:00"},
        {"specversion": "0.3"},
        {"deliveryseq": 0},
        {"data": []},
        {"id": "not-an-id"},
    ],
    ids=str,
)
def test_an_envelope_that_is_not_ours_is_refused(change: dict[str, object]) -> None:
    good = json.loads(golden_file("referral.accepted", 1).read_text())
    with pytest.raises(Undecodable):
        decode(json.dumps({**good, **change}))


def test_a_kombu_type_marker_stays_plain_data() -> None:
    good = json.loads(golden_file("referral.accepted", 1).read_text())
    good["data"]["__type__"], good["data"]["__value__"] = "datetime", "2020-01-01"
    (text,) = split(json.dumps([good]).encode())
    assert decode(text).data["__type__"] == "datetime"


def test_a_seal_opens_only_for_its_patient_and_with_its_key() -> None:
    sealer, content = Sealer(KEY), SEALED["note"]
    sealed = sealer.seal(content, PATIENT)
    assert sealer.open(sealed, type(content), PATIENT) == content
    for other, stream in (
        (Sealer(b"another key of thirty-two bytes!"), PATIENT),
        (sealer, new_id()),
    ):
        with pytest.raises(Unsealable):
            other.open(sealed, type(content), stream)


@given(st.text(max_size=60))
def test_no_text_opens_as_a_seal_and_none_breaks_the_sealer(text: str) -> None:
    with pytest.raises(Unsealable):
        Sealer(KEY).open(Sealed(sealed=text), type(SEALED["note"]), PATIENT)


def test_the_envelope_tells_who_must_act() -> None:
    envelope = Envelope.model_validate_json(golden_file("referral.requested", 1).read_text())
    assert envelope.subscribers == ["coordinator"]
    assert (envelope.service, envelope.kind, envelope.version) == (
        "pain_physician",
        "referral.requested",
        1,
    )
