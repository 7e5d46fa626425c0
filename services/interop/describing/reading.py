"""An event as a person reads it: its fields with their meaning, and how to try it."""

from dataclasses import dataclass

from services.interop.describing.fields import ENVELOPE, MEANING
from services.interop.describing.schemas import Schema, data_schema, envelope_schema
from shared.backbone.envelope import TYPE_PREFIX
from shared.events import Event
from shared.sealing import Sealed

SEALED = "sealed"


@dataclass(frozen=True)
class Field:
    """One field: its form in short (`uuid`, `string[]`), and what it means."""

    name: str
    form: str
    meaning: str
    required: bool

    @property
    def is_sealed(self) -> bool:
        return SEALED in self.form.split(" | ")


def fields_of(event: type[Event]) -> list[Field]:
    return _fields(data_schema(event), MEANING)


def fields_of_envelope() -> list[Field]:
    return _fields(envelope_schema(), ENVELOPE)


def _fields(schema: Schema, meaning: dict[str, str]) -> list[Field]:
    return [
        Field(name, form_of(field), meaning.get(name, ""), name in schema["required"])
        for name, field in schema["properties"].items()
    ]


def form_of(field: Schema) -> str:
    """The form of a field in short: `date-time`, `integer | null`, `string[]`."""
    if "anyOf" in field:
        return " | ".join(map(form_of, field["anyOf"]))
    if "$ref" in field:
        model = str(field["$ref"]).rpartition("/")[2]
        return SEALED if model == Sealed.__name__ else model
    if field.get("type") == "array":
        return f"{form_of(field['items'])}[]"
    if isinstance(field.get("additionalProperties"), dict):
        return f"{{string: {form_of(field['additionalProperties'])}}}"
    return str(field.get("format") or field.get("type"))


@dataclass(frozen=True)
class Snippet:
    """A few lines to copy; `language` is one of toml, Python and JavaScript."""

    language: str
    text: str


def snippets(event: type[Event]) -> list[Snippet]:
    """How somebody outside asks for this event, and reads it from a message of the queue."""
    wanted = f"{TYPE_PREFIX}{event.kind}.v{event.version}"
    return [
        Snippet("TOML", TOML.format(kind=event.kind)),
        Snippet("Python", PYTHON.format(wanted=wanted)),
        Snippet("JavaScript", JAVASCRIPT.format(wanted=wanted)),
    ]


TOML = """\
[hospital_record]
hears = ["{kind}"]
purpose = "Why the hospital's record wants to know it."
contact = "records@hospital.example"
"""
PYTHON = """\
for event in json.loads(message.body):
    if event["type"] == "{wanted}":
        print(event["time"], event["subject"], event["data"])
"""
JAVASCRIPT = """\
for (const event of JSON.parse(message.content)) {{
  if (event.type === "{wanted}") {{
    console.log(event.time, event.subject, event.data);
  }}
}}
"""
