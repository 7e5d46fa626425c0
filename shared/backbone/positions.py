"""How far a service has come with the events of another, and what the other does about it.

A subscriber that was set back to yesterday's copy of its database has lost events that its sources
count as handled. It reports how far it is; whatever is beyond that goes out again, in order. A
source that was set back learns here that others know more than it announced.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Connection, Table, bindparam, func, select, update
from sqlalchemy.sql import Update

from shared.backbone.batches import Batch
from shared.backbone.envelope import Undecodable, limited
from shared.backbone.tables import (
    DONE_STATES,
    Delivery,
    Forgotten,
    InboxRow,
    Position,
    StreamCounter,
)
from shared.backbone.wire import Name, Number
from shared.database import insert_new, table_of

STREAMS_AT_ONCE = 2000
_delivery, _counter, _forgotten = (
    table_of(Delivery),
    table_of(StreamCounter),
    table_of(Forgotten),
)
_inbox, _position = table_of(InboxRow), table_of(Position)
BEHIND = Batch(_delivery.c.stream, _delivery.c.delivery_seq)


class Positions(BaseModel):
    """What `subscriber` has of the streams of `source` after `after`, up to `until` (or the end).

    For each stream: how far it is applied, and the highest number that is stored. A stream that is
    not named is not known there at all. With `asks` the source is to report in its turn.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)
    subscriber: Name
    source: Name
    after: UUID | None = None
    until: UUID | None = None
    streams: list[tuple[UUID, Number, Number]] = []
    asks: bool = False

    def pack(self) -> bytes:
        return self.model_dump_json().encode()


def unpack_positions(frame: bytes) -> Positions:
    """The positions of one frame, or `Undecodable`."""
    try:
        return Positions.model_validate_json(limited(frame))
    except ValidationError:
        raise Undecodable("the frame is not a list of positions") from None


def report(connection: Connection, subscriber: str, source: str) -> Iterator[Positions]:
    """How far this service is with the events of `source`, in pieces that fit into a frame."""
    after: UUID | None = None
    stored = _highest_open(connection, source)
    while True:
        rows = connection.execute(_applied(source, after)).all()
        last = rows[-1].stream if len(rows) == STREAMS_AT_ONCE else None
        yield Positions(
            subscriber=subscriber,
            source=source,
            after=after,
            until=last,
            streams=[
                (r.stream, r.last_seq, max(r.last_seq, stored.get(r.stream, 0))) for r in rows
            ],
        )
        if last is None:
            return
        after = last


def _applied(source: str, after: UUID | None) -> Any:
    chosen = select(_position.c.stream, _position.c.last_seq).where(_position.c.source == source)
    if after is not None:
        chosen = chosen.where(_position.c.stream > after)
    return chosen.order_by(_position.c.stream).limit(STREAMS_AT_ONCE)


def _highest_open(connection: Connection, source: str) -> dict[UUID, int]:
    """The highest number that waits in the inbox, for the few streams where something waits."""
    highest = select(_inbox.c.stream, func.max(_inbox.c.delivery_seq).label("number"))
    waits = highest.where(_inbox.c.open_since.is_not(None), _inbox.c.source == source)
    found = connection.execute(waits.group_by(_inbox.c.stream))
    return {row.stream: row.number for row in found}


@dataclass(frozen=True)
class Noted:
    """What came of a report: deliveries that go out again, streams that this service forgot."""

    sent_again: int
    forgotten: int


def note(connection: Connection, told: Positions, now: datetime) -> Noted:
    """Set back to waiting what the subscriber counts as unfinished and we as done.

    What is still open here is sent again anyway. Where the subscriber knows more than was
    announced, this database is older than it: that is written down, and the numbers that are taken
    are not given to other events.
    """
    known = {stream: (applied, stored) for stream, applied, stored in told.streams}
    announced = _announced(connection, told)
    behind = [
        (stream, known.get(stream, (0, 0))[0])
        for stream, last in announced.items()
        if last > known.get(stream, (0, 0))[0]
    ]
    ahead = [
        (stream, announced.get(stream, 0), stored)
        for stream, (_, stored) in known.items()
        if stored > announced.get(stream, 0)
    ]
    return Noted(
        _send_again(connection, told.subscriber, behind, now),
        _write_down(connection, told.subscriber, ahead, now),
    )


def _announced(connection: Connection, told: Positions) -> dict[UUID, int]:
    chosen = select(_counter.c.stream, _counter.c.last_seq).where(
        _counter.c.subscriber == told.subscriber
    )
    if told.after is not None:
        chosen = chosen.where(_counter.c.stream > told.after)
    if told.until is not None:
        chosen = chosen.where(_counter.c.stream <= told.until)
    return {row.stream: row.last_seq for row in connection.execute(chosen)}


def _send_again(
    connection: Connection, subscriber: str, behind: Sequence[tuple[UUID, int]], now: datetime
) -> int:
    if not behind:
        return 0
    values = {"to": subscriber, "now": now} | BEHIND.values(connection, behind)
    return connection.execute(_reopening(connection.dialect.name), values).rowcount


@cache
def _reopening(dialect: str) -> Update:
    given = BEHIND.table(dialect)
    again = {"state": "waiting", "next_try_at": bindparam("now"), "attempts": 0, "handled_at": None}
    return (
        update(_delivery)
        .where(
            _delivery.c.subscriber == bindparam("to"),
            _delivery.c.stream == given.c.stream,
            _delivery.c.delivery_seq > given.c.delivery_seq,
            _delivery.c.state.in_(DONE_STATES),
        )
        .values(again)
    )


def _write_down(
    connection: Connection, subscriber: str, ahead: Sequence[tuple[UUID, int, int]], now: datetime
) -> int:
    for stream, announced, known in sorted(ahead):
        row = {"subscriber": subscriber, "stream": stream}
        new = {**row, "announced": announced, "known": known, "noticed_at": now}
        insert_new(connection, Forgotten, [new])
        insert_new(connection, StreamCounter, [{**row, "last_seq": known}])
        _raise(connection, _forgotten, row, "known", known)
        _raise(connection, _counter, row, "last_seq", known)
    return len(ahead)


def _raise(
    connection: Connection, table: Table, key: Mapping[str, Any], name: str, least: int
) -> None:
    """Let a number be at least this; whoever announced in between may have moved it further."""
    chosen = [table.c[part] == value for part, value in key.items()]
    connection.execute(update(table).where(*chosen, table.c[name] < least).values({name: least}))
