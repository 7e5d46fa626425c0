"""Asks for things of different kinds at once: one question to the database instead of many."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CompoundSelect, String, cast, false, literal_column, null, select, union_all
from sqlalchemy.sql import Select

PART = "part"
"""The column that says which of the selects has found a row."""


def together(parts: Mapping[str, Select[Any]]) -> CompoundSelect[Any]:
    """One statement for selects of different columns; a row has nothing in those of the others.

    What has the same name in several of them must be of the same kind.
    """
    kinds = {c.name: c.type for part in parts.values() for c in part.selected_columns}
    # It finds nothing, and says of what kind each column is: a server does not guess that of null.
    head = select(
        cast(null(), String).label(PART),
        *(cast(null(), kind).label(name) for name, kind in kinds.items()),
    ).where(false())
    return union_all(head, *(_filled(name, part, kinds) for name, part in parts.items()))


def _filled(name: str, part: Select[Any], kinds: Mapping[str, Any]) -> Select[Any]:
    own = {column.name: column for column in part.selected_columns}
    columns = (own[kind] if kind in own else null().label(kind) for kind in kinds)
    return part.with_only_columns(literal_column(f"'{name}'", String).label(PART), *columns)
