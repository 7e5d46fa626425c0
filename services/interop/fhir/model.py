"""FHIR R4 by the R4B classes of `fhir.resources`. The one file that imports them."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.operationoutcome import OperationOutcome
from fhir_core.fhirabstractmodel import FHIRAbstractModel
from fhir_core.utils import get_fhir_type_name, is_list_type, is_primitive_type
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from services.interop.rules.shapes import BOOLEAN, DECIMAL, NARRATIVE, TEXT, WHOLE, Shape
from services.interop.rules.tree import Node

Place: TypeAlias = tuple[str | int, ...]

TYPE_NAME = re.compile(r"[A-Z][A-Za-z]{1,60}")
KINDS = {
    "boolean": BOOLEAN,
    "integer": WHOLE,
    "unsignedInt": WHOLE,
    "positiveInt": WHOLE,
    "decimal": DECIMAL,
    "xhtml": NARRATIVE,
}
RELEASE = "R4."
"""How fhir_core marks the types of its R4B package."""


def is_resource(name: str) -> bool:
    """Whether R4B has a resource of this name."""
    found = _class(name)
    return found is not None and found.has_resource_base()


@cache
def _elements(name: str) -> Mapping[str, Shape]:
    found = _class(name)
    if found is None:
        return {}
    return {
        element: _shape(found.model_fields[field])
        for element, field in found.get_alias_mapping().items()
    }


def shapes(name: str) -> Mapping[str, Shape]:
    """The elements of a FHIR type by their names; empty for a type that does not exist."""
    # Not cached by a name that the sender chose: the cache would grow without end.
    return _elements(name) if _class(name) else {}


def _class(name: str) -> type[FHIRAbstractModel] | None:
    try:
        return get_fhir_model_class(name) if TYPE_NAME.fullmatch(name) else None
    except (ValueError, TypeError):
        return None


def _shape(field: FieldInfo) -> Shape:
    type_name = get_fhir_type_name(field, prefix=RELEASE)
    if is_primitive_type(field):
        type_name = KINDS.get(type_name, TEXT)
    return Shape(type_name, many=is_list_type(field))


def errors(tree: Node) -> list[tuple[Place, str]]:
    """Every place that breaks R4B, with pydantic's name of the error; never with the value."""
    try:
        Bundle.model_validate(tree)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        return [(each["loc"], each["type"]) for each in found]
    return []


def outcome_text(outcome: dict[str, Any], as_xml: bool) -> str:
    """An OperationOutcome as JSON or XML; building it by the class proves that it is one."""
    built = OperationOutcome.model_validate(outcome)
    if not as_xml:
        return built.model_dump_json()
    written: str | bytes = built.model_dump_xml()  # declared as text, and really bytes
    return written.decode() if isinstance(written, bytes) else written
