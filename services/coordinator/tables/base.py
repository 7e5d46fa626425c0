"""The catalogue of the coordinator's tables, and a check that all of them use."""

from typing import ClassVar

from sqlalchemy import CheckConstraint, MetaData
from sqlmodel import SQLModel


class Table(SQLModel):
    """The tables of the coordinator have a catalogue of their own."""

    metadata: ClassVar[MetaData] = MetaData()


def one_of(column: str, states: tuple[str, ...], name: str) -> CheckConstraint:
    listed = ",".join(f"'{state}'" for state in states)
    return CheckConstraint(f"{column} in ({listed})", name=name)
