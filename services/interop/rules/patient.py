"""Who the patient is, as the sender wrote it."""

from collections.abc import Iterable

from services.interop.rules.bundle import Resource
from services.interop.rules.message import BusinessIdentifier, PatientIdentity
from services.interop.rules.refusal import TAKEN, Fault, malformed
from services.interop.rules.tree import (
    Json,
    Node,
    calendar_date,
    codes,
    node,
    nodes,
    paragraph,
    text,
    texts,
)
from shared.i18n import N_

SEXES = ("male", "female", "other", "unknown")
NAME_USES = ("official", "usual", "", "temp", "nickname", "anonymous", "old", "maiden")
SELF = ("ONESELF", "self", "SELF")

_WHOLE_DAY = len("2026-11-24")
PART_OF_DATE = N_("The date of birth is not whole and was not taken over.")
UNKNOWN_SEX = N_("The gender must be male, female, other or unknown.")


def identifiers(resource: Node) -> tuple[BusinessIdentifier, ...]:
    """The identifiers that have a system and a value and are not marked as old."""
    found = [
        BusinessIdentifier(text(each.get("system")), text(each.get("value")))
        for each in nodes(resource.get("identifier"))
        if text(each.get("use")) != "old"
    ]
    return tuple(dict.fromkeys(each for each in found if each.system and each.value))


def family_and_given(resource: Node) -> tuple[str, str]:
    """The name that is best to use; a name that is only text is taken whole as the family name."""
    names = sorted(nodes(resource.get("name")), key=_preference)
    name = names[0] if names else {}
    family = paragraph(name.get("family"))
    given = " ".join(texts(name.get("given")))
    if not family and not given:
        return paragraph(name.get("text")), ""
    return (family, given) if family else (given, "")


def _preference(name: Node) -> int:
    use = text(name.get("use"))
    return NAME_USES.index(use) if use in NAME_USES else len(NAME_USES)


def person_name(resource: Node) -> str:
    """The name of a professional as it is written: with title if there is one."""
    name = next(iter(nodes(resource.get("name"))), {})
    parts = [*texts(name.get("prefix")), *texts(name.get("given")), text(name.get("family"))]
    return " ".join(part for part in parts if part) or paragraph(name.get("text"))


def telecom(holders: Iterable[Node], system: str) -> str:
    """The first choice of phone numbers (or addresses) by rank, that is not old."""
    points = [
        point
        for holder in holders
        for point in nodes(holder.get("telecom"))
        if text(point.get("system")) == system and text(point.get("use")) != "old"
    ]
    ranked = sorted(points, key=_rank)
    return text(ranked[0].get("value")) if ranked else ""


def _rank(point: Node) -> int:
    rank = point.get("rank")
    return rank if isinstance(rank, int) else 99


def address(value: Json) -> str:
    """One address on one line, as the sender writes it, else put together from its parts."""
    homes = sorted(nodes(value), key=lambda each: text(each.get("use")) in ("old", "temp", "work"))
    home = homes[0] if homes else {}
    town = " ".join(filter(None, [text(home.get("postalCode")), text(home.get("city"))]))
    parts = [*texts(home.get("line")), town, text(home.get("country"))]
    whole = paragraph(home.get("text")).replace("\n", ", ")
    return whole or ", ".join(part for part in parts if part)


def referred_patient(reference: Node, expression: str) -> PatientIdentity:
    """A patient of whom the message says no more than a number, and perhaps a name beside it."""
    numbers = identifiers({"identifier": [dict(node(reference.get("identifier")))]})
    return PatientIdentity(numbers, paragraph(reference.get("display")), expression=expression)


def patient(found: Resource) -> PatientIdentity:
    """The identity and contact that a Patient resource holds."""
    family, given = family_and_given(found.node)
    own = _own_contacts(found.node)
    return PatientIdentity(
        identifiers=identifiers(found.node),
        family=family,
        given=given,
        birth_date=calendar_date(found.node.get("birthDate")),
        sex=_sex(found),
        phone=telecom(own, "phone"),
        email=telecom(own, "email"),
        address=address(found.node.get("address")),
        deceased=_is_deceased(found.node),
        deceased_on=calendar_date(text(found.node.get("deceasedDateTime"))[:_WHOLE_DAY]),
        expression=found.expression,
    )


def _is_deceased(resource: Node) -> bool:
    """`deceasedDateTime` says it as well as `deceasedBoolean`; a false takes nothing back."""
    return resource.get("deceasedBoolean") is True or bool(text(resource.get("deceasedDateTime")))


def birth_date_warnings(found: Resource) -> tuple[Fault, ...]:
    """A word to the sender when only a year or month of birth was given."""
    given = text(found.node.get("birthDate"))
    if not given or calendar_date(given):
        return ()
    return (Fault(TAKEN, "incomplete", found.at("birthDate"), PART_OF_DATE),)


def _sex(found: Resource) -> str:
    sex = text(found.node.get("gender")) or "unknown"
    if sex not in SEXES:
        raise malformed(found.at("gender"), UNKNOWN_SEX, "code-invalid")
    return sex


def _own_contacts(resource: Node) -> list[Node]:
    """The patient, and entries under `contact` that say they are the patient."""
    contacts = nodes(resource.get("contact"))
    own = [
        each for each in contacts if any(_is_self(code) for code in nodes(each.get("relationship")))
    ]
    return [resource, *own]


def _is_self(relationship: Node) -> bool:
    return any(code in SELF for code in codes(relationship))
