"""What was released is understood for ever: no form of an event may change but by growing."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from shared.events import EVENTS, Event
from tests.events.compatibility import breaks, form
from tests.events.examples import GOLDEN, SCHEMAS, forms, golden_schema

Change = Callable[[dict[str, Any]], object]
FORMS = forms()


@pytest.mark.parametrize("file", FORMS, ids=lambda file: file.stem)
def test_nothing_that_was_released_has_changed(file: Path) -> None:
    released = json.loads(file.read_text())
    assert breaks(released, FORMS[file]) == [], "Make it version 2 beside this one."
    assert released == FORMS[file], "Run `python -m tests.events.examples`."


def test_no_kind_and_no_version_is_dropped() -> None:
    """Queues, inboxes and old copies of databases may still hold it."""
    known = {f"{kind}.v{version}" for kind, version in EVENTS}
    assert {file.stem for file in GOLDEN.glob("*.json")} - known == set()
    assert {file.stem for file in SCHEMAS.glob("*.json")} - known == {"envelope", "receipt"}


RELEASED = {
    "$defs": {"Sealed": {"type": "object", "required": ["sealed"]}},
    "type": "object",
    "required": ["patient_id", "number"],
    "properties": {
        "patient_id": {"type": "string", "format": "uuid"},
        "number": {"type": "integer", "minimum": 1, "maximum": 10},
        "side": {"enum": ["left", "right"], "default": "left"},
        "place": {"type": "string", "pattern": "^[a-z]+$"},
        "properties": {"type": "array", "items": {"type": "string"}},
        "note": {"$ref": "#/$defs/Sealed"},
    },
}
BREAKING: dict[str, Change] = {
    "a field is gone": lambda s: s["properties"].pop("side"),
    "a field is called otherwise": lambda s: s["properties"].update(
        sides=s["properties"].pop("side")
    ),
    "a new field is required": lambda s: (
        s["properties"].update(hand={"type": "string"}),
        s["required"].append("hand"),
    ),
    "a field is required now": lambda s: s["required"].append("side"),
    "a field may be missing now": lambda s: s["required"].remove("number"),
    "a type is another": lambda s: s["properties"]["number"].update(type="string"),
    "a type is wider": lambda s: s["properties"]["number"].update(type=["integer", "null"]),
    "a choice is gone": lambda s: s["properties"]["side"]["enum"].pop(),
    "a choice is new": lambda s: s["properties"]["side"]["enum"].append("both"),
    "a range is narrower": lambda s: s["properties"]["number"].update(maximum=5),
    "a range is new": lambda s: s["properties"]["place"].update(maxLength=5),
    "a range is gone": lambda s: s["properties"]["number"].pop("minimum"),
    "a pattern is another": lambda s: s["properties"]["place"].update(pattern="^[a-y]+$"),
    "a format is gone": lambda s: s["properties"]["patient_id"].pop("format"),
    "a default is another": lambda s: s["properties"]["side"].update(default="right"),
    "items are others": lambda s: s["properties"]["properties"].update(items={"type": "integer"}),
    "a field with a tricky name is narrower": lambda s: s["properties"]["properties"].update(
        maxItems=1
    ),
    "a sealed field is plain": lambda s: s["properties"].update(note={"type": "string"}),
    "a form below is another": lambda s: s["$defs"]["Sealed"].update(required=[]),
    "no other field is allowed": lambda s: s.update(additionalProperties=False),
}
HARMLESS: dict[str, Change] = {
    "nothing": lambda _: None,
    "a new field that may be missing": lambda s: s["properties"].update(hand={"type": "string"}),
    "a new form for it": lambda s: s["$defs"].update(Hand={"type": "string"}),
    "other words": lambda s: s["properties"]["side"].update(title="Side", description="Which."),
    "another order": lambda s: s["required"].reverse(),
}


def after(change: Change) -> dict[str, Any]:
    changed = deepcopy(RELEASED)
    change(changed)
    return changed


@pytest.mark.parametrize("change", BREAKING.values(), ids=BREAKING)
def test_a_change_that_breaks_somebody_is_found(change: Change) -> None:
    assert len(breaks(form(RELEASED), form(after(change)))) >= 1


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_a_change_that_breaks_nobody_is_let_through(change: Change) -> None:
    assert breaks(form(RELEASED), form(after(change))) == []


@pytest.fixture
def planted() -> Iterator[dict[tuple[str, int], type[Event]]]:
    """The registry, to change as a careless release would."""
    before = dict(EVENTS)
    yield EVENTS
    EVENTS.clear()
    EVENTS.update(before)


def test_a_kind_that_is_called_otherwise_is_found(
    planted: dict[tuple[str, int], type[Event]],
) -> None:
    planted["session.done", 1] = planted.pop(("session.completed", 1))
    with pytest.raises(AssertionError, match=r"session\.completed\.v1"):
        test_no_kind_and_no_version_is_dropped()
    assert not golden_schema("session.done", 1).exists()


def test_a_class_that_changes_is_found(planted: dict[tuple[str, int], type[Event]]) -> None:
    """The whole way: a class of today with one field less, against the file of its release."""
    event = planted.pop(("referral.rejected", 1))

    class Careless(event, kind="referral.rejected"):  # type: ignore[misc,valid-type,call-arg]
        next_step: int

    released = json.loads(golden_schema("referral.rejected", 1).read_text())
    today = forms()[golden_schema("referral.rejected", 1)]
    assert breaks(released, today) == ["properties.next_step.type has changed"]
