"""What all tables of the pain physician stand on."""

from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, Column, MetaData
from sqlmodel import SQLModel


class Table(SQLModel):
    metadata: ClassVar[MetaData] = MetaData()


def one_of(column: str, values: tuple[str, ...], name: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=name)


def structured(filled: str | None = None) -> Column[Any]:
    """A list or a small structure of codes and numbers; `filled` is what older rows have."""
    return Column(JSON, nullable=False, server_default=filled)
