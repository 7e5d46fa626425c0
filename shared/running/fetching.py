"""Reads what handlers are going to ask for: many rows of a table with one statement."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.sql import Select
from sqlmodel import Session, SQLModel

from shared.backbone.batches import Batch
from shared.database import table_of
from shared.service import Need
from shared.work import Known


def fetch(session: Session, needs: Iterable[Iterable[Need]]) -> Known:
    """The rows that these handlers need, each once; what does not exist is known not to.

    Nobody else changes them until the transaction ends: what is decided by them is decided by how
    they are. All workers take them in the same order, a referral before its patient, as people do.
    """
    wanted: dict[type[SQLModel], dict[object, SQLModel | None]] = defaultdict(dict)
    for some in needs:
        for table, key in some:
            wanted[table][key] = None
    for table, keys in sorted(wanted.items(), key=_name, reverse=True):
        keys.update(_rows_of(session, table, list(keys)))
    return {(table, key): row for table, keys in wanted.items() for key, row in keys.items()}


def _name(item: tuple[type[SQLModel], object]) -> str:
    return table_of(item[0]).name


def _rows_of(
    session: Session, table: type[SQLModel], keys: list[object]
) -> dict[object, SQLModel | None]:
    """The rows with these keys, which have one column."""
    connection = session.connection()
    batch, statement = _selecting(table, connection.dialect.name)
    found = session.execute(statement, batch.values(connection, [[key] for key in keys]))
    (name,) = (column.name for column in batch.columns)
    return {getattr(row, name): row for row in found.scalars()}


@cache
def _selecting(model: type[SQLModel], dialect: str) -> tuple[Batch, Select[Any]]:
    (key,) = table_of(model).primary_key.columns
    batch = Batch(key)
    given = batch.table(dialect)
    chosen = select(model).join(given, key == given.c[key.name]).order_by(key)
    return batch, chosen.with_for_update(key_share=True, of=model)
