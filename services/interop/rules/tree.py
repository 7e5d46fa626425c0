"""A message as a tree of plain values, and careful ways to read one value out of it."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | Mapping[str, Json] | None"
Node: TypeAlias = Mapping[str, Json]

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
ELEMENT = re.compile(r"_?[A-Za-z][A-Za-z0-9]{0,49}")
BLANKS = re.compile(r"[ \t\r\f\v\u00a0]+")


def node(value: Json) -> Node:
    """The object that stands here, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def nodes(value: Json) -> list[Node]:
    """The objects of the list that stands here."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def text(value: Json) -> str:
    """The text that stands here, without spaces around it."""
    return value.strip() if isinstance(value, str) else ""


def texts(value: Json) -> list[str]:
    """The texts of the list that stands here."""
    return [text(entry) for entry in value if text(entry)] if isinstance(value, list) else []


def paragraph(value: Json) -> str:
    """Free text with real line ends: many senders write backslash-n, and pad with spaces."""
    lines = text(value).replace("\\r", "").replace("\\n", "\n").split("\n")
    return "\n".join(line for line in (BLANKS.sub(" ", line).strip() for line in lines) if line)


def calendar_date(value: Json) -> date | None:
    """A whole date; a year or a month alone is not one."""
    written = text(value)
    try:
        return date.fromisoformat(written) if DATE.fullmatch(written) else None
    except ValueError:
        return None


def instant(value: Json) -> datetime | None:
    """A date or time as an instant in UTC; a date is its first moment."""
    written = text(value)
    try:
        moment = datetime.fromisoformat(written) if DATE.match(written) else None
        return _utc(moment) if moment else None
    except (ValueError, OverflowError):
        return None


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def concept(value: Json) -> str:
    """A CodeableConcept as a person reads it: its text, and its first display if that says more."""
    coded = node(value)
    displays = [text(coding.get("display")) for coding in nodes(coded.get("coding"))]
    parts = [paragraph(coded.get("text")), *[shown for shown in displays if shown][:1]]
    return ": ".join(dict.fromkeys(part for part in parts if part))


def codes(value: Json) -> list[str]:
    """The codes of a CodeableConcept."""
    codings = nodes(node(value).get("coding"))
    return [text(coding.get("code")) for coding in codings if text(coding.get("code"))]


def place_of(tree: Json, steps: tuple[str | int, ...], is_type: Callable[[str], object]) -> str:
    """A place in FHIRPath, such as `Bundle.entry[6].resource.ofType(Patient).birthDate`.

    A type that does not exist is a value and is not repeated, nor a name no element could have.
    """
    place = "Bundle"
    for step in steps:
        tree = _below(tree, step)
        place += f"[{step}]" if isinstance(step, int) else f".{shown(step)}"
        kind = text(node(tree).get("resourceType"))
        place += f".ofType({kind})" if kind and is_type(kind) else ""
    return place


def _below(tree: Json, step: str | int) -> Json:
    if isinstance(tree, list) and isinstance(step, int) and step < len(tree):
        return tree[step]
    return tree.get(step) if isinstance(tree, Mapping) and isinstance(step, str) else None


def shown(name: str) -> str:
    """The name of an element as it may be repeated: one that FHIR could not have becomes `?`."""
    return name if ELEMENT.fullmatch(name) else "?"
