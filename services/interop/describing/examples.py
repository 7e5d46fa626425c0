"""One invented example of every event, for whoever wants to see what it looks like."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from shared.backbone.envelope import Envelope, Origin, wrap
from shared.events import Event, unit_id
from shared.sealing import Sealed

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
Seal = Callable[[str, UUID], Sealed]


def identifier(number: int) -> UUID:
    return UUID(f"0199d0c4-0000-7000-8000-{number:012d}")


PATIENT, MEMBER, TOKEN = identifier(1), identifier(2), identifier(3)

PLAIN: dict[str, Any] = {
    "patient_id": PATIENT,
    "member_id": MEMBER,
    "token_id": TOKEN,
    "unit_id": unit_id("rtms_unit"),
    "service": "rtms_unit",
    "opening": tuple(
        {"weekday": weekday, "opens": "08:00", "closes": "18:00"} for weekday in range(5)
    ),
    "closures": ({"begins": date(2026, 12, 24), "ends": date(2026, 12, 31)},),
    "cause": "stroke",
    "side": "left",
    "code": "nrs-average",
    "value": 6.0,
    "context": "session-before",
    "source": "pain_physician",
    "subscriber": "rtms_unit",
    "requester": "pain_physician",
    "performer": "rtms_unit",
    "raised_by": "psychologist",
    "shared_by": "psychologist",
    "method": "hypnosis",
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
    "nrs": 4,
    "nrs_before": 7,
    "nrs_after": 4,
    "pgic": 2,
    "active": True,
    "roles": ("physician",),
    "units": ("pain_physician",),
    "scopes": ("fhir:message",),
    "due_on": date(2026, 12, 24),
    "severity": "mild",
    "gate": "screening",
    "decided_by": "pain_physician",
    "protocol": "transnep",
    "protocol_version": 1,
    "protocol_title": "TRANSNEP",
    "sessions": 15,
    "first_on": date(2026, 11, 30),
    "last_on": date(2027, 4, 30),
    "decision": "go-on",
    "given": 14,
    "missed": 1,
    "cancelled": 0,
    "change": "started",
    "drug": "duloxetine",
    "drug_class": "snri",
    "changed_on": date(2026, 11, 24),
}


def invented_seal(_name: str, _stream: UUID) -> Sealed:
    """Looks like a sealed field, and no key opens it."""
    return Sealed(sealed="v1." + "A" * 64)


def example(kind: type[Event], seal: Seal = invented_seal) -> Event:
    """An event of this class with every required field filled."""
    stream = {"member_id": MEMBER, "token_id": TOKEN}.get(kind.stream_field, PATIENT)
    values: dict[str, Any] = {}
    for place, (name, field) in enumerate(kind.model_fields.items()):
        if name in PLAIN:
            values[name] = PLAIN[name]
        elif field.is_required():
            sealed = field.annotation is Sealed
            new = identifier(100 + place) if field.annotation is UUID else NOON
            values[name] = seal(name, stream) if sealed else new
    return kind(**values)


def message(
    event: Event, source: str = "pain_physician", subscriber: str = "coordinator"
) -> Envelope:
    """The event in its envelope, as the first delivery to one subscriber."""
    origin = Origin(source, NOON, f"member:{MEMBER}", identifier(9))
    envelope = wrap(event, identifier(8), origin, [subscriber])
    return envelope.model_copy(update={"deliveryseq": 1})


def shown(event: type[Event], source: str) -> dict[str, Any]:
    """The example as it stands in the queue."""
    subscriber = "coordinator" if event.house_only else "hospital_record"
    return message(example(event), source, subscriber).model_dump(mode="json", exclude_none=True)
