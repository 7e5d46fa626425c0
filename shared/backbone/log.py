"""The log of a service: what it announced, and for each subscriber one numbered delivery."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from shared import faults
from shared.backbone import batches
from shared.backbone.envelope import Envelope, Origin, wrap
from shared.backbone.tables import Delivery, EventRow, StreamCounter
from shared.database import table_of
from shared.events import Event
from shared.identifiers import new_id
from shared.logs import detail, is_detailed

Key = tuple[str, UUID]

_event, _delivery, _counter = table_of(EventRow), table_of(Delivery), table_of(StreamCounter)
COUNTERS = batches.Batch(_counter.c.subscriber, _counter.c.stream, _counter.c.last_seq)


def write(
    connection: Connection,
    origin: Origin,
    events: list[Event],
    audience: Callable[[Event], list[str]],
) -> None:
    """Append the events and their deliveries, inside the transaction of the change itself."""
    write_all(connection, [(origin, event) for event in events], audience)


def write_all(
    connection: Connection,
    announced: Sequence[tuple[Origin, Event]],
    audience: Callable[[Event], list[str]],
) -> None:
    """The same for what many announced, in the one transaction of all their changes."""
    if not announced:
        return
    envelopes = [wrap(event, new_id(), origin, audience(event)) for origin, event in announced]
    faults.reach("log.before-events")
    batches.insert(connection, _event, [_event_row(envelope) for envelope in envelopes])
    deliver(connection, envelopes)
    if is_detailed():
        for envelope in envelopes:
            _tell(envelope)
    faults.reach("log.written")


def deliver(connection: Connection, envelopes: list[Envelope]) -> int:
    """Give each of these events a numbered delivery for everybody whom its envelope names."""
    return batches.insert(connection, _delivery, _number(connection, envelopes))


def _tell(envelope: Envelope) -> None:
    detail(
        "event.announced",
        service=envelope.service,
        event_id=str(envelope.id),
        kind=envelope.kind,
        correlation_id=str(envelope.correlationid),
    )


def _event_row(envelope: Envelope) -> dict[str, Any]:
    return {
        "id": envelope.id,
        "stream": envelope.subject,
        "kind": envelope.kind,
        "version": envelope.version,
        "recorded_at": envelope.time,
        "body": envelope.model_dump_json(exclude={"deliveryseq"}, exclude_none=True),
    }


def _number(connection: Connection, envelopes: list[Envelope]) -> list[dict[str, Any]]:
    """A delivery of each event for each subscriber, with its number in the stream."""
    wanted = [(s, e.subject, e) for e in envelopes for s in e.subscribers]
    last = _reserve(connection, Counter((s, stream) for s, stream, _ in wanted))
    rows = []
    for subscriber, stream, envelope in wanted:
        last[subscriber, stream] += 1
        rows.append(
            {
                "event_id": envelope.id,
                "subscriber": subscriber,
                "stream": stream,
                "delivery_seq": last[subscriber, stream],
                "state": "waiting",
                "attempts": 0,
                "next_try_at": envelope.time,
                "error": "",
            }
        )
    return rows


def next_number(connection: Connection, subscriber: str, stream: UUID) -> int:
    """Take one number of a stream for a subscriber."""
    key = (subscriber, stream)
    return _reserve(connection, Counter([key]))[key] + 1


def _reserve(connection: Connection, wanted: Counter[Key]) -> dict[Key, int]:
    """Take numbers for each (subscriber, stream); returns the last number before them."""
    if not wanted:
        return {}
    # A fixed order of locks, so that two transactions of one patient never wait for each other.
    counts = [(*key, wanted[key]) for key in sorted(wanted, key=_place)]
    rows = connection.execute(
        _reserving(connection.dialect.name), COUNTERS.values(connection, counts)
    )
    return {(s, stream): last - wanted[s, stream] for s, stream, last in rows}


def _place(key: Key) -> tuple[str, int]:
    return key[0], key[1].int


@cache
def _reserving(dialect: str) -> Any:
    """Begin the counters that are missing, move the others on, and lock them all."""
    new = batches.insert_given(_counter, COUNTERS.columns, dialect)
    counted = new.on_conflict_do_update(
        index_elements=["subscriber", "stream"],
        set_={"last_seq": _counter.c.last_seq + new.excluded.last_seq},
    )
    return counted.returning(_counter.c.subscriber, _counter.c.stream, _counter.c.last_seq)
