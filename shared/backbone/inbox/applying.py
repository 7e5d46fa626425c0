"""Which stored events come next in their streams, and what becomes of each."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, or_, select, update
from sqlalchemy.sql import Select, Update

from shared.backbone.inbox.keys import KEYS, Key, is_given
from shared.backbone.inbox.streams import POSITIONS, advance, lock, same_stream
from shared.backbone.tables import InboxRow
from shared.database import table_of

BATCH = 400
"""So many events are applied in one transaction; with many streams a little more."""
WINDOW = 200
"""So many of the oldest open events say whose turn it is."""
QUICK_TRIES = 3
TRIES = 8
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=5)
PARKED_WAIT = timedelta(hours=1)
"""What is parked is still tried from time to time: a newer release may be able to apply it."""

_inbox = table_of(InboxRow)


class Overtaken(Exception):
    """Another process has applied this event in the meantime; nothing of ours may count."""


@dataclass
class Next:
    """What may be applied now, and what was found to wait for an earlier event."""

    rows: list[Any] = field(default_factory=list)
    held: list[Key] = field(default_factory=list)


_fresh = (_inbox.c.state == "new", _inbox.c.open_since.is_not(None))
_due = (_inbox.c.next_try_at <= bindparam("now"),)


def _first(order: Any, *conditions: Any) -> Any:
    """The first of these, by its index; with EXISTS, PostgreSQL may read the whole inbox."""
    return select(_inbox.c.event_id).where(*conditions).order_by(order).limit(1).scalar_subquery()


_anything_ready = select(
    or_(
        _first(_inbox.c.open_since, *_fresh).is_not(None),
        _first(_inbox.c.next_try_at, *_due).is_not(None),
    )
)


def _window(first: Any, *conditions: Any) -> Select[Any]:
    """The oldest of these rows that no other worker looks at."""
    return (
        select(_inbox.c.source, _inbox.c.event_id, _inbox.c.stream, _inbox.c.state)
        .where(*conditions)
        .order_by(first)
        .limit(WINDOW)
        .with_for_update(skip_locked=True)
    )


_fresh_window = _window(_inbox.c.open_since, *_fresh)
_due_window = _window(_inbox.c.next_try_at, *_due)


def anything_ready(reader: Engine, now: datetime) -> bool:
    """A quick look, without a lock, whether there may be something to apply."""
    with reader.connect() as connection:
        return bool(connection.execute(_anything_ready, {"now": now}).scalar())


def ready(connection: Connection, now: datetime) -> Next:
    """The next rows to apply: for each stream those that follow its position without a gap.

    Their streams are locked until the transaction ends; streams that another worker has locked
    are left to it. What waits for an earlier event is marked as held and out of the way until
    that event is done with: whoever holds the lock of a stream is the only one to judge that.
    """
    window = [*connection.execute(_fresh_window), *connection.execute(_due_window, {"now": now})]
    at = lock(connection, {(row.source, row.stream) for row in window})
    runs = _runs(connection, at, now)
    stuck = at.keys() - runs.keys()
    early = [row for row in window if row.state == "new" and (row.source, row.stream) in stuck]
    held = [(row.source, row.event_id) for row in early]
    _hold(connection, held)
    return Next([row for run in runs.values() for row in run], held)


def _runs(connection: Connection, at: dict[Key, int], now: datetime) -> dict[Key, list[Any]]:
    """For each stream the rows that may be applied now, one after the other."""
    runs: dict[Key, list[Any]] = defaultdict(list)
    if not at:
        return runs
    # Few streams are followed far, many only a step: about a batch of rows is read, never more.
    values = POSITIONS.values(connection, [(*key, last) for key, last in at.items()])
    values |= {"now": now, "depth": max(1, BATCH // len(at))}
    for row in connection.execute(_followers(connection.dialect.name), values):
        key = (row.source, row.stream)
        if row.delivery_seq == at[key] + len(runs.get(key, ())) + 1:
            runs[key].append(row)
    return runs


@cache
def _followers(dialect: str) -> Select[Any]:
    given = POSITIONS.table(dialect)
    beyond = _inbox.c.delivery_seq - given.c.last_seq
    return (
        select(_inbox)
        .join(given, same_stream(_inbox, given))
        .where(
            _inbox.c.delivery_seq > given.c.last_seq,
            _inbox.c.delivery_seq <= given.c.last_seq + bindparam("depth"),
            _inbox.c.open_since.is_not(None),
            or_(_inbox.c.state.in_(("new", "held")), *_due),
        )
        .order_by(beyond)
        # Not into what another worker looks at: it may be waiting for one of these streams.
        .with_for_update(skip_locked=True, of=_inbox)
    )


def _hold(connection: Connection, keys: list[Key]) -> None:
    if keys:
        connection.execute(_holding(connection.dialect.name), KEYS.values(connection, keys))


@cache
def _holding(dialect: str) -> Update:
    given = KEYS.table(dialect)
    return update(_inbox).where(is_given(given), _inbox.c.state == "new").values(state="held")


def mark_handled(connection: Connection, rows: list[Any], now: datetime) -> None:
    """Move the positions on and close the rows, in the transaction of their effects.

    `Overtaken` when one of them was done with before.
    """
    if not rows:
        return
    keys = [(row.source, row.event_id) for row in rows]
    values = {"now": now} | KEYS.values(connection, keys)
    done = connection.execute(_handling(connection.dialect.name), values)
    if done.rowcount != len(rows):
        raise Overtaken
    advance(connection, {(row.source, row.stream): row.delivery_seq for row in rows})


@cache
def _handling(dialect: str) -> Update:
    return (
        update(_inbox)
        .where(is_given(KEYS.table(dialect)), _inbox.c.open_since.is_not(None))
        .values(state="handled", handled_at=bindparam("now"), open_since=None, next_try_at=None)
    )


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
