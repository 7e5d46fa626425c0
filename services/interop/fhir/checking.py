"""Whether a message is FHIR R4: what is wrong and where, and what may simply be left unread."""

import copy
from collections.abc import Iterator, Mapping
from itertools import islice

from services.interop.fhir.model import Place, errors, is_resource, shapes
from services.interop.rules.json_forms import misplaced
from services.interop.rules.refusal import (
    BAD_REQUEST,
    Fault,
    MessageRefused,
    malformed,
    not_taken,
)
from services.interop.rules.tree import Json, Node, place_of, text
from shared.i18n import N_

MAX_FAULTS = 20
UNKNOWN_ELEMENT = "extra_forbidden"

NOT_A_BUNDLE = N_("The message must be a Bundle.")
UNKNOWN_TYPE = N_("This resource does not name a type that FHIR R4 has.")
LEFT_UNREAD = N_("This is not part of FHIR R4B and was left unread.")
SENTENCES = {
    "missing": ("required", N_("A required element is missing.")),
    "model_field_validation.missing": ("required", N_("A required element is missing.")),
    "model_validation_format": ("structure", N_("An object of another type must stand here.")),
}
OTHERWISE = ("value", N_("What stands here is not what FHIR R4 allows in this place."))

# Types that R4 (4.0.1) has and R4B (4.3.0) renamed or dropped; no referral is read from them.
R4_ONLY = frozenset(
    {
        "EffectEvidenceSynthesis",
        "MedicinalProduct",
        "MedicinalProductAuthorization",
        "MedicinalProductContraindication",
        "MedicinalProductIndication",
        "MedicinalProductIngredient",
        "MedicinalProductInteraction",
        "MedicinalProductManufactured",
        "MedicinalProductPackaged",
        "MedicinalProductPharmaceutical",
        "MedicinalProductUndesirableEffect",
        "RiskEvidenceSynthesis",
        "SubstanceNucleicAcid",
        "SubstancePolymer",
        "SubstanceProtein",
        "SubstanceReferenceInformation",
        "SubstanceSourceMaterial",
        "SubstanceSpecification",
    }
)


STAND_IN: Node = {"resourceType": "Basic", "code": {"text": "left unread"}}
"""In a list, so that the places behind it keep their numbers."""


def check(tree: Node) -> tuple[Node, tuple[Fault, ...]]:
    """The tree without what R4B does not know, and a warning for each such place.

    Everything else that the R4B classes object to is a refusal, which names up to 20 places.
    """
    _require_bundle(tree)
    unread = list(_r4_only(tree))
    readable = _without(tree, unread)
    unknown = _unknown_elements(readable)
    if unknown:
        # Looked at again without them, because an unknown element can hide another fault.
        unread += unknown
        readable = _without(readable, unknown)
        _unknown_elements(readable)
    named = unread[:MAX_FAULTS]
    return readable, tuple(_fault(tree, place, "not-supported", LEFT_UNREAD) for place in named)


def _require_bundle(tree: Node) -> None:
    kind = text(tree.get("resourceType"))
    if not is_resource(kind):
        raise malformed("Bundle", UNKNOWN_TYPE)
    if kind != "Bundle":
        raise not_taken("Bundle", NOT_A_BUNDLE)
    for place, resource in resources(tree):
        if text(resource.get("resourceType")) not in R4_ONLY and not _known(resource):
            raise MessageRefused(_fault(tree, place, "structure", UNKNOWN_TYPE))


def _known(resource: Node) -> bool:
    return is_resource(text(resource.get("resourceType")))


def _r4_only(tree: Node) -> Iterator[Place]:
    for place, resource in resources(tree):
        if text(resource.get("resourceType")) in R4_ONLY:
            yield place


def resources(tree: Json, place: Place = ()) -> Iterator[tuple[Place, Node]]:
    """Every resource below this place, wherever one may stand."""
    for step, value in _children(tree):
        inside = (*place, step)
        if isinstance(value, dict) and _is_place_of_resource(value, inside):
            yield inside, value
        yield from resources(value, inside)


def _children(tree: Json) -> Iterator[tuple[str | int, Json]]:
    if isinstance(tree, Mapping):
        yield from tree.items()
    elif isinstance(tree, list):
        yield from enumerate(tree)


def _is_place_of_resource(value: Node, place: Place) -> bool:
    """By the name of the element, so that a resource without a type is found as well."""
    return "resourceType" in value or place[-1] == "resource" or place[-2:-1] == ("contained",)


def _unknown_elements(tree: Node) -> list[Place]:
    """The places of unknown elements; any other fault is a refusal."""
    wrong = islice(misplaced(tree, shapes), MAX_FAULTS)
    faults = [_fault(tree, place, "structure", sentence) for place, sentence in wrong]
    if faults:
        raise MessageRefused(*faults)
    found = errors(tree)
    faults = [
        _fault(tree, place, *SENTENCES.get(kind, OTHERWISE))
        for place, kind in found
        if kind != UNKNOWN_ELEMENT
    ]
    if faults:
        raise MessageRefused(*faults[:MAX_FAULTS])
    return [place for place, _ in found]


def _fault(tree: Node, place: Place, code: str, sentence: str) -> Fault:
    named = place[:-1] if place[-1:] == ("root",) else place
    return Fault(BAD_REQUEST, code, place_of(tree, named, is_resource), sentence)


def _without(tree: Node, places: list[Place]) -> Node:
    """A copy of the tree without these places."""
    if not places:
        return tree
    pruned = copy.deepcopy(dict(tree))
    for *above, last in places:
        holder: Json = pruned
        for step in above:
            holder = _step(holder, step)
        if isinstance(holder, dict):
            holder.pop(str(last), None)
        elif isinstance(holder, list) and isinstance(last, int):
            holder[last] = dict(STAND_IN)
    return pruned


def _step(holder: Json, step: str | int) -> Json:
    if isinstance(holder, list) and isinstance(step, int):
        return holder[step]
    return holder.get(str(step)) if isinstance(holder, dict) else None
