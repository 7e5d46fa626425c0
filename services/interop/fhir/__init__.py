"""FHIR R4 in and out: from the bytes of a message to the referral, and back to an outcome."""

from dataclasses import replace

from services.interop.fhir.checking import check
from services.interop.fhir.model import shapes
from services.interop.rules import formats
from services.interop.rules.json_tree import read_json
from services.interop.rules.message import ReferralMessage
from services.interop.rules.reading import read_referral
from services.interop.rules.xml_tree import read_xml

__all__ = ["read_message"]


def read_message(body: bytes, content_type: str) -> ReferralMessage:
    """The referral that a message asks for, or `MessageRefused`."""
    sent = formats.sent_format(content_type)
    tree = read_json(body, shapes) if sent == formats.JSON else read_xml(body, shapes)
    readable, warnings = check(tree)
    message = read_referral(readable)
    return replace(message, warnings=(*warnings, *message.warnings))
