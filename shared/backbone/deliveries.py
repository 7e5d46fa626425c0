"""The books of the relay: what is due to whom, what is under way, and what subscribers said."""

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import CTE, Connection, Row, bindparam, func, or_, select, update
from sqlalchemy.sql import ColumnElement, FromClause, Select, Update

from shared.backbone.batches import Batch
from shared.backbone.receipts import RANK, Receipt
from shared.backbone.tables import DONE_STATES, OPEN_STATES, Delivery, EventRow
from shared.database import table_of

BATCH = 500
"""So many events are sent to a subscriber before the queue is asked whether it has them."""
IN_FLIGHT = 2000
"""More without an answer would only burden the queue of the subscriber."""
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=5)
UNTAKEN = "no queue takes it"


class Turn(NamedTuple):
    """What is due to a subscriber: deliveries in this state, and how many may be sent now.

    None (`room` 0) when so many are under way that it must answer first.
    """

    subscriber: str
    state: str
    room: int


Due = Row[Any]
DeliveryKey = tuple[UUID, str]

_delivery, _event = table_of(Delivery), table_of(EventRow)
_columns = _delivery.c
_open = _columns.next_try_at.is_not(None)
KEYS = Batch(_columns.event_id, _columns.subscriber)
CLAIMS = Batch(_columns.event_id, _columns.subscriber, _columns.next_try_at)
ANSWERS = Batch(
    _columns.event_id,
    _columns.subscriber,
    _columns.error,
    _columns.stored_at,
    _columns.handled_at,
)


def _first_open(*conditions: ColumnElement[bool]) -> Select[Any]:
    """The first of these in the index of what is open: in its order, or the log would be read."""
    index = (_columns.subscriber, _columns.state, _columns.next_try_at, _columns.event_id)
    return select(_columns.subscriber).where(_open, *conditions).order_by(*index).limit(1)


def _subscribers() -> CTE:
    """Who has not answered for everything: a step of the index for each, however much is open."""
    first = select(_first_open().scalar_subquery().label("name"))
    known = first.cte("subscribers", recursive=True)
    after = _first_open(_columns.subscriber > known.c.name)
    following = select(after.scalar_subquery()).where(known.c.name.is_not(None))
    return known.union_all(following)


def _whose_turn() -> Select[Any]:
    """For each subscriber: when the next is due in each state, and how much is under way."""
    known = _subscribers()
    own = (_columns.subscriber == known.c.name, _open)
    due = [
        select(_columns.next_try_at)
        .where(*own, _columns.state == state)
        .order_by(_columns.next_try_at)
        .limit(1)
        .scalar_subquery()
        .label(state)
        for state in OPEN_STATES
    ]
    sent = select(_columns.event_id).where(*own, _columns.state == "sent").limit(IN_FLIGHT)
    under_way = select(func.count()).select_from(sent.correlate(known).subquery())
    return select(known.c.name, *due, under_way.scalar_subquery().label("under_way")).where(
        known.c.name.is_not(None)
    )


_WHOSE_TURN = _whose_turn()


def turns(connection: Connection, now: datetime) -> list[Turn]:
    """A quick look, without a lock: what is due now."""
    return [
        Turn(row.name, state, _room(state, row.under_way))
        for row in connection.execute(_WHOSE_TURN)
        for state in OPEN_STATES
        if (due := getattr(row, state)) is not None and due <= now
    ]


def _room(state: str, under_way: int) -> int:
    return min(BATCH, IN_FLIGHT - under_way) if state == "waiting" else BATCH


def claim(connection: Connection, some: list[Turn], now: datetime) -> list[Due]:
    """Take due deliveries and put their next try off, so that no other relay takes them too."""
    rows: list[Due] = []
    for turn in some:
        rows += connection.execute(_DUE, {**turn._asdict(), "now": now})
    if rows:
        waits = {tried: wait_before(tried + 1) for tried in {row.attempts for row in rows}}
        again = [(r.event_id, r.subscriber, now + waits[r.attempts]) for r in rows]
        values = CLAIMS.values(connection, again)
        connection.execute(_claiming(connection.dialect.name), values)
    return rows


