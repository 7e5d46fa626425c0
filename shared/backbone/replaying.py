"""Sends old events again, or for the first time to somebody new; closes what nobody waits for."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import eq, ge, lt
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, Row, join, or_, select, update
from sqlalchemy.sql import Select

from shared.backbone import log
from shared.backbone.envelope import Envelope, Undecodable, decode
from shared.backbone.receipts import NUMBER_TAKEN
from shared.backbone.tables import DONE_STATES, Delivery, EventRow
from shared.database import table_of
from shared.events import EVENTS, Event, UnknownEvent
from shared.events.staff import StaffEvent

AT_ONCE = 500
Comparing = Callable[[Any, Any], Any]
_delivery, _event = table_of(Delivery), table_of(EventRow)


@dataclass(frozen=True)
class Chosen:
    """Which deliveries are meant; what is left empty does not narrow the choice."""

    event_id: UUID | None = None
    stream: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    subscriber: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same as conditions on an event and its delivery."""
        asked: list[tuple[Comparing, Any, object]] = [
            (eq, _event.c.id, self.event_id),
            (eq, _event.c.stream, self.stream),
            (ge, _event.c.recorded_at, self.since),
            (lt, _event.c.recorded_at, self.until),
            (eq, _delivery.c.subscriber, self.subscriber),
        ]
        return [compare(column, given) for compare, column, given in asked if given]


def send_again(connection: Connection, chosen: Chosen, now: datetime) -> int:
    """Set these deliveries back to waiting. Returns how many.

    Whoever has an event already answers again what became of it, and does nothing else.
    """
    meant = select(_event.c.id).where(_event.c.id == _delivery.c.event_id, *chosen.conditions())
    again = {"state": "waiting", "next_try_at": now, "attempts": 0, "handled_at": None}
    done = connection.execute(update(_delivery).where(meant.exists()).values(again))
    return done.rowcount


def close(connection: Connection, subscriber: str, reason: str, now: datetime) -> int:
    """End all deliveries to a subscriber that will never answer. Returns how many were open."""
    ended = {"state": "skipped", "handled_at": now, "next_try_at": None, "error": reason}
    open_ones = (_delivery.c.subscriber == subscriber, _delivery.c.state.not_in(DONE_STATES))
    return connection.execute(update(_delivery).where(*open_ones).values(ended)).rowcount


def end(
    connection: Connection, event_id: UUID, subscriber: str, reason: str, now: datetime
) -> bool:
    """End one delivery that is parked. Returns whether it was."""
    key = (_delivery.c.event_id == event_id, _delivery.c.subscriber == subscriber)
    ended = {"state": "skipped", "handled_at": now, "next_try_at": None, "error": reason}
    parked = update(_delivery).where(*key, _delivery.c.state == "parked")
    return connection.execute(parked.values(ended)).rowcount == 1


def number_anew(connection: Connection, event_id: UUID, subscriber: str, now: datetime) -> bool:
    """Give an event whose number was taken the next one of its stream, and send it again."""
    key = (_delivery.c.event_id == event_id, _delivery.c.subscriber == subscriber)
    taken = (_delivery.c.state == "parked", _delivery.c.error == NUMBER_TAKEN)
    row = connection.execute(select(_delivery.c.stream).where(*key, *taken)).first()
    if row is None:
        return False
    number = log.next_number(connection, subscriber, row.stream)
    anew = {"delivery_seq": number, "state": "waiting", "next_try_at": now, "error": ""}
    connection.execute(update(_delivery).where(*key).values(anew))
    return True


@dataclass
class Filled:
    """How many deliveries were made, and how many events came too late for their stream."""

    made: int = 0
    left_out: int = 0


Audience = Callable[[Event], Sequence[str]]


def fill(
    connection: Connection, subscriber: str, audience: Audience, kinds: Sequence[str] = ()
) -> Filled:
    """Make the deliveries that a new subscriber would have had from the beginning.

    An event is left out where the subscriber has a newer one of the stream already: what it has
    applied cannot be preceded any more. Facts about staff carry their state whole, so that there
    only a newer one of the same kind counts.
    """
    filled = Filled()
    for rows in _without_delivery(connection, subscriber, kinds):
        heard = [(row, e) for row in rows if (e := _heard(row, subscriber, audience))]
        filled.left_out += sum(row.is_late for row, _ in heard)
        filled.made += log.deliver(connection, [e for row, e in heard if not row.is_late])
    return filled


def _without_delivery(
    connection: Connection, subscriber: str, kinds: Sequence[str]
) -> Iterator[Sequence[Row[Any]]]:
    """The events, oldest first, that this subscriber was never sent; some at a time."""
    own = _delivery.c.subscriber == subscriber
    sent = select(1).where(own, _delivery.c.event_id == _event.c.id).exists()
    chosen = select(_event.c.id, _event.c.body, _is_late(own)).where(~sent)
    if kinds:
        chosen = chosen.where(_event.c.kind.in_(kinds))
    after = None
    while rows := connection.execute(_piece(chosen, after)).all():
        yield rows
        after = rows[-1].id


def _is_late(own: ColumnElement[bool]) -> ColumnElement[bool]:
    """The subscriber was sent a newer event of the same stream (and kind, for facts of staff)."""
    newer = _event.alias("newer")
    follows = or_(_event.c.kind.not_in(staff_kinds()), newer.c.kind == _event.c.kind)
    return (
        select(1)
        .select_from(join(_delivery, newer, newer.c.id == _delivery.c.event_id))
        .where(own, _delivery.c.stream == _event.c.stream, newer.c.id > _event.c.id, follows)
        .correlate(_event)
        .exists()
        .label("is_late")
    )


def _piece(chosen: Select[Any], after: UUID | None) -> Select[Any]:
    piece = chosen if after is None else chosen.where(_event.c.id > after)
    return piece.order_by(_event.c.id).limit(AT_ONCE)


def staff_kinds() -> list[str]:
    """What every service has to know from its first day: the team itself."""
    return sorted({kind for (kind, _), event in EVENTS.items() if issubclass(event, StaffEvent)})


def _heard(row: Row[Any], subscriber: str, audience: Audience) -> Envelope | None:
    """The event as it is addressed to this subscriber; None when it would not have heard it."""
    try:
        envelope = decode(row.body)
        heard = subscriber in audience(envelope.event())
    except (Undecodable, UnknownEvent, ValidationError):
        return None
    return envelope.model_copy(update={"audience": subscriber}) if heard else None
