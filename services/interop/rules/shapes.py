"""What the standard says about an element, as far as reading XML needs it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

TEXT = "text"
BOOLEAN = "boolean"
WHOLE = "integer"
DECIMAL = "decimal"
NARRATIVE = "xhtml"
RESOURCE = "Resource"
ELEMENT = "Element"

PRIMITIVES = frozenset({TEXT, BOOLEAN, WHOLE, DECIMAL, NARRATIVE})


@dataclass(frozen=True)
class Shape:
    """An element: its type (a primitive of the above or the name of a FHIR type), once or many."""

    type: str
    many: bool


Shapes = Callable[[str], Mapping[str, Shape]]
"""The elements of a FHIR type by its name; empty for a type that the standard does not know."""
