"""The words of a referral, from all the places where senders write them."""

from collections.abc import Iterable, Iterator

from services.interop.rules.bundle import Resource, Resources
from services.interop.rules.message import Wording
from services.interop.rules.tree import (
    Json,
    Node,
    concept,
    instant,
    node,
    nodes,
    paragraph,
    text,
)

MAX_QUESTION = 500
MAX_REASON = 20_000
MAX_PLANS = 20
MAX_LINKS = 200
"""References that are followed; real messages have a handful, and each can cost time."""
SHORTENED = " […]"

# Elements that say in words what a resource is about, by what they hold.
CONCEPTS = ("code", "valueCodeableConcept", "medicationCodeableConcept")
WORDS = ("title", "description", "conclusion", "summary", "valueString", "patientInstruction")


def wording(resources: Resources, request: Resource) -> Wording:
    """What is asked (one line), and everything that was written with it (paragraphs)."""
    words = _Words(resources)
    plans = words.followed(request, "basedOn")
    tasks = _tasks(resources, plans)
    reasons = [*_concepts(request, "reasonCode"), *words.linked(request, "reasonReference")]
    reasons += [line for plan in plans for line in words.linked(plan, "addresses")]
    asked = [*_asked(request), *_codes(tasks), *reasons, *_concepts(request, "category")]
    written = [
        *reasons,
        *(line for plan in plans for line in _planned(plan)),
        *(paragraph(task.node.get("description")) for task in tasks),
        *_notes(request),
        paragraph(request.node.get("patientInstruction")),
        *words.linked(request, "supportingInfo"),
        _wanted(request),
    ]
    question = next(filter(None, asked), "").replace("\n", " ")
    reason = "\n\n".join(dict.fromkeys(line for line in written if line and line != question))
    return Wording(
        _short(question, MAX_QUESTION),
        _short(reason, MAX_REASON),
        was_shortened=len(question) > MAX_QUESTION or len(reason) > MAX_REASON,
    )


class _Words:
    """What the resources of one message say; each is read once, however often it is referred to."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._said: dict[str, str] = {}

    def followed(self, holder: Resource, element: str) -> list[Resource]:
        """The resources that a list of references means, each once."""
        listed = nodes(holder.node.get(element))[:MAX_PLANS]
        return _once(self._resources.follow(each, holder) for each in listed)

    def linked(self, holder: Resource, element: str) -> list[str]:
        """What the referred resources say, each after the words beside its reference."""
        return [
            _joined(paragraph(each.get("display")), self._saying(each, holder))
            for each in nodes(holder.node.get(element))[:MAX_LINKS]
        ]

    def _saying(self, reference: Node, holder: Resource) -> str:
        found = self._resources.follow(reference, holder)
        if found is None:
            return ""
        if found.expression not in self._said:
            self._said[found.expression] = said(found)[:MAX_REASON]
        return self._said[found.expression]


def _once(found: Iterable[Resource | None]) -> list[Resource]:
    return list({each.expression: each for each in found if each}.values())


def _asked(request: Resource) -> list[str]:
    asked = [concept(request.node.get("code")), *_concepts(request, "orderDetail")]
    return [", ".join(filter(None, asked))]


def _codes(resources: list[Resource]) -> list[str]:
    return [concept(each.node.get("code")) for each in resources]


def _concepts(resource: Resource, element: str) -> list[str]:
    listed = resource.node.get(element)
    return [concept(each) for each in nodes(listed)]


def said(resource: Resource) -> str:
    """A resource in words: a condition, an observation, a note, a document, a medicine."""
    return "\n".join(dict.fromkeys(filter(None, _sayings(resource.node))))


def _sayings(resource: Node) -> Iterator[str]:
    yield ": ".join(
        filter(None, [*(concept(resource.get(name)) for name in CONCEPTS), _quantity(resource)])
    )
    yield from (paragraph(resource.get(name)) for name in WORDS)
    yield from (paragraph(each.get("text")) for each in nodes(resource.get("note")))
    yield from (paragraph(each.get("contentString")) for each in nodes(resource.get("payload")))
    yield from (paragraph(each.get("text")) for each in nodes(resource.get("dosage")))


def _quantity(resource: Node) -> str:
    quantity = node(resource.get("valueQuantity"))
    value = quantity.get("value")
    unit = text(quantity.get("unit")) or text(quantity.get("code"))
    return f"{value:g} {unit}".strip() if isinstance(value, int | float) else ""


def _planned(plan: Resource) -> Iterator[str]:
    """A care plan: its words, and for each activity what came of it and what is wanted."""
    yield from (paragraph(plan.node.get(name)) for name in ("title", "description"))
    yield from _notes(plan)
    for activity in nodes(plan.node.get("activity")):
        yield from (concept(each) for each in nodes(activity.get("outcomeCodeableConcept")))
        detail = node(activity.get("detail"))
        yield from (concept(detail.get("code")), paragraph(detail.get("description")))
        yield from (paragraph(each.get("text")) for each in nodes(activity.get("progress")))


def _tasks(resources: Resources, plans: list[Resource]) -> list[Resource]:
    """The tasks that the activities of the plans refer to."""
    found = _once(
        resources.follow(activity.get("reference"), plan)
        for plan in plans
        for activity in nodes(plan.node.get("activity"))
    )
    return [each for each in found if each.type in ("Task", "ServiceRequest")]


def _notes(resource: Resource) -> list[str]:
    return [paragraph(note.get("text")) for note in nodes(resource.node.get("note"))]


def _wanted(request: Resource) -> str:
    """When the referrer wants it, in UTC as it travels: `2026-11-23 08:00 – 2026-11-30 08:00`."""
    period = node(request.node.get("occurrencePeriod"))
    moments: list[Json] = [
        request.node.get("occurrenceDateTime"),
        period.get("start"),
        period.get("end"),
    ]
    shown = [f"{moment:%Y-%m-%d %H:%M}" for moment in map(instant, moments) if moment]
    return f"⏱ {' – '.join(shown)} UTC" if shown else ""


def _joined(label: str, content: str) -> str:
    return content if label in content else ": ".join(filter(None, [label, content]))


def _short(words: str, limit: int) -> str:
    return words if len(words) <= limit else words[: limit - len(SHORTENED)].rstrip() + SHORTENED
