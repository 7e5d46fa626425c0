"""Many rows in one statement: what a batch of events costs the database no longer grows by events.

A statement that names each row has thousands of parameters and a plan of its own for each number
of rows. These have one parameter for any number: the rows as JSON, which both databases read as a
table.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from pydantic_core import to_json
from sqlalchemy import (
    Column,
    Connection,
    Table,
    Text,
    bindparam,
    cast,
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
        self._names = [column.name for column in columns]

    def table(self, dialect: str) -> FromClause:
        """What to name in the statement."""
        return _as_table(self.columns, dialect)

    def values(self, connection: Connection, rows: Rows) -> Values:
        """The parameter that brings the rows into it."""
        if connection.dialect.name == "postgresql":
            return _given([dict(zip(self._names, row, strict=True)) for row in rows])
        keepers = _keepers(self.columns)
        return _given([[keep(v) for keep, v in zip(keepers, row, strict=True)] for row in rows])


def _given(rows: Sequence[Any]) -> Values:
    return {"given": to_json(rows).decode()}


@cache
def _keepers(columns: tuple[Column[Any], ...]) -> list[Callable[[Any], Any]]:
    """What makes of a value what SQLite keeps: identifiers and times are texts of its own form."""
    dialect = sqlite.dialect()
    kept = (c.type.dialect_impl(dialect).bind_processor(dialect) for c in columns)
    return [keep or _as_it_is for keep in kept]


def _as_it_is(value: Any) -> Any:
    return value


@cache
def _as_table(columns: tuple[Column[Any], ...], dialect: str) -> FromClause:
    if dialect == "postgresql":
        named = [column(c.name, c.type) for c in columns]
        rows = cast(bindparam("given", type_=Text), postgresql.JSON)
        table = func.json_to_recordset(rows).table_valued(*named, name="given")
        return table.render_derived(with_types=True)
    each = func.json_each(bindparam("given")).table_valued("value", name="each")
    parts = (
        func.json_extract(each.c.value, f"$[{place}]", type_=c.type).label(c.name)
        for place, c in enumerate(columns)
    )
    return select(*parts).subquery("given")


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
        values: Any = _given(rows)
        statement = _insert_together(table, columns, only_new)
    else:  # which lives in this process: row by row is faster than any way through JSON
        values, statement = list(rows), _insert_each(table, only_new)
    counted = statement.execution_options(preserve_rowcount=True)
    return connection.execute(counted, values).rowcount


@cache
def _insert_together(table: Table, columns: tuple[Column[Any], ...], only_new: bool) -> Any:
    statement = insert_given(table, columns, "postgresql")
    return statement.on_conflict_do_nothing() if only_new else statement


@cache
def _insert_each(table: Table, only_new: bool) -> Any:
    statement = sqlite.insert(table)
    return statement.on_conflict_do_nothing() if only_new else statement
