"""What an answer is written in, and that it is a real OperationOutcome in both."""

import json

import pytest
from fhir.resources.R4B.operationoutcome import OperationOutcome

from services.interop.fhir import outcome
from services.interop.rules.formats import JSON, XML, answer_format
from services.interop.rules.refusal import Fault

FAULT = Fault(400, "required", "Bundle.entry[0]", "A required element is missing.", "line 3")


@pytest.mark.parametrize(
    ("accept", "asked", "sent", "answer"),
    [
        ("", "", XML, XML),
        ("*/*", "", XML, XML),
        ("application/fhir+json", "", XML, JSON),
        ("text/html, application/xml;q=0.9", "", JSON, XML),
        ("application/json;q=0.2, application/fhir+xml;q=0.8", "", JSON, XML),
        ("application/fhir+xml;q=nonsense, application/json", "", XML, JSON),
        ("application/fhir+xml", "json", XML, JSON),
        ("application/fhir+json", "application/fhir+xml", JSON, XML),
        ("text/html", "nonsense", JSON, JSON),
        ("\r\n,;,=", "", JSON, JSON),
    ],
)
def test_the_answer_is_in_what_was_asked_for(
    accept: str, asked: str, sent: str, answer: str
) -> None:
    assert answer_format(accept, asked, sent) == answer


def test_a_refusal_is_an_operation_outcome_in_json() -> None:
    found = json.loads(outcome.refused(JSON, [FAULT, FAULT]))
    assert found["resourceType"] == "OperationOutcome"
    assert found["issue"][0] == {
        "severity": "error",
        "code": "required",
        "details": {"text": "A required element is missing."},
        "diagnostics": "A required element is missing. (line 3)",
        "expression": ["Bundle.entry[0]"],
    }


def test_it_says_the_same_in_xml() -> None:
    text = outcome.taken(XML, "a-1", "Received.", "6f1c2a7e", [FAULT])
    assert text.startswith("<?xml")
    read = OperationOutcome.model_validate_xml(text.encode())
    assert json.loads(read.model_dump_json()) == json.loads(
        outcome.taken(JSON, "a-1", "Received.", "6f1c2a7e", [FAULT])
    )
