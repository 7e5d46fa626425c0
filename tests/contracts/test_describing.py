"""The events are described as they are: AsyncAPI 3 and JSON Schema, with examples that hold."""

import json
import subprocess
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema_rs
import pytest
import yaml
from typer.testing import CliRunner

import services
from services.cli.main import app
from services.interop import describing
from services.interop.describing import Described
from services.interop.describing.fields import ENVELOPE, MEANING
from services.interop.describing.reading import form_of
from shared.backbone.envelope import decode
from shared.backbone.subscribers import read_subscribers
from shared.events import EVENTS
from shared.settings import Settings
from tests.contracts.outsider import FILE
from tests.events.examples import golden_file

OFFICIAL = Path(__file__).parent / "vendor" / "asyncapi-3.0.0.json"
"""From the package @asyncapi/specs 6.11.1 (Apache-2.0): schemas/3.0.0-without-$id.json."""
HOUSE = services.load_all()
CATALOGUE = describing.catalogue(HOUSE)
Change = Callable[[dict[str, Any]], object]

every_event = pytest.mark.parametrize("one", CATALOGUE, ids=lambda one: one.name)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return describing.asyncapi(CATALOGUE, Settings(), "1.2.3")


@pytest.fixture(scope="module")
def official() -> Any:
    return jsonschema_rs.validator_for(json.loads(OFFICIAL.read_text()))


def test_the_document_is_what_asyncapi_asks_for(official: Any, document: dict[str, Any]) -> None:
    assert [error.message for error in official.iter_errors(document)] == []


