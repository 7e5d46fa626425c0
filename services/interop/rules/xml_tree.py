"""From the elements of an XML message to the same tree that its JSON would give."""

import re

from services.interop.rules.json_tree import GIVEN_TWICE
from services.interop.rules.refusal import malformed
from services.interop.rules.shapes import (
    BOOLEAN,
    DECIMAL,
    ELEMENT,
    NARRATIVE,
    PRIMITIVES,
    RESOURCE,
    WHOLE,
    Shape,
    Shapes,
)
from services.interop.rules.tree import Json, Node, shown
from services.interop.rules.xml_elements import Element, read_elements
from shared.i18n import N_

NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,18})?([eE][+-]?\d{1,2})?")
ONE_RESOURCE = N_("Exactly one resource must stand here.")
EMPTY_NARRATIVE = '<div xmlns="http://www.w3.org/1999/xhtml"></div>'


def read_xml(body: bytes, shapes: Shapes) -> Node:
    """The message as a tree, or a refusal that names the place."""
    root = read_elements(body)
    return _Converter(shapes).resource(root, shown(root.name))


class _Converter:
    """Knows from the standard which elements repeat and which are numbers; XML does not say."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes

    def resource(self, element: Element, place: str) -> dict[str, Json]:
        """A resource with its type, as JSON writes it."""
        return {"resourceType": element.name, **self._fields(element, element.name, place)}

    def _fields(self, element: Element, type_name: str, place: str) -> dict[str, Json]:
        shapes = self.shapes(type_name)
        fields: dict[str, Json] = {
            name: element.attributes[name] for name in ("id", "url") if name in element.attributes
        }
        for name, children in _by_name(element).items():
            self._put(fields, children, shapes.get(name), _below(place, name))
        return fields

    def _put(
        self, fields: dict[str, Json], children: list[Element], shape: Shape | None, place: str
    ) -> None:
        first = children[0]
        if shape is None:
            # Kept as a bare name, so that an unknown element is judged as in JSON.
            fields[first.name] = None
        elif shape.many:
            fields[first.name] = [
                self._value(child, shape, f"{place}[{index}]")
                for index, child in enumerate(children)
            ]
        elif len(children) > 1 or first.name in fields:
            raise malformed(place, GIVEN_TWICE, "invalid")
        elif _has_only_a_reason(first, shape):
            fields["_" + first.name] = self._fields(first, ELEMENT, place)
        else:
            fields[first.name] = self._value(first, shape, place)

    def _value(self, child: Element, shape: Shape, place: str) -> Json:
        if shape.type == RESOURCE:
            return self._inner(child, place)
        if shape.type == NARRATIVE:
            return EMPTY_NARRATIVE
        if _has_only_a_reason(child, shape):
            return None
        if shape.type in PRIMITIVES:
            return _primitive(child.attributes.get("value", ""), shape.type)
        return self._fields(child, shape.type, place)

    def _inner(self, child: Element, place: str) -> Json:
        if len(child.children) != 1:
            raise malformed(place, ONE_RESOURCE)
        inner = child.children[0]
        of_type = f".ofType({inner.name})" if self.shapes(inner.name) else ""
        return self.resource(inner, place + of_type)


def _by_name(element: Element) -> dict[str, list[Element]]:
    grouped: dict[str, list[Element]] = {}
    for child in element.children:
        grouped.setdefault(child.name, []).append(child)
    return grouped


def _has_only_a_reason(element: Element, shape: Shape) -> bool:
    """No value, but an extension that says why; JSON writes `_birthDate` for it."""
    bare = bool(element.children) and "value" not in element.attributes
    return bare and shape.type in PRIMITIVES and shape.type != NARRATIVE


def _primitive(value: str, type_name: str) -> Json:
    """The value in JSON's type; what cannot be one stays text, and is judged like any fault."""
    if type_name == BOOLEAN:
        return {"true": True, "false": False}.get(value, value)
    if type_name in (WHOLE, DECIMAL) and NUMBER.fullmatch(value):
        return _number(value, type_name)
    return value


def _number(value: str, type_name: str) -> Json:
    try:
        return int(value) if type_name == WHOLE else float(value)
    except ValueError:
        return value


def _below(place: str, name: str) -> str:
    return f"{place}.{shown(name)}"
