"""From the bytes of a JSON message to a tree, refusing every trick that JSON allows."""

import json
import math
from typing import NoReturn

from services.interop.rules.refusal import MessageRefused, malformed
from services.interop.rules.shapes import Shapes
from services.interop.rules.tree import Json, Node, place_of
from shared.i18n import N_

MAX_DEPTH = 64
"""Levels of objects and lists. A real referral has about 15; a bomb has thousands."""
MAX_OBJECTS = 20_000
"""Objects in a message. A real referral has a few hundred; each costs time to check."""
MAX_DIGITS = 40

NOT_UTF8 = N_("The message is not written in UTF-8.")
NOT_JSON = N_("The text is not JSON: it breaks off or has a sign where none may stand.")
TOO_MANY = N_("The message has too many parts.")
TOO_DEEP = N_("The message is nested too deeply.")
NOT_A_NUMBER = N_("JSON has only finite numbers of a sensible length.")
GIVEN_TWICE = N_("This element is given twice.")
BAD_CHARACTER = N_("The text holds a character that FHIR does not allow.")
NOT_AN_OBJECT = N_("A FHIR message is one object, a Bundle.")


class _Twice(dict[str, Json]):
    """An object in which a name stands twice: the readers of JSON disagree on which counts."""

    name = ""


def read_json(body: bytes, shapes: Shapes) -> Node:
    """The message as a tree, or a refusal that names the place."""
    try:
        found: Json = json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_float=_decimal,
            parse_constant=_no_number,
        )
    except UnicodeDecodeError:
        raise malformed("Bundle", NOT_UTF8, "invalid") from None
    except json.JSONDecodeError as error:
        position = f"line {error.lineno}, column {error.colno}"
        raise malformed("Bundle", NOT_JSON, "invalid", position) from None
    except RecursionError:
        raise malformed("Bundle", TOO_DEEP, "too-costly") from None
    if not isinstance(found, dict):
        raise malformed("Bundle", NOT_AN_OBJECT)
    inspect(found, shapes)
    return found


def inspect(tree: Json, shapes: Shapes) -> None:
    """Walk the tree once for what no part of a message may hold."""
    waiting: list[tuple[Json, tuple[str | int, ...]]] = [(tree, ())]
    objects = 0
    while waiting:
        value, steps = waiting.pop()
        objects += isinstance(value, dict)
        if objects > MAX_OBJECTS:
            raise malformed("Bundle", TOO_MANY, "too-costly")
        sentence, name = _objection(value, len(steps))
        if sentence:
            # Of a bomb only the first levels are worth naming.
            raise malformed(place_of(tree, (*steps, *name)[:12], shapes), sentence, "invalid")
        waiting.extend((entry, (*steps, step)) for step, entry in _children(value))


def _objection(value: Json, depth: int) -> tuple[str, tuple[str, ...]]:
    """What is wrong with one value, and the name of the element below it if that is the place."""
    if depth > MAX_DEPTH:
        return TOO_DEEP, ()
    if isinstance(value, _Twice):
        return GIVEN_TWICE, (value.name,)
    texts = [value] if isinstance(value, str) else list(value) if isinstance(value, dict) else []
    return ("" if all(_allowed(text) for text in texts) else BAD_CHARACTER), ()


def _children(value: Json) -> list[tuple[str | int, Json]]:
    if isinstance(value, list):
        return list(enumerate(value))
    return list(value.items()) if isinstance(value, dict) else []


def _allowed(value: str) -> bool:
    """No control characters but tab and line ends, and no half of a surrogate pair."""
    if value.isprintable():
        return True
    return not any((c < " " and c not in "\t\n\r") or "\ud800" <= c <= "\udfff" for c in value)


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    twice, seen = _Twice(found), set[str]()
    for name, _ in pairs:
        twice.name = name if name in seen else twice.name
        seen.add(name)
    return twice


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise _bad_number()
    return int(digits)


def _decimal(digits: str) -> float:
    if len(digits) > MAX_DIGITS or not math.isfinite(float(digits)):
        raise _bad_number()
    return float(digits)


def _no_number(_: str) -> NoReturn:
    raise _bad_number()


def _bad_number() -> MessageRefused:
    return malformed("Bundle", NOT_A_NUMBER, "value")
