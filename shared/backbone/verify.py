"""Checks that what services announced and what others applied agree; changes nothing."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Engine, select

from shared.backbone.envelope import Envelope
from shared.backbone.tables import Delivery, EventRow, InboxRow, Position, StreamCounter
from shared.database import table_of

_event, _delivery = table_of(EventRow), table_of(Delivery)
_inbox, _position, _counter = table_of(InboxRow), table_of(Position), table_of(StreamCounter)

Stream = tuple[str, str, UUID]
"""(source, subscriber, stream)"""


@dataclass
class _Books:
    """What both sides wrote down, by stream: delivery number -> (event, state)."""

    sent: dict[Stream, dict[int, tuple[UUID, str]]]
    stored: dict[Stream, dict[int, tuple[UUID, str]]]
    positions: dict[Stream, int]
    counters: dict[Stream, int]
    problems: list[str]


def verify(engines: Mapping[str, Engine], *, settled: bool = False) -> list[str]:
    """Problems in sentences, none when the promise is kept. `engines`: service -> its database.

    With `settled`, nothing may be under way any more: every event is handled or skipped.
    """
    books = _Books(defaultdict(dict), defaultdict(dict), {}, {}, [])
    for service, engine in engines.items():
        _read(books, service, engine)
    return [
        *books.problems,
        *_gaps(books),
        *_strangers(books),
        *_wrong_positions(books),
        *(_unfinished(books) if settled else ()),
    ]


def _read(books: _Books, service: str, engine: Engine) -> None:
    with engine.connect() as connection:
        told: dict[UUID, set[str]] = defaultdict(set)
        for row in connection.execute(select(_delivery)):
            key = (service, row.subscriber, row.stream)
            books.sent[key][row.delivery_seq] = (row.event_id, row.state)
            told[row.event_id].add(row.subscriber)
        books.problems += _untold(connection, service, told)
        for row in connection.execute(select(_inbox)):
            key = (row.source, service, row.stream)
            books.stored[key][row.delivery_seq] = (row.event_id, row.state)
        for row in connection.execute(select(_position)):
            books.positions[row.source, service, row.stream] = row.last_seq
        for row in connection.execute(select(_counter)):
            books.counters[service, row.subscriber, row.stream] = row.last_seq


def _untold(connection: Connection, service: str, told: dict[UUID, set[str]]) -> Iterator[str]:
    for row in connection.execute(select(_event.c.id, _event.c.body)):
        if set(Envelope.model_validate_json(row.body).subscribers) != told[row.id]:
            yield f"{service}: event {row.id} lacks a delivery"


def _gaps(books: _Books) -> Iterator[str]:
    for key, numbers in books.sent.items():
        if sorted(numbers) != list(range(1, books.counters.get(key, 0) + 1)):
            yield f"{_name(key)}: the numbers of the deliveries have a gap"


def _strangers(books: _Books) -> Iterator[str]:
    for key, stored in books.stored.items():
        sent = books.sent.get(key, {})
        for number, (event_id, _) in stored.items():
            if sent.get(number, (None, ""))[0] != event_id:
                yield f"{_name(key)}: number {number} was stored but never announced"


def _wrong_positions(books: _Books) -> Iterator[str]:
    for key, stored in books.stored.items():
        done = {n for n, (_, state) in stored.items() if state in ("handled", "skipped")}
        if done != set(range(1, books.positions.get(key, 0) + 1)):
            yield f"{_name(key)}: the position does not say what was applied"


def _unfinished(books: _Books) -> Iterator[str]:
    for key, sent in books.sent.items():
        for number, (event_id, state) in sent.items():
            stored = books.stored.get(key, {}).get(number, (None, "missing"))
            if stored != (event_id, state) or state not in ("handled", "skipped"):
                yield f"{_name(key)}: number {number} is {state} there, {stored[1]} here"


def _name(key: Stream) -> str:
    source, subscriber, stream = key
    return f"{source} -> {subscriber}, stream {stream}"
