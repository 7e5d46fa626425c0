"""The relay: sends what waits, again and again, until each subscriber says that it has it."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine

from shared import faults
from shared.backbone.bus import Bus
from shared.backbone.deliveries import (
    BATCH,
    DeliveryKey,
    Due,
    Turn,
    claim,
    mark_sent,
    mark_untaken,
    note_receipts,
    send_everything_again,
    turns,
)
from shared.backbone.envelope import MAX_FRAME_BYTES, numbered
from shared.database import need_not_last

__all__ = [
    "BATCH",
    "mark_sent",
    "note_receipts",
    "send_due",
    "send_everything_again",
    "turns",
]

FRAME_EVENTS = 100
FRAME_BYTES = MAX_FRAME_BYTES // 4
CONFIRMING = 10.0
"""Seconds that the queue may take to confirm a whole batch."""


def send_due(
    engine: Engine, bus: Bus, due: list[Turn], now: datetime, ring: Callable[[str], None]
) -> int:
    """Publish the deliveries that are due. Returns how many were sent.

    Claim, publish and mark are three steps: a transaction is never held while publishing.
    A crash between them sends again, which the inbox of the subscriber makes harmless.
    """
    with engine.begin() as connection:
        need_not_last(connection)
        claimed = claim(connection, due, now)
    faults.reach("relay.claimed")
    if not claimed:
        return 0
    sent, untaken = _publish(bus, claimed, ring)
    with engine.begin() as connection:
        need_not_last(connection)
        mark_sent(connection, sent, now)
        mark_untaken(connection, untaken)
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
