"""JSON or XML: what the sender says it sent, and what it wants to read."""

from email.message import Message

from services.interop.rules.refusal import WRONG_FORMAT, Fault, MessageRefused
from shared.i18n import N_

JSON = "json"
XML = "xml"

MEDIA_TYPES = {
    "application/fhir+json": JSON,
    "application/json": JSON,
    "application/json+fhir": JSON,
    "text/json": JSON,
    "application/fhir+xml": XML,
    "application/xml": XML,
    "application/xml+fhir": XML,
    "text/xml": XML,
}
ANSWERS = {JSON: "application/fhir+json", XML: "application/fhir+xml"}
CHARSETS = ("", "utf-8", "utf8", "us-ascii")


def sent_format(content_type: str) -> str:
    """JSON or XML by the Content-Type header, or a refusal with 415."""
    header = _header(content_type)
    sent = MEDIA_TYPES.get(header.get_content_type()) if content_type.strip() else None
    if sent is None:
        raise _wrong(N_("Send the message as application/fhir+json or application/fhir+xml."))
    if _parameter(header, "charset").lower() not in CHARSETS:
        raise _wrong(N_("Send the message in UTF-8."))
    version = _parameter(header, "fhirVersion")
    if version and not version.startswith("4."):
        raise _wrong(N_("Send the message in FHIR R4 (fhirVersion=4.0)."))
    return sent


def answer_format(accept: str, asked: str, sent: str) -> str:
    """What to answer in: `_format`, else the best type of Accept, else as it was sent."""
    for wanted in (asked, *_by_preference(accept)):
        found = MEDIA_TYPES.get(wanted, wanted if wanted in ANSWERS else "")
        if found:
            return found
    return sent


def _by_preference(accept: str) -> list[str]:
    ranges = [_header(part) for part in accept.split(",")]
    ranges.sort(key=lambda header: -_quality(_parameter(header, "q")))
    return [header.get_content_type() for header in ranges]


def _quality(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0


def _header(value: str) -> Message:
    header = Message()
    header["Content-Type"] = value.replace("\r", " ").replace("\n", " ")
    return header


def _parameter(header: Message, name: str) -> str:
    value = header.get_param(name, "")
    return value if isinstance(value, str) else ""


def _wrong(sentence: str) -> MessageRefused:
    return MessageRefused(
        Fault(WRONG_FORMAT, "not-supported", "Bundle", sentence, header="Content-Type")
    )
