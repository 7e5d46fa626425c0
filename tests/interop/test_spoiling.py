"""A message spoilt anywhere, in any way, is taken or refused: nothing breaks or is repeated."""

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.interop.fhir import outcome, read_message
from services.interop.rules.refusal import MessageRefused
from tests.interop.messages import JSON, XML, bundle, fixture, repeats_nothing, written

JUNK: list[Any] = [
    *(None, True, 0, -1.5, 10**30, "", " ", "{}", "[]", [], {}, [None], [[]], [{}], ["x"]),
    {"resourceType": "Patient"},
    {"resourceType": "HumanName"},
    {"resource_type": "Patient"},
    {"reference": "#"},
    {"reference": "Patient/"},
    {"extension": [{}]},
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-06-26T11:30:60Z",
]
NAMES = ["resourceType", "contained", "extension", "resource", "id", "_status", "fhir_comments"]
XML_JUNK = [b"", b"<", b"&amp;", b"<!--", b"<![CDATA[x]]>", b'<id value=""/>', b"\xff", b"\x00"]
BYTES = st.integers(0, len(fixture("referral-new.xml")))


def places(tree: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place below the root of a message."""
    steps = tree.items() if isinstance(tree, dict) else enumerate(tree) if tree else ()
    for step, value in steps:
        yield (*above, step)
        if isinstance(value, dict | list):
            yield from places(value, (*above, step))


PLACES = sorted(places(bundle()), key=str)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLACES), st.sampled_from(JUNK), st.sampled_from(["", *NAMES]))
def test_json_with_something_else_somewhere(place: tuple[Any, ...], junk: Any, name: str) -> None:
    message = bundle()
    holder: Any = message
    for step in place[:-1]:
        holder = holder[step]
    holder[name if name and isinstance(holder, dict) else place[-1]] = junk
    is_taken_or_refused(written(message), JSON)


@settings(max_examples=150, deadline=None)
@given(BYTES, st.integers(0, 80), st.sampled_from(XML_JUNK))
def test_xml_with_something_else_somewhere(at: int, cut: int, junk: bytes) -> None:
    whole = fixture("referral-new.xml")
    is_taken_or_refused(whole[:at] + junk + whole[at + cut :], XML)


def is_taken_or_refused(body: bytes, sent: str) -> None:
    refused = None
    try:
        message = read_message(body, sent)
        assert outcome.taken("xml", "1", "Received.", message.message_id, message.warnings)
    except MessageRefused as refusal:
        refused = refusal
    if refused:
        assert refused.status in (400, 422)
        assert refused.expression
        assert repeats_nothing(refused)
        assert outcome.refused("xml", refused.faults)
