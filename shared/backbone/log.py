"""The log of a service: what it announced, and for each subscriber one numbered delivery."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select, tuple_, update

from shared import faults
from shared.backbone.envelope import Envelope, Origin, wrap
from shared.backbone.tables import Delivery, EventRow, StreamCounter
from shared.database import insert_new, table_of
from shared.events import Event
from shared.identifiers import new_id
from shared.logs import detail

Key = tuple[str, UUID]

_counter = table_of(StreamCounter)


def write(
    connection: Connection,
    origin: Origin,
    events: list[Event],
    audience: Callable[[Event], list[str]],
) -> None:
    """Append the events and their deliveries, inside the transaction of the change itself."""
    if not events:
        return
    envelopes = [wrap(event, new_id(), origin, audience(event)) for event in events]
    faults.reach("log.before-events")
    connection.execute(insert(EventRow), [_event_row(e, origin.now) for e in envelopes])
    deliveries = _number(connection, envelopes, origin.now)
    if deliveries:
        connection.execute(insert(Delivery), deliveries)
    for envelope in envelopes:
        _tell(envelope)
    faults.reach("log.written")


def _tell(envelope: Envelope) -> None:
    detail(
        "event.announced",
        service=envelope.service,
        event_id=str(envelope.id),
        kind=envelope.kind,
        correlation_id=str(envelope.correlationid),
    )


def _event_row(envelope: Envelope, now: datetime) -> dict[str, Any]:
    return {
        "id": envelope.id,
        "stream": envelope.subject,
        "kind": envelope.kind,
        "version": envelope.version,
        "recorded_at": now,
        "body": envelope.model_dump_json(exclude={"deliveryseq"}, exclude_none=True),
    }


def _number(
    connection: Connection, envelopes: list[Envelope], now: datetime
) -> list[dict[str, Any]]:
    wanted = [(s, e.subject, e.id) for e in envelopes for s in e.subscribers]
    last = _reserve(connection, Counter((s, stream) for s, stream, _ in wanted))
    rows = []
    for subscriber, stream, event_id in wanted:
        last[subscriber, stream] += 1
        rows.append(
            {
                "event_id": event_id,
                "subscriber": subscriber,
                "stream": stream,
                "delivery_seq": last[subscriber, stream],
                "state": "waiting",
                "next_try_at": now,
            }
        )
    return rows


def _reserve(connection: Connection, wanted: Counter[Key]) -> dict[Key, int]:
    """Take numbers for each (subscriber, stream); returns the last number before them."""
    if not wanted:
        return {}
    # A fixed order of locks, so that two transactions of one patient never wait for each other.
    keys = sorted(wanted)
    insert_new(
        connection,
        StreamCounter,
        [{"subscriber": s, "stream": stream, "last_seq": 0} for s, stream in keys],
    )
    columns = tuple_(_counter.c.subscriber, _counter.c.stream)
    rows = connection.execute(
        select(_counter.c.subscriber, _counter.c.stream, _counter.c.last_seq)
        .where(columns.in_(keys))
        .order_by(_counter.c.subscriber, _counter.c.stream)
        .with_for_update()
    )
    last = {(subscriber, stream): seq for subscriber, stream, seq in rows}
    for (subscriber, stream), count in wanted.items():
        connection.execute(
            update(_counter)
            .where(_counter.c.subscriber == subscriber, _counter.c.stream == stream)
            .values(last_seq=last[subscriber, stream] + count)
        )
    return last
