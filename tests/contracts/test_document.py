"""What docs/events.md tells integrators is what the code does."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from services.interop import describing
from services.interop.describing.asyncapi import queue_arguments
from shared.backbone.bus import EVENTS, RECEIPTS, topology
from shared.backbone.permissions import subscriber_permissions
from shared.backbone.receipts import Receipt, Said, pack_receipts, unpack_receipts
from shared.backbone.subscribers import read_subscribers
from tests.contracts.outsider import NAME
from tests.test_documents import CODE, ROOT, rows, section

FILE = "docs/events.md"
TEXT = (ROOT / FILE).read_text(encoding="utf-8")


def block(language: str) -> str:
    """The one example in this language."""
    (text,) = re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.M | re.S)
    return str(text)


def named_in_rows(title: str) -> set[str]:
    """What stands in code in the first column under a heading."""
    lines = re.findall(r"^\|(.*?)\|", section(FILE, title), re.M)
    return {name for line in lines for name in CODE.findall(line)}


def test_the_file_of_subscribers_is_one(tmp_path: Path) -> None:
    file = tmp_path / "subscribers.toml"
    file.write_text(block("toml"), encoding="utf-8")
    (one,) = read_subscribers(file, [])
    assert one.name == NAME
    assert len(one.hears) > 5
    lines = named_in_rows("Become a subscriber") - {f"[{NAME}]"}
    assert lines == {"hears", "purpose", "contact", "title"}


def test_the_envelope_is_told_whole() -> None:
    fields = {field.name for field in describing.fields_of_envelope()}
    assert named_in_rows("What arrives") == fields
    assert EVENTS in TEXT


def test_the_receipt_is_one() -> None:
    told: dict[str, Any] = json.loads(block("json"))
    (receipt,) = unpack_receipts(json.dumps([told]).encode())
    assert receipt == Receipt.model_validate(told)
    assert json.loads(pack_receipts([receipt]))[0].items() >= told.items()
    assert set(rows(FILE, "What you answer")) - {"state"} == set(get_args(Said))
    assert RECEIPTS in TEXT


def test_the_names_at_the_queue_are_these() -> None:
    assert topology.exchange("relais") in named_code()
    assert topology.queue("relais", NAME) in named_code()
    assert f"{topology.EVENT}.{NAME}" in named_code()


def named_code() -> set[str]:
    return set(CODE.findall(section(FILE, "Your queue")))


@pytest.mark.parametrize("name", ["python/consumer.py", "node/consumer.js"])
def test_the_queue_is_made_as_it_is_told(name: str) -> None:
    program = (ROOT / "docs" / "examples" / name).read_text(encoding="utf-8")
    for argument, value in queue_arguments().items():
        assert f"{argument}: {value}" in named_code()
        assert f'"{argument}": {json.dumps(value)}' in program


@pytest.mark.parametrize("right", ["configure", "write", "read", "speaks", "hears"])
def test_the_rights_are_those_that_are_given(right: str) -> None:
    told = {text.replace("\\|", "|") for text in named_code()}
    assert getattr(subscriber_permissions("relais", NAME), right) in told
