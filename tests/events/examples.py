"""One invented example of every event, and the golden messages made from them."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from shared.backbone.envelope import Envelope, Origin, wrap
from shared.events import EVENTS, Event, Identity, MemberIdentity, Note, ReferralDetails
from shared.sealing import Sealed, Sealer

GOLDEN = Path(__file__).parent.parent / "golden"
KEY = b"a key for golden messages only!!"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def identifier(number: int) -> UUID:
    return UUID(f"0199d0c4-0000-7000-8000-{number:012d}")


PATIENT, MEMBER, TOKEN = identifier(1), identifier(2), identifier(3)

SEALED: dict[str, BaseModel] = {
    "identity": Identity(number="250 871", family="Da Costa", given="Amália"),
    "details": ReferralDetails(question="Is stimulation possible?", referrer="Dr É. Caradec"),
    "note": Note(text="Called back at noon."),
    "question": Note(text="Which stimulator is implanted?"),
    "answer": Note(text="None."),
    "report": Note(text="Ten sessions were given."),
}

PLAIN: dict[str, Any] = {
    "patient_id": PATIENT,
    "member_id": MEMBER,
    "token_id": TOKEN,
    "cause": "stroke",
    "side": "left",
    "code": "nrs-average",
    "value": 6.0,
    "requester": "pain_physician",
    "performer": "rtms_unit",
    "raised_by": "psychologist",
    "addressed_to": "pain_physician",
    "reason_code": "capacity",
    "next_step": "back-to-referrer",
    "what": "answer-referral",
    "debtor": "rtms_unit",
    "creditor": "pain_physician",
    "step": "remind",
    "point": "month-1",
    "name": "hospital record",
    "digest": "0" * 64,
    "number": 4,
    "minutes": 30,
    "active": True,
    "roles": ("physician",),
    "units": ("pain_physician",),
    "scopes": ("fhir:message",),
    "due_on": date(2026, 12, 24),
}


def example(kind: type[Event]) -> Event:
    """An event of this class with every required field filled."""
    stream = {"member_id": MEMBER, "token_id": TOKEN}.get(kind.stream_field, PATIENT)
    values: dict[str, Any] = {}
    for place, (name, field) in enumerate(kind.model_fields.items()):
        if field.is_required():
            values[name] = _value(name, field.annotation, identifier(100 + place), stream)
    return kind(**values)


def _value(name: str, form: Any, new: UUID, stream: UUID) -> Any:
    if form is Sealed:
        member = stream == MEMBER
        content = MemberIdentity(name="Dr É. Caradec") if member else SEALED[name]
        return Sealer(KEY).seal(content, stream)
    if name in PLAIN:
        return PLAIN[name]
    return new if form is UUID else NOON


def golden_file(kind: str, version: int) -> Path:
    return GOLDEN / f"{kind}.v{version}.json"


def message(event: Event) -> Envelope:
    """The event in an envelope, as the rTMS unit would get it."""
    origin = Origin("pain_physician", NOON, f"member:{MEMBER}", identifier(9))
    return wrap(event, identifier(8), origin, ["coordinator"]).model_copy(update={"deliveryseq": 1})


def write_missing() -> list[Path]:
    """Write the golden message of each new event version. Those that exist are never changed."""
    written = []
    for kind, version in EVENTS:
        file = golden_file(kind, version)
        if not file.exists():
            envelope = message(example(EVENTS[kind, version]))
            file.write_text(envelope.model_dump_json(indent=2, exclude_none=True) + "\n")
            written.append(file)
    return written


if __name__ == "__main__":
    for path in write_missing():
        print(path.name)  # noqa: T201 - a tool for the person who adds an event
