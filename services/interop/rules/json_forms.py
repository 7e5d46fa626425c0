"""Whether every value has the form that the standard gives its element: text, number, object.

The classes of the standard are more patient: they read text that stands for an object as JSON
once more, take a number for a date, and fall over a list where an address should stand.
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from services.interop.rules.shapes import (
    BOOLEAN,
    DECIMAL,
    ELEMENT,
    PRIMITIVES,
    RESOURCE,
    WHOLE,
    Shape,
    Shapes,
)
from services.interop.rules.tree import Json, Node, text
from shared.i18n import N_

Place: TypeAlias = tuple[str | int, ...]

NOT_A_LIST = N_("This element must be a list.")
NOT_AN_OBJECT = N_("An object must stand here.")
NOT_TEXT = N_("Text must stand here.")
NOT_BOOLEAN = N_("True or false must stand here.")
NOT_A_NUMBER = N_("A number must stand here.")


def misplaced(bundle: Node, shapes: Shapes) -> Iterator[tuple[Place, str]]:
    """The places of values in the wrong form, each with a sentence."""
    yield from _in_object(bundle, RESOURCE, (), shapes)


def _in_object(
    value: Node, type_name: str, place: Place, shapes: Shapes
) -> Iterator[tuple[Place, str]]:
    kind = text(value.get("resourceType")) if type_name == RESOURCE else type_name
    for name, shape in _with_companions(shapes(kind)):
        if value.get(name) is not None:
            yield from _in_element(value[name], shape, (*place, name), shapes)


def _with_companions(elements: Mapping[str, Shape]) -> Iterator[tuple[str, Shape]]:
    """The elements, and for every value the companion (`_birthDate`) that carries extensions."""
    for name, shape in elements.items():
        yield name, shape
        if shape.type in PRIMITIVES:
            yield f"_{name}", Shape(ELEMENT, shape.many)


def _in_element(
    value: Json, shape: Shape, place: Place, shapes: Shapes
) -> Iterator[tuple[Place, str]]:
    if not shape.many:
        yield from _in_value(value, shape.type, place, shapes)
    elif not isinstance(value, list):
        yield place, NOT_A_LIST
    else:
        for index, entry in enumerate(value):
            # A gap is allowed among values: there only the companion says something.
            if entry is not None or shape.type not in (*PRIMITIVES, ELEMENT):
                yield from _in_value(entry, shape.type, (*place, index), shapes)


def _in_value(
    value: Json, type_name: str, place: Place, shapes: Shapes
) -> Iterator[tuple[Place, str]]:
    if type_name in PRIMITIVES:
        sentence = _wrong_primitive(value, type_name)
        if sentence:
            yield place, sentence
    elif isinstance(value, Mapping):
        yield from _in_object(value, type_name, place, shapes)
    else:
        yield place, NOT_AN_OBJECT


def _wrong_primitive(value: Json, type_name: str) -> str:
    if type_name == BOOLEAN:
        return "" if isinstance(value, bool) else NOT_BOOLEAN
    if type_name in (WHOLE, DECIMAL):
        number = int if type_name == WHOLE else int | float
        return "" if isinstance(value, number) and not isinstance(value, bool) else NOT_A_NUMBER
    return "" if isinstance(value, str) else NOT_TEXT