WRONG: dict[str, Change] = {
    "no version": lambda d: d.pop("asyncapi"),
    "an operation that does something else": lambda d: d["operations"]["hearReceipts"].update(
        action="listen"
    ),
    "an operation without a channel": lambda d: d["operations"]["hearReceipts"].pop("channel"),
    "an exchange of no known type": lambda d: d["channels"]["events"]["bindings"]["amqp"][
        "exchange"
    ].update(type="round"),
    "a message that is no object": lambda d: d["components"]["messages"].update(events=[]),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_a_document_that_is_wrong_is_refused(
    official: Any, document: dict[str, Any], change: Change
) -> None:
    wrong = deepcopy(document)
    change(wrong)
    assert not official.is_valid(wrong)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    found = list(references(document))
    assert len(found) > len(EVENTS)
    for reference in found:
        at: Any = document
        for part in reference.removeprefix("#/").split("/"):
            at = at[part]


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def in_document(document: dict[str, Any], message: str) -> Any:
    """Says whether something has the form of a message of the document."""
    components = {"components": document["components"]}
    form = {"$ref": f"#/components/messages/{message}/payload"}
    return jsonschema_rs.Draft7Validator({**components, "allOf": [form]}, validate_formats=True)


def test_every_example_has_the_form_of_its_message(document: dict[str, Any]) -> None:
    for name, message in document["components"]["messages"].items():
        for example in message["examples"]:
            in_document(document, name).validate(example["payload"])


@every_event
def test_every_example_is_an_event_that_the_house_reads(
    one: Described, document: dict[str, Any]
) -> None:
    (example,) = document["components"]["messages"][one.name]["examples"]
    event = decode(json.dumps(example["payload"])).event()
    assert event.kind == one.event.kind
    batch = in_document(document, "events")
    batch.validate([example["payload"]])
    assert not batch.is_valid([{**example["payload"], "data": {}}])


@every_event
def test_the_schema_takes_what_was_released_and_nothing_spoiled(one: Described) -> None:
    schema = describing.message_schema(one.event, one.source)
    jsonschema_rs.meta.validate(schema)
    form = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    golden = json.loads(golden_file(one.event.kind, one.event.version).read_text())
    form.validate(golden)
    form.validate(schema["examples"][0])
    form.validate({**golden, "invented": 1, "data": {**golden["data"], "invented": 1}})
    for spoiled in spoilings(golden):
        assert not form.is_valid(spoiled), spoiled


def spoilings(golden: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same message with one thing that is not right."""
    yield {**golden, "type": "relais.other.v1"}
    yield {**golden, "time": "noon"}
    yield {**golden, "deliveryseq": 0}
    yield {**golden, "subject": "Lefèvre"}
    for name in ("id", "source", "data", "deliveryseq"):
        yield {key: value for key, value in golden.items() if key != name}
    stream = next(name for name in golden["data"] if name.endswith("_id"))
    yield {**golden, "data": {**golden["data"], stream: 7}}


def test_who_says_and_who_hears_it(document: dict[str, Any]) -> None:
    message = document["components"]["messages"]["referral.updated.v1"]
    assert message["x-announced-by"] == ["interop"]
    assert message["x-heard-by"] == ["coordinator", "performer"]


def test_nobody_hears_what_he_says_himself(document: dict[str, Any]) -> None:
    inside = document["components"]["messages"]["member.changed.v1"]
    assert "accounts" not in inside["x-heard-by"]
    assert "reminders" in inside["x-heard-by"]
    assert inside["examples"][0]["payload"]["audience"] == "coordinator"


def test_the_document_holds_no_secret_and_no_subscriber(tmp_path: Path) -> None:
    file = tmp_path / "subscribers.toml"
    file.write_text(FILE)
    servers = "amqps://relais:topsecret@queue.clinic.example/;amqps://relais:topsecret@other/"
    settings = Settings(queue_url=servers, queue_prefix="north")
    outside = read_subscribers(file, [])
    text = json.dumps(describing.asyncapi(describing.catalogue(HOUSE, outside), settings, "1"))
    assert "topsecret" not in text
    assert "records@hospital.example" not in text
    assert '"host": "queue.clinic.example:5671", "protocol": "amqps"' in text
    assert '"north.{subscriber}.v1"' in text
    assert '"name": "north.v1"' in text


def test_yaml_says_the_same(document: dict[str, Any]) -> None:
    text = describing.as_yaml(document)
    assert yaml.safe_load(text) == json.loads(describing.as_json(document))
    assert "&id" not in text


def test_every_field_has_a_meaning() -> None:
    fields = {name for event in EVENTS.values() for name in event.model_fields}
    assert fields - MEANING.keys() == set(), "Say it in services/interop/describing/fields.py."
    around = {field.name for field in describing.fields_of_envelope()}
    assert around == ENVELOPE.keys()


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ({"type": "string", "format": "uuid"}, "uuid"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer | null"),
        ({"type": "array", "items": {"type": "string"}}, "string[]"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "{string: integer}"),
        ({"anyOf": [{"$ref": "#/$defs/Sealed"}, {"type": "null"}]}, "sealed | null"),
    ],
)
def test_a_form_is_told_in_short(field: dict[str, Any], shown: str) -> None:
    assert form_of(field) == shown


@every_event
def test_the_lines_to_copy_do_what_they_say(
    one: Described, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toml, python, _ = describing.snippets(one.event)
    if not one.event.house_only:
        file = tmp_path / "subscribers.toml"
        file.write_text(toml.text)
        (asked,) = read_subscribers(file, [])
        assert asked.hears == {one.event.kind}
    other = {"type": "relais.other.v1"}
    body = json.dumps([other, describing.shown(one.event, one.source)])
    exec(python.text, {"json": json, "message": SimpleNamespace(body=body)})  # noqa: S102 - ours
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("2026-11-24T12:00:00Z ")


@pytest.mark.node
def test_the_lines_for_node_do_what_they_say_too(tmp_path: Path) -> None:
    script = "".join(in_node(one) for one in CATALOGUE)
    file = tmp_path / "lines.js"
    file.write_text(script, encoding="utf-8")
    order = ["node", str(file)]
    said = subprocess.run(order, capture_output=True, text=True, check=True).stdout
    assert said.count("2026-11-24T12:00:00Z ") == len(CATALOGUE)
    assert "other" not in said


def in_node(one: Described) -> str:
    """The lines to copy, with a message to read that holds another event, too."""
    *_, lines = describing.snippets(one.event)
    other = {"type": "relais.other.v1", "time": "other"}
    content = json.dumps(json.dumps([other, describing.shown(one.event, one.source)]))
    return f"{{ const message = {{ content: {content} }};\n{lines.text}}}\n"


def test_the_command_writes_everything_down(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["describe", "--out", str(tmp_path / "new" / "events")])
    assert result.exit_code == 0, result.output
    out = tmp_path / "new" / "events"
    assert len(list((out / "schemas").iterdir())) == len(EVENTS)
    written = json.loads((out / "asyncapi.json").read_text())
    assert written == yaml.safe_load((out / "asyncapi.yaml").read_text())
    schema = json.loads((out / "schemas" / "referral.accepted.v1.json").read_text())
    assert schema["properties"]["type"]["const"] == "relais.referral.accepted.v1"


def test_the_command_says_where_it_cannot_write() -> None:
    result = CliRunner().invoke(app, ["describe", "--out", "/dev/null/events"])
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr
