"""Events that a service could not apply: which there are, and what a coordinator decides."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, select
from sqlmodel import col

from services.coordinator.actions.reading import member_in, names_of
from services.coordinator.tables import DeliveryDecision, EventDelivery, Happening
from shared.access.viewer import COORDINATOR
from shared.database import table_of
from shared.errors import Invalid, NotAllowed, RuleBroken
from shared.events import DeliveryRetried, DeliverySkipped, Note
from shared.i18n import N_
from shared.identifiers import new_id
from shared.operations import handlers as operations
from shared.work import Work

MOST = 200
SHORTEST_REASON = 3
_delivery, _happening = table_of(EventDelivery), table_of(Happening)
_decision = table_of(DeliveryDecision)


@dataclass(frozen=True)
class Parked:
    """An event that a service could not apply, and what was decided about it so far."""

    event_id: UUID
    subscriber: str
    source: str
    kind: str
    stream: UUID | None
    at: Any
    since: Any
    attempts: int
    error: str
    decided: str
    """`retry` or `skip`, as the last decision that has shown no effect yet; or empty."""
    decided_at: Any
    decided_by: str


def read_parked(work: Work) -> list[Parked]:
    """What is parked anywhere in the house, the oldest first, with the last decision about it."""
    work.require(COORDINATOR)
    found = _delivery.outerjoin(_happening, _happening.c.id == _delivery.c.event_id)
    chosen = (
        select(
            _delivery,
            *(_happening.c.kind, _happening.c.stream, _happening.c.at),
            *(_decision.c.verb, _decision.c.at.label("decided_at"), _decision.c.by),
        )
        .select_from(found.outerjoin(_decision, _is_last_about(_delivery)))
        .where(_delivery.c.state == "parked")
        .order_by(_delivery.c.recorded_at, _delivery.c.event_id, _delivery.c.subscriber)
        .limit(MOST)
    )
    rows = work.session.execute(chosen).all()
    names = names_of(work, {m for row in rows if row.by and (m := member_in(row.by))})
    return [_parked(row, names) for row in rows]


def _is_last_about(delivery: Any) -> ColumnElement[bool]:
    """Whether a decision is about this delivery, and none came after it."""
    later = _decision.alias()
    overtaken = select(later.c.id).where(
        later.c.event_id == _decision.c.event_id,
        later.c.subscriber == _decision.c.subscriber,
        later.c.id > _decision.c.id,
    )
    return and_(
        _decision.c.event_id == delivery.c.event_id,
        _decision.c.subscriber == delivery.c.subscriber,
        ~overtaken.correlate(_decision).exists(),
    )


def _parked(row: Row[Any], names: dict[UUID, str]) -> Parked:
    by = member_in(row.by) if row.by else None
    return Parked(
        event_id=row.event_id,
        subscriber=row.subscriber,
        source=row.source,
        kind=row.kind or "",
        stream=row.stream,
        at=row.at or row.recorded_at,
        since=row.stored_at or row.recorded_at,
        attempts=row.attempts,
        error=row.error,
        decided=row.verb or "",
        decided_at=row.decided_at,
        decided_by=names.get(by, "") if by else "",
    )


class Place(NamedTuple):
    """An event of a source, as it is parked at a subscriber."""

    event_id: UUID
    source: str
    subscriber: str


def retry(work: Work, event_id: UUID, subscriber: str) -> None:
    """Have an event that the ledger shows as parked tried again now."""
    decide_retry(work, _parked_at(work, event_id, subscriber))


def skip(work: Work, event_id: UUID, subscriber: str, reason: str) -> None:
    """Pass over an event that the ledger shows as parked, for good, with a reason."""
    decide_skip(work, _parked_at(work, event_id, subscriber), reason)


def decide_retry(work: Work, place: Place) -> None:
    """The service that has parked the event tries it again."""
    event = DeliveryRetried(decision_id=_write_down(work, place, "retry"), **place._asdict())
    work.announce(event)
    if place.subscriber == work.service:
        operations.try_again(event, work)
    if place.source == work.service:
        operations.send_anew(event, work)


def decide_skip(work: Work, place: Place, reason: str) -> None:
    """The service that has parked the event never applies it."""
    said = reason.strip()
    if len(said) < SHORTEST_REASON:
        raise Invalid(N_("Say in a few words why it can be passed over."), field="reason")
    decision_id = _write_down(work, place, "skip", said)
    note = work.seal(Note(text=said), decision_id)
    event = DeliverySkipped(decision_id=decision_id, note=note, **place._asdict())
    work.announce(event)
    if place.subscriber == work.service:
        operations.pass_over(event, work)
    if place.source == work.service:
        operations.end_for_outsider(event, work)


def _parked_at(work: Work, event_id: UUID, subscriber: str) -> Place:
    work.require(COORDINATOR)
    row = work.get(EventDelivery, (event_id, subscriber))
    if row.state != "parked":
        raise RuleBroken(N_("This event is not stuck any more. Please look again."))
    return Place(event_id, row.source, subscriber)


def _write_down(work: Work, place: Place, verb: str, reason: str = "") -> UUID:
    """Who decided what, when and why. Only a named person decides."""
    work.require(COORDINATOR)
    if work.viewer is None:
        raise NotAllowed
    decision = DeliveryDecision(
        id=new_id(),
        event_id=place.event_id,
        subscriber=place.subscriber,
        verb=verb,
        at=work.now,
        by=work.actor,
        reason=reason,
    )
    work.add(decision)
    patient = work.first(
        select(col(Happening.patient_id)).where(col(Happening.id) == place.event_id)
    )
    work.audit(f"{verb}-event", patient)
    return decision.id
