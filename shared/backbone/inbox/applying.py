"""Which stored events come next in their streams, and what becomes of each."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, and_, bindparam, func, or_, select, tuple_, update

from shared.backbone.inbox.storing import Key, any_of
from shared.backbone.tables import InboxRow, Position
from shared.database import insert_new, table_of

BATCH = 200
HELD_AT_ONCE = 5000
"""SQLite takes some 32,000 values in one statement; the rest follows in the next turn."""
QUICK_TRIES = 3
TRIES = 8
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=5)
PARKED_WAIT = timedelta(hours=1)
"""What is parked is still tried from time to time: a newer release may be able to apply it."""


class Overtaken(Exception):
    """Another process has applied this event in the meantime; nothing of ours may count."""


_inbox, _position = table_of(InboxRow), table_of(Position)
_may_be_tried = (
    _inbox.c.open_since.is_not(None),
    or_(
        and_(_inbox.c.state.in_(("new", "held", "retry")), _inbox.c.next_try_at.is_(None)),
        _inbox.c.next_try_at <= bindparam("now"),
    ),
)
_anything_ready = select(1).where(*_may_be_tried).limit(1)
_same_stream = (_position.c.source == _inbox.c.source) & (_position.c.stream == _inbox.c.stream)
# The rows that come next in their stream and may be tried now.
_heads = (
    select(_inbox)
    .select_from(_inbox.outerjoin(_position, _same_stream))
    .where(*_may_be_tried, _inbox.c.delivery_seq == func.coalesce(_position.c.last_seq, 0) + 1)
    .order_by(_inbox.c.open_since)
    .limit(BATCH)
)


def anything_ready(reader: Engine, now: datetime) -> bool:
    """A quick look, without a lock, whether there may be something to apply."""
    with reader.connect() as connection:
        return connection.execute(_anything_ready, {"now": now}).first() is not None


def ready(connection: Connection, now: datetime) -> list[Any]:
    """The next rows to apply: for each stream those that follow its position without a gap."""
    heads = connection.execute(_heads, {"now": now}).all()
    streams: dict[Key, list[Any]] = {(row.source, row.stream): [row] for row in heads}
    if not streams:
        return []
    positions(connection, list(streams))
    for row in connection.execute(_followers(list(streams))):
        group = streams[row.source, row.stream]
        if row.delivery_seq == group[-1].delivery_seq + 1:
            group.append(row)
    return [row for group in streams.values() for row in group]


def _followers(keys: list[Key]) -> Any:
    """Rows of these streams that nothing has gone wrong with yet, in order."""
    return (
        select(_inbox)
        .where(
            tuple_(_inbox.c.source, _inbox.c.stream).in_(keys),
            _inbox.c.open_since.is_not(None),
            _inbox.c.state.in_(("new", "held")),
        )
        .order_by(_inbox.c.delivery_seq)
        .limit(BATCH)
    )


def positions(connection: Connection, keys: list[Key]) -> dict[Key, int]:
    """How far each (source, stream) has been applied; locked until the transaction ends."""
    if not keys:
        return {}
    columns = tuple_(_position.c.source, _position.c.stream)
    rows = connection.execute(
        select(_position.c.source, _position.c.stream, _position.c.last_seq)
        .where(columns.in_(keys))
        .with_for_update()
    )
    return {(source, stream): last for source, stream, last in rows}


def mark_handled(connection: Connection, rows: list[Any], now: datetime) -> None:
    """Move the positions on and close the rows, in the transaction of their effects."""
    last: dict[Key, int] = {}
    for row in rows:
        last[row.source, row.stream] = row.delivery_seq
        close(connection, (row.source, row.event_id), "handled", now)
    for (source, stream), seq in last.items():
        advance(connection, source, stream, seq)


def close(connection: Connection, key: Key, state: str, now: datetime, **more: Any) -> None:
    """The row is done with, once: handled or skipped; `Overtaken` when it was done with before."""
    done = connection.execute(
        update(_inbox)
        .where(_is(key), _inbox.c.open_since.is_not(None))
        .values(state=state, handled_at=now, open_since=None, next_try_at=None, **more)
    )
    if done.rowcount != 1:
        raise Overtaken


def _is(key: Key) -> Any:
    return (_inbox.c.source == key[0]) & (_inbox.c.event_id == key[1])


def advance(connection: Connection, source: str, stream: UUID, seq: int) -> None:
    insert_new(connection, Position, [{"source": source, "stream": stream, "last_seq": 0}])
    connection.execute(
        update(_position)
        .where(_position.c.source == source, _position.c.stream == stream)
        .values(last_seq=seq)
    )


def mark_failed(connection: Connection, row: Any, reason: str, now: datetime, final: bool) -> str:
    """Put a failed row off, or park it when it was tried often enough (or never can succeed)."""
    attempts = row.attempts + 1
    state = "parked" if final or attempts >= TRIES else "retry"
    connection.execute(
        update(_inbox)
        .where(_is((row.source, row.event_id)), _inbox.c.open_since.is_not(None))
        .values(
            state=state,
            attempts=attempts,
            error=reason,
            next_try_at=now + (PARKED_WAIT if state == "parked" else _wait(attempts)),
        )
    )
    return state


def _wait(attempts: int) -> timedelta:
    """At once for the quick tries, then doubling."""
    if attempts < QUICK_TRIES:
        return timedelta(0)
    return min(FIRST_WAIT * (1 << (attempts - QUICK_TRIES)), LONGEST_WAIT)


def hold_early(connection: Connection) -> list[Key]:
    """Mark what arrived before its turn as held; returns what became held just now."""
    joined = _inbox.outerjoin(_position, _same_stream)
    rows = connection.execute(
        select(_inbox.c.source, _inbox.c.event_id)
        .select_from(joined)
        .where(
            _inbox.c.open_since.is_not(None),
            _inbox.c.state == "new",
            or_(
                _position.c.last_seq.is_(None) & (_inbox.c.delivery_seq > 1),
                _inbox.c.delivery_seq > _position.c.last_seq + 1,
            ),
        )
        .limit(HELD_AT_ONCE)
    ).all()
    keys = [(row.source, row.event_id) for row in rows]
    if keys:
        connection.execute(
            update(_inbox).where(any_of(keys), _inbox.c.state == "new").values(state="held")
        )
    return keys
