"""Many rows in one statement: what a batch of events costs the database no longer grows by events.

A statement that names each row has thousands of parameters and a plan of its own for each number
of rows. These have the same few parameters for any number: PostgreSQL gets an array for each
column, SQLite one JSON text for all rows.
"""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Dialect,
    Table,
    bindparam,
    column,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import FromClause

Values = dict[str, Any]
Rows = Sequence[Sequence[Any]]


class Batch:
    """Rows of these columns, as a table `given` that a statement can join with."""

    def __init__(self, *columns: Column[Any]) -> None:
        self.columns = columns

    def table(self, dialect: str) -> FromClause:
        """What to name in the statement."""
        return _as_table(self.columns, dialect)

    def values(self, connection: Connection, rows: Rows) -> Values:
        """The parameters that bring the rows into it."""
        if connection.dialect.name == "postgresql":
            lists = zip(*rows, strict=True) if rows else ((),) * len(self.columns)
            return {_name(c): list(row) for c, row in zip(self.columns, lists, strict=True)}
        return {"given": _as_json(self.columns, connection.dialect, rows)}


def _name(one: Column[Any]) -> str:
    return f"given_{one.name}"


@cache
def _as_table(columns: tuple[Column[Any], ...], dialect: str) -> FromClause:
    if dialect == "postgresql":
        lists = [bindparam(_name(c), type_=postgresql.ARRAY(c.type)) for c in columns]
        named = [column(c.name, c.type) for c in columns]
        return func.unnest(*lists).table_valued(*named, name="given").render_derived()
    each = func.json_each(bindparam("given")).table_valued("value", name="each")
    parts = (
        func.json_extract(each.c.value, f"$[{place}]", type_=c.type).label(c.name)
        for place, c in enumerate(columns)
    )
    return select(*parts).subquery("given")


def _as_json(columns: Iterable[Column[Any]], dialect: Dialect, rows: Rows) -> str:
    """The rows as the columns keep them: identifiers and times are texts in SQLite."""
    kept = [c.type.dialect_impl(dialect).bind_processor(dialect) for c in columns]
    return json.dumps(
        [[v if to is None else to(v) for to, v in zip(kept, row, strict=True)] for row in rows]
    )


def insert_given(table: Table, columns: tuple[Column[Any], ...], dialect: str) -> Any:
    """A statement that inserts what a batch of these columns brings, in its order."""
    kind = postgresql if dialect == "postgresql" else sqlite
    # Without a condition, SQLite takes the ON of ON CONFLICT for that of a join.
    source = select(_as_table(columns, dialect)).where(literal_column("1") == literal_column("1"))
    return kind.insert(table).from_select([c.name for c in columns], source)


def insert(
    connection: Connection, table: Table, rows: Sequence[Values], *, only_new: bool = False
) -> int:
    """Insert rows that all have the same columns; `only_new` leaves those that are there.

    Returns how many are new.
    """
    if not rows:
        return 0
    columns = tuple(table.c[name] for name in rows[0])
    if connection.dialect.name == "postgresql":
        values = Batch(*columns).values(connection, [tuple(row.values()) for row in rows])
        return connection.execute(_insert_given(table, columns, only_new), values).rowcount
    return connection.execute(_insert_each(table, only_new), list(rows)).rowcount


@cache
def _insert_given(table: Table, columns: tuple[Column[Any], ...], only_new: bool) -> Any:
    statement = insert_given(table, columns, "postgresql")
    return statement.on_conflict_do_nothing() if only_new else statement


@cache
def _insert_each(table: Table, only_new: bool) -> Any:
    statement = sqlite.insert(table)
    return statement.on_conflict_do_nothing() if only_new else statement
