"""Databases to migrate: how they are made, what form they have, and what stands in them."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, MetaData, inspect

from shared.database import write_engine

Form = dict[str, dict[str, list[str]]]
Rows = dict[str, list[str]]


@dataclass
class Databases:
    """Makes empty databases with an address after one pattern."""

    pattern: str
    make: Callable[[str], None]

    def empty(self, name: str) -> str:
        """The address of a database that nobody has used yet."""
        self.make(name)
        return self.pattern.format(name)


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    engine = write_engine(url)
    yield engine
    engine.dispose()


def form(engine: Engine) -> Form:
    """Everything that a database says of its tables, whatever the order."""
    look = inspect(engine)
    tables = sorted(set(look.get_table_names()) - {"alembic_version"})
    return {
        table: {
            "columns": _said(look.get_columns(table)),
            "primary key": _said([look.get_pk_constraint(table)]),
            "foreign keys": _said(look.get_foreign_keys(table)),
            "unique": _said(look.get_unique_constraints(table)),
            "indexes": _said(look.get_indexes(table)),
            "checks": _said(look.get_check_constraints(table)),
        }
        for table in tables
    }


def _said(facts: list[Any]) -> list[str]:
    return sorted(json.dumps(dict(fact), default=str, sort_keys=True) for fact in facts)


def rows(engine: Engine, *, without: str = "") -> Rows:
    """Every row of every table as text; `without` a column that came later."""
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: sorted(
                str({k: v for k, v in row.items() if k != without})
                for row in connection.execute(table.select()).mappings()
            )
            for table in tables.sorted_tables
            if table.name != "alembic_version"
        }
