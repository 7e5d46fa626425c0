"""The envelope of an event on the wire: CloudEvents 1.0, structured JSON."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, NoReturn
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from shared.backbone import wire
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
    source: wire.Source
    type: wire.Type
    subject: UUID
    time: wire.Moment
    datacontenttype: Literal["application/json"] = "application/json"
    data: dict[str, Any]
    actor: wire.Actor
    correlationid: UUID
    causationid: UUID | None = None
    traceparent: str | None = None
    tracestate: str | None = None
    audience: str = ""
    deliveryseq: wire.Place | None = None

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


@lru_cache(maxsize=1000)
def _split_type(text: str) -> tuple[str, int]:
    kind, _, version = text.removeprefix(TYPE_PREFIX).rpartition(".v")
    return kind, int(version)


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


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two values under one name would be one event to us, and another to the next reader."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is given twice")
    return found


_JSON = json.JSONDecoder(parse_constant=_refuse, object_pairs_hook=_named_once)
_MARK = re.compile(r"[ \t\n\r]*([\[,\]])[ \t\n\r]*")


def limited(frame: bytes) -> bytes:
    """The frame itself, or `Undecodable` when it is larger than any of ours."""
    if len(frame) > MAX_FRAME_BYTES:
        raise Undecodable("the frame is larger than the limit")
    return frame


def split(frame: bytes) -> list[str]:
    """The messages of one batch frame as JSON texts, each as it came, or `Undecodable`."""
    try:
        return list(_objects(limited(frame).decode()))
    except (ValueError, RecursionError):
        raise Undecodable("the frame is not a JSON list of objects") from None


def _objects(text: str) -> Iterator[str]:
    """The objects of a JSON list, each as it stands there; `ValueError` if it is no such list."""
    mark, place = _mark(text, 0, "[")
    if text.startswith("]", place):
        mark, place = _mark(text, place, "]")
    while mark != "]":
        item, end = _JSON.raw_decode(text, place)
        if not isinstance(item, dict):
            raise ValueError("not an object")
        yield text[place:end]
        mark, place = _mark(text, end, ",]")
    if place != len(text):
        raise ValueError("something follows the list")


def _mark(text: str, place: int, expected: str) -> tuple[str, int]:
    """The next sign of the list, and where what follows it begins."""
    found = _MARK.match(text, place)
    if found is None or found[1] not in expected:
        raise ValueError("not a list")
    return found[1], found.end()


def decode(text: str) -> Envelope:
    """One envelope from its JSON text, or `Undecodable`."""
    try:
        return Envelope.model_validate_json(text)
    except (ValidationError, ValueError, RecursionError):
        raise Undecodable("the message is not a CloudEvents envelope of ours") from None
