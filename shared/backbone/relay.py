"""The relay: sends what waits, again and again, until each subscriber says that it has it."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row, bindparam, func, or_, select, tuple_, update
from sqlalchemy.sql import Select, Update

from shared import faults
from shared.backbone.bus import Bus
from shared.backbone.envelope import MAX_FRAME_BYTES, numbered
from shared.backbone.receipts import RANK, Receipt
from shared.backbone.tables import DONE_STATES, OPEN_STATES, Delivery, EventRow
from shared.database import table_of

BATCH = 500
FRAME_EVENTS = 100
FRAME_BYTES = MAX_FRAME_BYTES // 4
IN_FLIGHT = 2000
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=5)

CONFIRMING = 10.0
"""Seconds that the queue may take to confirm a whole batch."""
UNTAKEN = "no queue takes it"

Due = Row[Any]
DeliveryKey = tuple[UUID, str]

_delivery, _event = table_of(Delivery), table_of(EventRow)
_anything_due = select(1).where(_delivery.c.next_try_at <= bindparam("now")).limit(1)


def anything_due(reader: Engine, now: datetime) -> bool:
    """A quick look, without a lock, whether there is something to send."""
    with reader.connect() as connection:
        return connection.execute(_anything_due, {"now": now}).first() is not None


def send_due(engine: Engine, bus: Bus, now: datetime, ring: Callable[[str], None]) -> int:
    """Publish the deliveries that are due. Returns how many were sent.

    Claim, publish and mark are three steps: a transaction is never held while publishing.
    A crash between them sends again, which the inbox of the subscriber makes harmless.
    """
    with engine.begin() as connection:
        claimed = _claim(connection, now)
    faults.reach("relay.claimed")
    if not claimed:
        return 0
    sent, untaken = _publish(bus, claimed, ring)
    with engine.begin() as connection:
        _mark_sent(connection, sent, now)
        _mark_untaken(connection, untaken)
        faults.reach("relay.before-mark")
    faults.reach("relay.marked")
    return len(claimed)


def _publish(
    bus: Bus, claimed: list[Due], ring: Callable[[str], None]
) -> tuple[list[DeliveryKey], list[DeliveryKey]]:
    """Which deliveries the queue has taken, and which it has not; it is asked once for all."""
    keys: dict[int, list[DeliveryKey]] = {}
    for subscriber, rows in _by_subscriber(claimed).items():
        for batch in _batches(rows):
            frame = b"[" + b",".join(text for _, text in batch) + b"]"
            keys[bus.tell(subscriber, frame)] = [(event_id, subscriber) for event_id, _ in batch]
            faults.reach("relay.published")
        ring(subscriber)
    refused = bus.refused(CONFIRMING)
    faults.reach("relay.confirmed")
    sent = [key for ticket, some in keys.items() if ticket not in refused for key in some]
    return sent, [key for ticket in refused for key in keys.get(ticket, ())]


def _claim(connection: Connection, now: datetime) -> list[Due]:
    """Take due deliveries and put their next try off, so that no other relay takes them too."""
    rows = list(connection.execute(_due(now, _full_subscribers(connection))))
    by_wait: dict[int, list[tuple[UUID, str]]] = defaultdict(list)
    for row in rows:
        by_wait[row.attempts].append((row.event_id, row.subscriber))
    for attempts, keys in by_wait.items():
        connection.execute(
            update(_delivery)
            .where(_is_any_of(keys))
            .values(attempts=attempts + 1, next_try_at=now + wait_before(attempts + 1))
        )
    return rows


def _due(now: datetime, full: list[str]) -> Select[Any]:
    query = (
        select(
            _delivery.c.event_id,
            _delivery.c.subscriber,
            _delivery.c.delivery_seq,
            _delivery.c.attempts,
            _event.c.body,
        )
        .join(_event, _event.c.id == _delivery.c.event_id)
        .where(_delivery.c.next_try_at <= now)
        .order_by(_delivery.c.event_id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=_delivery)
    )
    if full:
        query = query.where(
            or_(_delivery.c.subscriber.not_in(full), _delivery.c.state != "waiting")
        )
    return query


def _full_subscribers(connection: Connection) -> list[str]:
    """Subscribers with so much under way that more would only burden the queue."""
    counted = (
        select(_delivery.c.subscriber)
        .where(_delivery.c.next_try_at.is_not(None), _delivery.c.state == "sent")
        .group_by(_delivery.c.subscriber)
        .having(func.count() >= IN_FLIGHT)
    )
    return list(connection.execute(counted).scalars())


def wait_before(attempts: int) -> timedelta:
    """How long to wait for a receipt after so many tries: doubling, capped, with jitter."""
    longest = min(FIRST_WAIT * (1 << min(attempts - 1, 12)), LONGEST_WAIT)
    return longest * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, hides nothing


def _by_subscriber(rows: list[Due]) -> dict[str, list[Due]]:
    grouped: dict[str, list[Due]] = defaultdict(list)
    for row in rows:
        grouped[row.subscriber].append(row)
    return grouped


def _batches(rows: list[Due]) -> Iterator[list[tuple[UUID, bytes]]]:
    """Events by the frame: none is refused for its size, and each has at least one."""
    batch: list[tuple[UUID, bytes]] = []
    size = 0
    for row in rows:
        text = numbered(row.body, row.delivery_seq).encode()
        if batch and (len(batch) == FRAME_EVENTS or size + len(text) > FRAME_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((row.event_id, text))
        size += len(text)
    if batch:
        yield batch


def _is_any_of(keys: list[tuple[UUID, str]]) -> Any:
    return tuple_(_delivery.c.event_id, _delivery.c.subscriber).in_(keys)


def _mark_sent(connection: Connection, keys: list[DeliveryKey], now: datetime) -> None:
    connection.execute(
        update(_delivery)
        .where(_is_any_of(keys), _delivery.c.state == "waiting")
        .values(state="sent", sent_at=now, error="")
    )


def _mark_untaken(connection: Connection, keys: list[DeliveryKey]) -> None:
    """Not sent, or no more: whatever was in a queue that is gone now is gone too."""
    if keys:
        connection.execute(
            update(_delivery)
            .where(_is_any_of(keys), _delivery.c.state.in_(("waiting", "sent")))
            .values(state="waiting", error=UNTAKEN)
        )


def note_receipts(connection: Connection, receipts: list[Receipt]) -> None:
    """Write down what subscribers say; a late or repeated receipt never takes a state back."""
    by_state: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for receipt in receipts:
        by_state[receipt.state].append(_values(receipt))
    for state, rows in by_state.items():
        connection.execute(_NOTE[state], rows)


def _values(receipt: Receipt) -> dict[str, Any]:
    values = {
        "event": receipt.event_id,
        "to": receipt.subscriber,
        "said": receipt.error,
        "stored": receipt.stored_at,
    }
    return values | ({"done": receipt.at} if receipt.state in DONE_STATES else {})


def _note(state: str) -> Update:
    values: dict[str, Any] = {
        "state": state,
        "error": bindparam("said"),
        "stored_at": bindparam("stored", type_=_delivery.c.stored_at.type),
    }
    if state in DONE_STATES:
        at = bindparam("done", type_=_delivery.c.handled_at.type)
        values |= {"handled_at": at, "next_try_at": None}
    return (
        update(_delivery)
        .where(
            _delivery.c.event_id == bindparam("event"),
            _delivery.c.subscriber == bindparam("to"),
            or_(*(_delivery.c.state == s for s in OPEN_STATES if RANK[s] <= RANK[state])),
        )
        .values(values)
    )


_NOTE = {state: _note(state) for state in ("stored", "held", "parked", *DONE_STATES)}


def send_everything_again(engine: Engine, now: datetime) -> None:
    """Make all unfinished deliveries due now: at the start of a process whose queue was lost."""
    with engine.begin() as connection:
        connection.execute(
            update(_delivery)
            .where(_delivery.c.next_try_at.is_not(None))
            .values(next_try_at=now, attempts=0)
        )
