"""How far each stream has been applied: whoever holds the lock of a stream moves it on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from functools import cache
from typing import Any

from sqlalchemy import Connection, literal_column, select, update
from sqlalchemy.sql import Select, Update
from sqlalchemy.sql.elements import Label

from shared.backbone.batches import Batch, insert_given
from shared.backbone.inbox.keys import Key
from shared.backbone.inbox.storing import Heard
from shared.backbone.tables import InboxRow, Position
from shared.database import table_of

_inbox, _position = table_of(InboxRow), table_of(Position)
STREAMS = Batch(_position.c.source, _position.c.stream)
POSITIONS = Batch(_position.c.source, _position.c.stream, _position.c.last_seq)
NOWHERE = -2
"""No event comes next in a stream that belongs to another worker."""


def lock(connection: Connection, streams: Set[Key]) -> dict[Key, int]:
    """How far each stream has been applied; those that somebody else has locked are missing."""
    if not streams:
        return {}
    dialect = connection.dialect.name
    found = connection.execute(_locking(dialect), STREAMS.values(connection, list(streams)))
    at = {(source, stream): last for source, stream, last in found}
    # In a fixed order, so that two workers never wait for each other.
    first = [(*key, 0) for key in sorted(streams - at.keys())] if len(at) < len(streams) else []
    if first:
        begun = connection.execute(_beginning(dialect), POSITIONS.values(connection, first))
        at |= dict.fromkeys(begun, 0)
    return at


@cache
def _locking(dialect: str) -> Select[Any]:
    given = STREAMS.table(dialect)
    return (
        select(_position.c.source, _position.c.stream, _position.c.last_seq)
        .join(given, same_stream(_position, given))
        .with_for_update(skip_locked=True, of=_position)
    )


def same_stream(table: Any, other: Any) -> Any:
    return (table.c.source == other.c.source) & (table.c.stream == other.c.stream)


@cache
def _beginning(dialect: str) -> Any:
    statement = insert_given(_position, POSITIONS.columns, dialect).on_conflict_do_nothing()
    return statement.returning(_position.c.source, _position.c.stream)


def advance(connection: Connection, reached: Mapping[Key, int]) -> bool:
    """The streams have come as far as these numbers; what waited for exactly that is released.

    Returns whether there was such a one.
    """
    if not reached:
        return False
    dialect = connection.dialect.name
    values = POSITIONS.values(connection, [(*stream, seq) for stream, seq in reached.items()])
    moved = connection.execute(_advancing(dialect), values).all()
    released = any(row.follower == "held" for row in moved)
    if released:
        connection.execute(_releasing(dialect), values)
    return released


# Spelled out, for a RETURNING may name other tables in no other way; and no EXISTS, for which
# PostgreSQL may read the whole inbox instead of looking into its index.
_FOLLOWER: Label[str | None] = literal_column(
    "(select inbox.state from inbox where inbox.source = position.source"
    " and inbox.stream = position.stream and inbox.delivery_seq = position.last_seq + 1)"
).label("follower")


@cache
def _advancing(dialect: str) -> Any:
    statement = insert_given(_position, POSITIONS.columns, dialect)
    return statement.on_conflict_do_update(
        index_elements=["source", "stream"], set_={"last_seq": statement.excluded.last_seq}
    ).returning(_FOLLOWER)


@cache
def _releasing(dialect: str) -> Update:
    given = POSITIONS.table(dialect)
    return (
        update(_inbox)
        .where(
            same_stream(_inbox, given),
            _inbox.c.delivery_seq == given.c.last_seq + 1,
            _inbox.c.state == "held",
        )
        .values(state="new")
    )


def in_turn(connection: Connection, heard: Iterable[Heard]) -> tuple[list[Heard], list[Heard]]:
    """Of what has just arrived: what comes next in its stream, and what has to wait or is known.

    The streams are locked as for the applier; what belongs to another worker's stream waits.
    """
    streams: dict[Key, list[Heard]] = defaultdict(list)
    for one in heard:
        streams[one.stream].append(one)
    at = lock(connection, streams.keys())
    following: list[Heard] = []
    waiting: list[Heard] = []
    for stream, some in streams.items():
        last = at.get(stream, NOWHERE)
        for one in some:
            comes_next = one.envelope.deliveryseq == last + 1
            last += comes_next
            (following if comes_next else waiting).append(one)
    return following, waiting
