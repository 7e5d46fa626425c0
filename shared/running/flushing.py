"""Writes what handlers have changed: many rows of a table with one statement."""

from collections import defaultdict
from functools import cache
from typing import Any

from sqlalchemy import Connection, inspect, types, update
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql import Update
from sqlmodel import Session, SQLModel
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from shared.backbone.batches import Batch
from shared.database import table_of

FEW = 3
"""Fewer rows than this are left to the session, which sends a statement for each."""
_PLAIN = (
    types.String,
    types.Integer,
    types.Float,
    types.Boolean,
    types.Uuid,
    AutoString,
    UTCDateTime,
)
"""What both databases read from JSON as it is meant."""
Alike = tuple[type[SQLModel], tuple[str, ...]]
"""Rows of a table in which the same columns were changed."""


def flush(session: Session) -> None:
    """Write all changes. The rows are no longer followed: their handlers are done with them."""
    many = {alike: rows for alike, rows in _changed(session).items() if len(rows) >= FEW}
    for rows in many.values():
        for row in rows:
            session.expunge(row)
    session.flush()
    for (table, names), rows in many.items():
        _write(session.connection(), table, names, rows)


def _changed(session: Session) -> dict[Alike, list[SQLModel]]:
    found: dict[Alike, list[SQLModel]] = defaultdict(list)
    for row in session.dirty:
        state = inspect(row)
        names = tuple(sorted(state.committed_state))
        if names and _is_plain(state.mapper, names):
            found[type(row), names].append(row)
    return found


@cache
def _is_plain(mapper: Mapper[Any], names: tuple[str, ...]) -> bool:
    """Whether nothing is to be done but to set these columns of the row with this key."""
    table = mapper.local_table
    keys = {column.name for column in table.primary_key}
    plain = {c.name for c in table.columns if isinstance(c.type, _PLAIN)}
    extra = mapper.version_id_col is not None or any(c.onupdate for c in table.columns)
    return not extra and keys | set(names) <= plain and keys.isdisjoint(names)


def _write(
    connection: Connection, table: type[SQLModel], names: tuple[str, ...], rows: list[SQLModel]
) -> None:
    batch, statement = _updating(table, names, connection.dialect.name)
    columns = [column.name for column in batch.columns]
    values = batch.values(connection, [[getattr(row, name) for name in columns] for row in rows])
    if connection.execute(statement, values).rowcount != len(rows):
        raise StaleDataError("a row that was changed is no longer there")


@cache
def _updating(model: type[SQLModel], names: tuple[str, ...], dialect: str) -> tuple[Batch, Update]:
    table = table_of(model)
    keys = table.primary_key.columns
    batch = Batch(*keys, *(table.c[name] for name in names))
    given = batch.table(dialect)
    same = [column == given.c[column.name] for column in keys]
    changes = {name: given.c[name] for name in names}
    return batch, update(table).where(*same).values(changes)
