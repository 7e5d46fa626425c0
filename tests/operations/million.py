"""Books with very many events, to measure how long a check of them takes.

    python -m tests.operations.million sqlite:////tmp/books/{service}.db --events 1000000

fills the databases (which must be empty) if they are, checks them and says how long that took.
"""

import argparse
import resource
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from time import perf_counter, process_time
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Table, func, select

from shared.backbone import batches
from shared.backbone.tables import Delivery, EventRow, InboxRow, Position, StreamCounter
from shared.backbone.tables import Table as Backbone
from shared.backbone.verify import examine
from shared.database import create_tables, read_engine, table_of, write_engine

SOURCE, KEEPER, UNIT = "asker", "keeper", "unit"
SERVICES = (SOURCE, KEEPER, UNIT)
EVENTS_OF_A_STREAM = 50
ONE_IN = 4
"""Every stream is heard by the keeper of the ledger, one in so many by the unit as well."""
AT_ONCE = 5000
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_event, _delivery, _counter = table_of(EventRow), table_of(Delivery), table_of(StreamCounter)
_inbox, _position = table_of(InboxRow), table_of(Position)


def identifier(group: int, number: int) -> UUID:
    return UUID(int=(group << 96) | (7 << 76) | number)


def fill(engines: dict[str, Engine], events: int) -> None:
    """Write the books of a house in which everything was handled."""
    for engine in engines.values():
        create_tables(engine, [Backbone.metadata])
    for first in range(0, events, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, events))
        with engines[SOURCE].begin() as connection:
            _write(connection, _event, (_event_row(number) for number in numbers))
            for subscriber in (KEEPER, UNIT):
                rows = (_delivery_row(n, subscriber) for n in heard(numbers, subscriber))
                _write(connection, _delivery, rows)
        for subscriber in (KEEPER, UNIT):
            with engines[subscriber].begin() as connection:
                _write(connection, _inbox, (_inbox_row(n) for n in heard(numbers, subscriber)))
    _write_ends(engines, events)


def _write_ends(engines: dict[str, Engine], events: int) -> None:
    streams = range((events + EVENTS_OF_A_STREAM - 1) // EVENTS_OF_A_STREAM)
    for subscriber in (KEEPER, UNIT):
        own = [s for s in streams if subscriber == KEEPER or s % ONE_IN == 0]
        ends = [
            {
                "stream": identifier(1, s),
                "last_seq": min(EVENTS_OF_A_STREAM, events - s * EVENTS_OF_A_STREAM),
            }
            for s in own
        ]
        with engines[SOURCE].begin() as connection:
            _write(connection, _counter, ({"subscriber": subscriber, **end} for end in ends))
        with engines[subscriber].begin() as connection:
            _write(connection, _position, ({"source": SOURCE, **end} for end in ends))


def _write(connection: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    batches.insert(connection, table, list(rows))


def heard(numbers: range, subscriber: str) -> list[int]:
    """Which events a subscriber hears."""
    everything = subscriber == KEEPER
    return [n for n in numbers if everything or n // EVENTS_OF_A_STREAM % ONE_IN == 0]


def _names(number: int) -> dict[str, Any]:
    return {
        "stream": identifier(1, number // EVENTS_OF_A_STREAM),
        "delivery_seq": number % EVENTS_OF_A_STREAM + 1,
    }


def _event_row(number: int) -> dict[str, Any]:
    stream = identifier(1, number // EVENTS_OF_A_STREAM)
    audience = KEEPER if not heard(range(number, number + 1), UNIT) else f"{KEEPER} {UNIT}"
    body = (
        f'{{"specversion":"1.0","id":"{identifier(2, number)}","source":"/relais/{SOURCE}",'
        f'"type":"relais.referral.closed.v1","subject":"{stream}","time":"{NOON.isoformat()}",'
        f'"datacontenttype":"application/json","data":{{"sealed":"{"x" * 300}"}},'
        f'"actor":"service:{SOURCE}","correlationid":"{identifier(3, number)}",'
        f'"audience":"{audience}"}}'
    )
    event = {"id": identifier(2, number), "stream": stream, "kind": "referral.closed"}
    return {**event, "version": 1, "recorded_at": NOON, "body": body}


def _delivery_row(number: int, subscriber: str) -> dict[str, Any]:
    times = dict.fromkeys(("sent_at", "stored_at", "handled_at"), NOON)
    key = {"event_id": identifier(2, number), "subscriber": subscriber, **_names(number)}
    return {**key, "state": "handled", "attempts": 1, "error": "", **times}


def _inbox_row(number: int) -> dict[str, Any]:
    key = {"source": SOURCE, "event_id": identifier(2, number), **_names(number)}
    said = {"kind": "referral.closed", "version": 1, "body": "{}", "state": "handled"}
    rest = {"attempts": 0, "stored_at": NOON, "handled_at": NOON, "error": "", "decided_by": ""}
    return {**key, **said, **rest}


def main() -> None:
    """Fill the books if they are empty, check them, and print the figures."""
    orders = argparse.ArgumentParser()
    orders.add_argument("url")
    orders.add_argument("--events", type=int, default=1_000_000)
    order = orders.parse_args()
    writers = {name: write_engine(order.url.format(service=name)) for name in SERVICES}
    begun = perf_counter()
    create_tables(writers[SOURCE], [Backbone.metadata])
    with writers[SOURCE].connect() as connection:
        there = connection.execute(select(func.count()).select_from(_event)).scalar()
    if not there:
        fill(writers, order.events)
        sys.stdout.write(f"filled in {perf_counter() - begun:.0f} s\n")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun, worked = perf_counter(), process_time()
    report = examine({name: read_engine(order.url.format(service=name)) for name in SERVICES})
    took = perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(
        f"{dict(report.compared)} in {took:.1f} s ({process_time() - worked:.1f} s of them "
        f"working), {report.counts['problem']} problems, "
        f"memory {before // 1024} -> {after // 1024} MB at most\n"
    )


if __name__ == "__main__":
    main()