_DUE = (
    select(
        _columns.event_id,
        _columns.subscriber,
        _columns.delivery_seq,
        _columns.attempts,
        _event.c.body,
    )
    .join(_event, _event.c.id == _columns.event_id)
    .where(
        _columns.subscriber == bindparam("subscriber"),
        _columns.state == bindparam("state"),
        _columns.next_try_at <= bindparam("now"),
    )
    .order_by(_columns.next_try_at, _columns.event_id)
    .limit(bindparam("room"))
    .with_for_update(skip_locked=True, of=_delivery)
)


@cache
def _claiming(dialect: str) -> Update:
    given = CLAIMS.table(dialect)
    put_off = {"attempts": _columns.attempts + 1, "next_try_at": given.c.next_try_at}
    return update(_delivery).where(_is_given(given)).values(put_off)


def _is_given(given: FromClause) -> ColumnElement[bool]:
    return (_columns.event_id == given.c.event_id) & (_columns.subscriber == given.c.subscriber)


def wait_before(attempts: int) -> timedelta:
    """How long to wait for a receipt after so many tries: doubling, capped, with jitter."""
    longest = min(FIRST_WAIT * (1 << min(attempts - 1, 12)), LONGEST_WAIT)
    return longest * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, hides nothing


def mark_sent(connection: Connection, keys: list[DeliveryKey], now: datetime) -> None:
    """The queue has taken them."""
    if keys:
        values = {"now": now} | KEYS.values(connection, keys)
        connection.execute(_sending(connection.dialect.name), values)


@cache
def _sending(dialect: str) -> Update:
    waits = _columns.state == "waiting"
    sent = {"state": "sent", "sent_at": bindparam("now"), "error": ""}
    return update(_delivery).where(_is_given(KEYS.table(dialect)), waits).values(sent)


def mark_untaken(connection: Connection, keys: list[DeliveryKey]) -> None:
    """Not sent, or no more: whatever was in a queue that is gone now is gone too."""
    if keys:
        values = KEYS.values(connection, keys)
        connection.execute(_returning(connection.dialect.name), values)


@cache
def _returning(dialect: str) -> Update:
    sent = _columns.state.in_(("waiting", "sent"))
    untaken = {"state": "waiting", "error": UNTAKEN}
    return update(_delivery).where(_is_given(KEYS.table(dialect)), sent).values(untaken)


def note_receipts(connection: Connection, receipts: Iterable[Receipt]) -> None:
    """Write down what subscribers say; a late or repeated receipt never takes a state back."""
    furthest: dict[DeliveryKey, Receipt] = {}
    for receipt in receipts:
        key = (receipt.event_id, receipt.subscriber)
        if key not in furthest or RANK[furthest[key].state] <= RANK[receipt.state]:
            furthest[key] = receipt
    by_state: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for key, said in furthest.items():
        by_state[said.state].append((*key, said.error, said.stored_at, said.at))
    for state, rows in by_state.items():
        values = ANSWERS.values(connection, rows)
        connection.execute(_noting(connection.dialect.name, state), values)


@cache
def _noting(dialect: str, state: str) -> Update:
    given = ANSWERS.table(dialect)
    said: dict[str, Any] = {"state": state, "error": given.c.error, "stored_at": given.c.stored_at}
    if state in DONE_STATES:
        said |= {"handled_at": given.c.handled_at, "next_try_at": None}
    forward = or_(*(_columns.state == s for s in OPEN_STATES if RANK[s] <= RANK[state]))
    return update(_delivery).where(_is_given(given), forward).values(said)


def send_everything_again(connection: Connection, now: datetime, subscriber: str = "") -> None:
    """Make what is unfinished due now, for all or for one: a queue may be lost, or an answer."""
    chosen = [_open, _columns.next_try_at > now]
    if subscriber:
        chosen.append(_columns.subscriber == subscriber)
    again = {"next_try_at": now, "attempts": 0}
    connection.execute(update(_delivery).where(*chosen).values(again))
