"""The resources of a message Bundle, and how one refers to another."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from services.interop.rules.refusal import malformed
from services.interop.rules.tree import Json, Node, node, nodes, place_of, text
from shared.i18n import N_

RELATIVE = re.compile(r"(?:^|/)(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9\-.]{1,64})$")
HISTORY = re.compile(r"/_history/[A-Za-z0-9\-.]+$")

AMBIGUOUS = N_("This reference fits more than one resource of the message.")


@dataclass(frozen=True)
class Resource:
    """A resource, where it stands, and the absolute URL under which others refer to it."""

    node: Node
    expression: str
    full_url: str = ""

    @property
    def type(self) -> str:
        return text(self.node.get("resourceType"))

    @property
    def id(self) -> str:
        return text(self.node.get("id"))

    def at(self, element: str) -> str:
        """The place of one element of this resource."""
        return f"{self.expression}.{element}"

    @cached_property
    def contained(self) -> Mapping[str, list["Resource"]]:
        """The resources inside this one, by their ids."""
        found: dict[str, list[Resource]] = {}
        for index, inner in enumerate(nodes(self.node.get("contained"))):
            kind = text(inner.get("resourceType"))
            place = f"{self.expression}.contained[{index}].ofType({kind})"
            found.setdefault(text(inner.get("id")), []).append(Resource(inner, place))
        return found


class Resources:
    """All resources of the Bundle, in their order, found by every name that others use for them."""

    def __init__(self, bundle: Node) -> None:
        self.all = [
            Resource(
                node(entry.get("resource")),
                place_of(bundle, ("entry", index, "resource"), bool),
                text(entry.get("fullUrl")),
            )
            for index, entry in enumerate(nodes(bundle.get("entry")))
        ]
        self._by_name: dict[str, list[Resource]] = {}
        for resource in self.all:
            for name in _names(resource):
                self._by_name.setdefault(name, []).append(resource)

    def of_type(self, kind: str) -> list[Resource]:
        return [resource for resource in self.all if resource.type == kind]

    def follow(self, reference: Json, holder: Resource) -> Resource | None:
        """The resource that a reference of `holder` means, if the message holds it.

        Contained (`#id`), by full URL (`urn:uuid:...`), `Type/id`, a bare id, or only by a
        business identifier; a reference that fits two resources is refused.
        """
        target = HISTORY.sub("", text(node(reference).get("reference")))
        if target.startswith("#"):
            found = holder.contained.get(target[1:], [])
        elif target:
            found = self._named(f"url {target}") or self._named(_as_id(target))
        else:
            found = self._by_identifier(node(reference))
        if len(found) > 1:
            raise malformed(holder.expression, AMBIGUOUS, "multiple-matches")
        return found[0] if found else None

    def _named(self, name: str) -> list[Resource]:
        return self._by_name.get(name.lower(), [])

    def _by_identifier(self, reference: Node) -> list[Resource]:
        name = _identifier_name(node(reference.get("identifier")))
        kind = text(reference.get("type"))
        return [each for each in self._named(name) if kind in ("", each.type)]


def _as_id(target: str) -> str:
    """`Type/id` or the id alone, from the end of a reference."""
    relative = RELATIVE.search(target)
    return f"id {relative['type']}/{relative['id']}" if relative else f"id {last_part(target)}"


def _names(resource: Resource) -> set[str]:
    """Full URL, id, `Type/id` and business identifiers, in small letters."""
    ids = {each for each in (resource.id, last_part(resource.full_url)) if each}
    numbers = map(_identifier_name, nodes(resource.node.get("identifier")))
    names = [
        *(f"url {url}" for url in [resource.full_url] if url),
        *(f"id {each}" for each in ids),
        *(f"id {resource.type}/{each}" for each in ids),
        *filter(None, numbers),
    ]
    return {name.lower() for name in names}


def _identifier_name(identifier: Node) -> str:
    value = text(identifier.get("value"))
    return f"number {text(identifier.get('system'))}|{value}" if value else ""


def last_part(url: str) -> str:
    """The id at the end of `urn:uuid:...` or `https://.../ServiceRequest/...`."""
    return re.split(r"[:/]", url)[-1].lower()
