"""The answer to a message: an OperationOutcome that names places and never repeats a value."""

from collections.abc import Iterable
from typing import Any

from services.interop.fhir.model import outcome_text
from services.interop.rules.formats import XML
from services.interop.rules.refusal import Fault

UUID_SYSTEM = "urn:ietf:rfc:3986"


def taken(
    format_: str, message_id: str, sentence: str, referral: str, warnings: Iterable[Fault]
) -> str:
    """The message was taken: what became of it, the referral's id here, what was left unread."""
    coding = [{"system": UUID_SYSTEM, "code": f"urn:uuid:{referral}"}] if referral else []
    done: dict[str, Any] = {
        "severity": "information",
        "code": "informational",
        "details": {"text": sentence, **({"coding": coding} if coding else {})},
    }
    issues = [done, *(_issue("warning", fault) for fault in warnings)]
    return outcome_text({"id": message_id, "issue": issues}, as_xml=format_ == XML)


def refused(format_: str, faults: Iterable[Fault], message_id: str = "") -> str:
    """The message was not taken, and why; with an id if the refusal was kept."""
    outcome: dict[str, Any] = {"issue": [_issue("error", fault) for fault in faults]}
    if message_id:
        outcome["id"] = message_id
    return outcome_text(outcome, as_xml=format_ == XML)


def _issue(severity: str, fault: Fault) -> dict[str, Any]:
    issue: dict[str, Any] = {
        "severity": severity,
        "code": fault.code,
        "details": {"text": fault.sentence},
        "diagnostics": fault.diagnostics,
    }
    if fault.expression:
        issue["expression"] = [fault.expression]
    if fault.header:
        # The standard's way to name what is wrong with the request itself.
        issue["location"] = [f"http.{fault.header}"]
    return issue
