"""Who sent the patient and waits for a report: the requester and the organisations behind it."""

from services.interop.rules.bundle import Resource, Resources
from services.interop.rules.message import Referrer
from services.interop.rules.patient import identifiers, person_name, telecom
from services.interop.rules.tree import Json, Node, node, paragraph, text

PEOPLE = ("Practitioner", "RelatedPerson")


def referrer(resources: Resources, header: Resource, request: Resource) -> Referrer:
    """Who asks: the requester with its organisation, and the organisation that sent the message."""
    asker = party(resources, request.node.get("requester"), request)
    sender = party(resources, header.node.get("sender"), header)
    source = node(header.node.get("source"))
    names = _names(*asker.organisations, *sender.organisations)
    return Referrer(
        organisations=names or _names(text(source.get("name"))),
        practitioner=asker.practitioner or sender.practitioner,
        contact=asker.contact or sender.contact or text(node(source.get("contact")).get("value")),
        identifiers=tuple(dict.fromkeys([*asker.identifiers, *sender.identifiers])),
    )


def party(resources: Resources, reference: Json, holder: Resource) -> Referrer:
    """A person or organisation that is referred to, by resource or only by display."""
    found = resources.follow(reference, holder)
    if found is None:
        return _by_display(node(reference))
    if found.type == "PractitionerRole":
        return _role(resources, found)
    if found.type == "Practitioner":
        return _with_role(resources, found)
    return _person(found) if found.type in PEOPLE else _organisation(found)


def _by_display(reference: Node) -> Referrer:
    """A reference that leads nowhere in the message, but says a name or a number."""
    number = identifiers({"identifier": [dict(node(reference.get("identifier")))]})
    name = paragraph(reference.get("display"))
    if "Practitioner" in text(reference.get("type")) + text(reference.get("reference")):
        return Referrer(practitioner=name, identifiers=number)
    return Referrer(_names(name), identifiers=number)


def _with_role(resources: Resources, practitioner: Resource) -> Referrer:
    """A practitioner, with the organisation of the role that names him or her."""
    for role in resources.of_type("PractitionerRole"):
        if resources.follow(role.node.get("practitioner"), role) == practitioner:
            return _role(resources, role)
    return _person(practitioner)


def _role(resources: Resources, role: Resource) -> Referrer:
    behind = _behind(resources, role)
    practitioner = resources.follow(role.node.get("practitioner"), role)
    if practitioner is None:
        person = _by_display({"type": "Practitioner", **node(role.node.get("practitioner"))})
    else:
        person = _person(practitioner)
    return Referrer(
        behind.organisations,
        person.practitioner,
        person.contact or _contact(role) or behind.contact,
        (*behind.identifiers, *person.identifiers),
    )


def _behind(resources: Resources, role: Resource) -> Referrer:
    """The organisation of a role. Never another role: those could go round in a circle."""
    reference = role.node.get("organization")
    found = resources.follow(reference, role)
    return _organisation(found) if found else _by_display(node(reference))


def _organisation(found: Resource) -> Referrer:
    name = _names(paragraph(found.node.get("name")))
    return Referrer(name, "", _contact(found), identifiers(found.node))


def _person(found: Resource) -> Referrer:
    return Referrer((), person_name(found.node), _contact(found), identifiers(found.node))


def _contact(found: Resource) -> str:
    points = [telecom([found.node], system) for system in ("phone", "email")]
    return " · ".join(point for point in points if point)


def _names(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
