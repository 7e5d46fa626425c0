"""The queue as an AsyncAPI 3 document: channels, messages, receipts, and RabbitMQ's part in it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel

from services.interop.describing.catalogue import Described
from services.interop.describing.examples import NOON, identifier, shown
from services.interop.describing.schemas import data_schema, envelope_schema
from shared.backbone.bus import EVENTS, HEARTBEAT, POSITIONS, RECEIPTS, topology
from shared.backbone.envelope import TYPE_PREFIX
from shared.backbone.positions import Positions
from shared.backbone.receipts import Heartbeat, Receipt
from shared.settings import Settings

Document = dict[str, Any]

VERSION = "3.0.0"
AMQP = {"bindingVersion": "0.3.0"}
SCHEMAS = "#/components/schemas/"
MESSAGES = "#/components/messages/"
SUBSCRIBER = "Your name, as it stands in the file of subscribers."
SERVICE = "The service that is alive. Only services of the team speak and hear this."
SOURCE = "The service that announced the event: its `source` without /relais/."
ABOUT = (
    "The events of a pain team, for systems outside it. A subscriber has one queue, gets numbered "
    "deliveries, stores each once, and answers with receipts; what is not answered comes again."
)


def asyncapi(events: Sequence[Described], settings: Settings, release: str) -> Document:
    """The whole document. It holds no patient, no password and no name of a subscriber."""
    return {
        "asyncapi": VERSION,
        "info": {
            "title": "Relais",
            "version": release,
            "description": ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": EVENTS,
        "servers": {"queue": _server(settings)},
        "channels": _channels(settings.queue_prefix),
        "operations": _operations(),
        "components": {"messages": _messages(events), "schemas": _schemas(events)},
    }


def _server(settings: Settings) -> Document:
    """Where the queue is; of its address only what is no secret."""
    url = urlsplit(settings.queue_url.partition(";")[0])
    secure = url.scheme == "amqps"
    return {
        "host": f"{url.hostname or 'localhost'}:{url.port or (5671 if secure else 5672)}",
        "protocol": "amqps" if secure else "amqp",
        "protocolVersion": "0.9.1",
        "description": "RabbitMQ. Each subscriber has a user of its own.",
    }


def _channels(prefix: str) -> Document:
    return {
        "queue": _queue(prefix),
        "events": _channel(prefix, topology.EVENT, "subscriber", SUBSCRIBER, "events"),
        "receipts": _channel(prefix, topology.RECEIPT, "source", SOURCE, "receipts"),
        "positions": _channel(prefix, topology.POSITIONS, "source", SOURCE, "positions"),
        "heartbeats": _channel(prefix, topology.HEARTBEAT, "service", SERVICE, "heartbeat"),
    }


def _queue(prefix: str) -> Document:
    name = topology.queue(prefix, "{subscriber}")
    described = (
        f"The one queue of a subscriber, bound to the exchange {topology.exchange(prefix)} with "
        f"the routing key {topology.EVENT}.{{subscriber}}. The subscriber declares it, with the "
        "arguments in x-arguments; when it is full, the rest waits at the services."
    )
    kept = {"name": name, "durable": True, "exclusive": False, "autoDelete": False, "vhost": "/"}
    return {
        "address": name,
        "description": described,
        "messages": {"events": {"$ref": f"{MESSAGES}events"}},
        "parameters": {"subscriber": {"description": SUBSCRIBER}},
        "bindings": {"amqp": {"is": "queue", "queue": kept, **AMQP}},
        "x-arguments": queue_arguments(),
    }


def queue_arguments() -> topology.Arguments:
    """Those of a service's queue, without the dead letters, which are the house's own affair."""
    wanted = ("x-queue-type", "x-overflow", "x-max-length-bytes")
    return {name: topology.queue_arguments("", "")[name] for name in wanted}


def _channel(prefix: str, word: str, parameter: str, meaning: str, message: str) -> Document:
    exchange = {
        "name": topology.exchange(prefix),
        "type": "topic",
        "durable": True,
        "autoDelete": False,
        "vhost": "/",
    }
    return {
        "address": f"{word}.{{{parameter}}}",
        "messages": {message: {"$ref": MESSAGES + message}},
        "parameters": {parameter: {"description": meaning}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, **AMQP}},
    }


def _operations() -> Document:
    """As Relais sees them: it sends events, and receives what subscribers say."""
    hears, sends = partial(_operation, "receive"), partial(_operation, "send")
    return {
        "tellSubscriber": sends("events", "events", "Tells one subscriber."),
        "hearReceipts": hears("receipts", "receipts", "Hears what became of each event."),
        "hearPositions": hears("positions", "positions", "Hears how far a subscriber has come."),
        "giveSignOfLife": sends("heartbeats", "heartbeat", "Says that a service is alive."),
    }


def _operation(action: str, channel: str, message: str, summary: str) -> Document:
    place = f"#/channels/{channel}"
    return {
        "action": action,
        "channel": {"$ref": place},
        "summary": summary,
        "messages": [{"$ref": f"{place}/messages/{message}"}],
        "bindings": {"amqp": {"deliveryMode": 2, "mandatory": channel == "events", **AMQP}},
    }


def _messages(events: Sequence[Described]) -> Document:
    payloads = [{"$ref": f"{MESSAGES}{one.name}/payload"} for one in events]
    batch = {"type": "array", "minItems": 1, "items": {"oneOf": payloads}}
    receipts = {"type": "array", "minItems": 1, "items": {"$ref": f"{SCHEMAS}Receipt"}}
    said = _example("receipt", [RECEIPT.model_dump(mode="json")])
    beat = _example("heartbeat", BEAT.model_dump(mode="json"))
    come = _example("positions", COME.model_dump(mode="json"))
    far = {"$ref": f"{SCHEMAS}Positions"}
    told = _example("events", [shown(one.event, one.source) for one in events[:1]])
    return {
        "events": _message("A batch of events", EVENTS, batch, told),
        "receipts": _message("What became of events", RECEIPTS, receipts, said),
        "heartbeat": _message("A sign of life", HEARTBEAT, {"$ref": f"{SCHEMAS}Heartbeat"}, beat),
        "positions": _message("How far a subscriber has come", POSITIONS, far, come),
        **{one.name: _event_message(one) for one in events},
    }


def _message(title: str, content_type: str, payload: Document, example: Document) -> Document:
    return {
        "title": title,
        "contentType": content_type,
        "payload": payload,
        "examples": [example],
    }


def _event_message(one: Described) -> Document:
    """One event, as it stands in a batch."""
    form = {"type": {"const": TYPE_PREFIX + one.name}, "data": {"$ref": SCHEMAS + one.name}}
    payload = {"allOf": [{"$ref": f"{SCHEMAS}Envelope"}, {"type": "object", "properties": form}]}
    return {
        "name": TYPE_PREFIX + one.name,
        "title": one.name,
        "summary": one.sentence,
        "contentType": "application/cloudevents+json",
        "tags": [{"name": one.group}],
        "payload": payload,
        "examples": [_example(one.event.kind, shown(one.event, one.source))],
        "x-announced-by": [plate.name for plate in one.announced_by],
        "x-heard-by": [*(plate.name for plate in one.heard_by), *one.named_in],
        "x-house-only": one.event.house_only,
    }


def _example(name: str, payload: Any) -> Document:
    return {"name": name, "payload": payload}


def _schemas(events: Sequence[Described]) -> Document:
    forms = {one.name: data_schema(one.event, f"{SCHEMAS}{{model}}") for one in events}
    shared: Mapping[str, Document] = {
        name: form for data in forms.values() for name, form in data.pop("$defs", {}).items()
    }
    return {
        "Envelope": envelope_schema(),
        "Receipt": _plain(Receipt),
        "Heartbeat": _plain(Heartbeat),
        "Positions": _plain(Positions),
        **shared,
        **forms,
    }


def _plain(model: type[BaseModel]) -> Document:
    return model.model_json_schema(ref_template=f"{SCHEMAS}{{model}}")


RECEIPT = Receipt(
    source="rtms_unit",
    event_id=identifier(8),
    subscriber="hospital_record",
    state="handled",
    at=NOON,
    stored_at=NOON,
)
BEAT = Heartbeat(service="rtms_unit", at=NOON)
COME = Positions(
    subscriber="hospital_record", source="rtms_unit", streams=[(identifier(1), 12, 12)]
)
