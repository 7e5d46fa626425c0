"""The invented messages of the tests, and ways to spoil a copy of one."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.interop.fhir import read_message
from services.interop.rules.message import ReferralMessage
from services.interop.rules.refusal import MessageRefused

FIXTURES = Path(__file__).parent / "fixtures"
JSON, XML = "application/fhir+json", "application/fhir+xml"

SECRETS = ("Quérouane", "Ysaline", "884213", "1971", "querouane", "Tilleuls", "drowsy")
"""What the invented patient would not want to read in an error."""

Bundle = dict[str, Any]
Spoil = Callable[[Bundle], object]


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


def content_type(name: str) -> str:
    return XML if name.endswith(".xml") else JSON


def bundle(name: str = "referral-new.json") -> Bundle:
    """A message to be changed."""
    loaded: Bundle = json.loads(fixture(name))
    return loaded


def resource(message: Bundle, kind: str) -> Bundle:
    """The first resource of a type in the message."""
    entries = [entry["resource"] for entry in message["entry"]]
    return next(entry for entry in entries if entry["resourceType"] == kind)


def without(message: Bundle, kind: str) -> Bundle:
    """The message without its resources of a type."""
    message["entry"] = [e for e in message["entry"] if e["resource"]["resourceType"] != kind]
    return message


def written(message: Bundle) -> bytes:
    return json.dumps(message).encode()


def changed(change: Spoil, name: str = "referral-new.json") -> bytes:
    """A copy of a message with one change."""
    message = copy.deepcopy(bundle(name))
    change(message)
    return written(message)


def read(name: str) -> ReferralMessage:
    return read_message(fixture(name), content_type(name))


def read_changed(change: Spoil, name: str = "referral-new.json") -> ReferralMessage:
    return read_message(changed(change, name), JSON)


def refusal(body: bytes, sent: str = JSON) -> MessageRefused:
    """How a message is refused; it is an error of the test if it is taken."""
    try:
        message = read_message(body, sent)
    except MessageRefused as refused:
        return refused
    raise AssertionError(f"taken: {message.reason} {message.status}")


def repeats_nothing(refused: MessageRefused) -> bool:
    """Whether the refusal says nothing of what the message says."""
    said = " ".join(f"{fault.expression} {fault.diagnostics}" for fault in refused.faults)
    return not any(secret in said for secret in SECRETS)
