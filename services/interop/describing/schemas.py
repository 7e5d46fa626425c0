"""The form of every event as a JSON Schema (draft 2020-12), made from the classes themselves."""

from typing import Any

from services.interop.describing.examples import shown
from services.interop.describing.fields import ENVELOPE, MEANING
from shared.backbone.envelope import TYPE_PREFIX, Envelope
from shared.events import Event

DRAFT = "https://json-schema.org/draft/2020-12/schema"
IN_ONE_FILE = "#/$defs/{model}"
Schema = dict[str, Any]


def name_of(event: type[Event]) -> str:
    """Kind and version, such as `referral.accepted.v1`."""
    return f"{event.kind}.v{event.version}"


def sentence_of(event: type[Event]) -> str:
    """What happened, in a sentence."""
    return " ".join((event.__doc__ or "").replace("`", "").split())


def data_schema(event: type[Event], ref_template: str = IN_ONE_FILE) -> Schema:
    """The form of `data`; what it stands on is in its `$defs`."""
    schema = event.model_json_schema(ref_template=ref_template)
    schema["description"] = sentence_of(event)
    return _explained(schema, MEANING)


def envelope_schema() -> Schema:
    """The form of what is around every event; `data` may be any object here."""
    schema = Envelope.model_json_schema()
    schema["properties"]["deliveryseq"] = {"type": "integer", "minimum": 1}
    schema = _explained(schema, ENVELOPE)
    schema["required"] = [*schema["required"], "specversion", "audience", "deliveryseq"]
    schema["description"] = "A CloudEvents 1.0 envelope, as one subscriber gets it."
    return schema


def message_schema(event: type[Event], source: str) -> Schema:
    """The form of one whole message: the envelope, and in it the data of this event."""
    schema, data = envelope_schema(), data_schema(event)
    shared = data.pop("$defs", {})
    schema["properties"]["type"]["const"] = TYPE_PREFIX + name_of(event)
    schema["properties"]["data"] = data
    return {
        "$schema": DRAFT,
        "$id": f"urn:relais:event:{name_of(event)}",
        **schema,
        "title": name_of(event),
        "description": sentence_of(event),
        "$defs": shared,
        "examples": [shown(event, source)],
    }


def _explained(schema: Schema, meaning: dict[str, str]) -> Schema:
    """With a sentence at each field, and without titles that only repeat its name."""
    for name, field in schema["properties"].items():
        field.pop("title", None)
        field["description"] = meaning.get(name, "")
    return schema
