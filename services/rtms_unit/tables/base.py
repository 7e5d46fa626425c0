"""What all tables of the rTMS unit have in common."""

from typing import ClassVar

from sqlalchemy import MetaData
from sqlmodel import SQLModel


class Table(SQLModel):
    """The tables of the rTMS unit have a catalogue of their own."""

    metadata: ClassVar[MetaData] = MetaData()
