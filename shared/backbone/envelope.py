"""The envelope of an event on the wire: CloudEvents 1.0, structured JSON."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
)

from shared.events import Event, event_class, newest

SOURCE_PREFIX = "/relais/"
TYPE_PREFIX = "relais."
MAX_FRAME_BYTES = 4 * 1024 * 1024


class Undecodable(Exception):
    """The bytes are not a message of ours. The sentence holds none of them."""


class Envelope(BaseModel):
    """CloudEvents attributes, and our extensions (lower case, as the standard asks).

    `subject` is the stream, `deliveryseq` counts without gaps for (subscriber, stream),
    `audience` names the subscribers, separated by blanks.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str
    subject: UUID
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    data: dict[str, Any]
    actor: str
    correlationid: UUID
    causationid: UUID | None = None
    traceparent: str | None = None
    tracestate: str | None = None
    audience: str = ""
    deliveryseq: int | None = Field(default=None, ge=1)

    @field_validator("type")
    @classmethod
    def _our_type(cls, text: str) -> str:
        _split_type(text)
        return text

    @field_validator("source")
    @classmethod
    def _our_source(cls, text: str) -> str:
        if not text.startswith(SOURCE_PREFIX):
            raise ValueError("source is not one of ours")
        return text

    @field_validator("traceparent", "tracestate", mode="before")
    @classmethod
    def _text_or_nothing(cls, value: object) -> str | None:
        """Tracing is a courtesy: what is no text in it must not keep an event out."""
        return value if isinstance(value, str) else None

    @property
    def kind(self) -> str:
        return _split_type(self.type)[0]

    @property
    def version(self) -> int:
        return _split_type(self.type)[1]

    @property
    def service(self) -> str:
        """The service that announced the event."""
        return self.source.removeprefix(SOURCE_PREFIX)

    @property
    def subscribers(self) -> list[str]:
        return self.audience.split()

    def event(self) -> Event:
        """The event in its newest version; `UnknownEvent` or a validation error if this release
        cannot read it."""
        return newest(event_class(self.kind, self.version).model_validate(self.data))


def _split_type(text: str) -> tuple[str, int]:
    kind, dot, version = text.removeprefix(TYPE_PREFIX).rpartition(".v")
    if not (text.startswith(TYPE_PREFIX) and dot and kind and version.isdecimal()):
        raise ValueError("type is not relais.<kind>.v<number>")
    return kind, int(version[:9])


@dataclass(frozen=True)
class Origin:
    """On whose behalf, and in answer to what, an event is announced."""

    service: str
    now: datetime
    actor: str
    correlation: UUID
    causation: UUID | None = None
    traceparent: str | None = None
    tracestate: str | None = None


def wrap(event: Event, event_id: UUID, origin: Origin, audience: list[str]) -> Envelope:
    """The envelope of a new event."""
    return Envelope(
        id=event_id,
        source=SOURCE_PREFIX + origin.service,
        type=f"{TYPE_PREFIX}{event.kind}.v{event.version}",
        subject=event.stream,
        time=origin.now,
        data=event.model_dump(mode="json"),
        actor=origin.actor,
        correlationid=origin.correlation,
        causationid=origin.causation,
        traceparent=origin.traceparent or None,
        tracestate=origin.tracestate or None,
        audience=" ".join(audience),
    )


def numbered(body: str, delivery_seq: int) -> str:
    """The stored envelope with its number for one subscriber."""
    return f'{{"deliveryseq":{delivery_seq},{body[1:]}'


_Batch = TypeAdapter(list[dict[str, Any]])


def split(frame: bytes) -> list[str]:
    """The messages of one batch frame as JSON texts, or `Undecodable`."""
    if len(frame) > MAX_FRAME_BYTES:
        raise Undecodable("the frame is larger than the limit")
    try:
        return [json.dumps(item) for item in _Batch.validate_json(frame)]
    except (ValidationError, ValueError, RecursionError):
        raise Undecodable("the frame is not a JSON list of objects") from None


def decode(text: str) -> Envelope:
    """One envelope from its JSON text, or `Undecodable`."""
    try:
        return Envelope.model_validate_json(text)
    except (ValidationError, ValueError, RecursionError):
        raise Undecodable("the message is not a CloudEvents envelope of ours") from None
