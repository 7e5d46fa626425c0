"""Machines and coils of the unit: which is which, and from when until when each one is in use."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from services.rtms_unit.tables.base import Table
from shared.identifiers import new_id


def _rules(name: str) -> tuple[UniqueConstraint, CheckConstraint]:
    """Each one is in the registry once, and is not retired before it was in use."""
    order = "retired_on is null or in_use_from <= retired_on"
    return (
        UniqueConstraint("serial_number", name=f"{name}_once"),
        CheckConstraint(order, name=f"{name}_order"),
    )


class _Device(Table):
    """What the registry says of a machine as of a coil."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str
    maker: str
    serial_number: str
    in_use_from: date
    retired_on: date | None = None
    """The first day on which it is no longer used."""
    version: int = 1
    changed_at: datetime
    changed_by: str


class Machine(_Device, table=True):
    """A stimulator. One that is retired stays in the records of its sessions."""

    __tablename__ = "machine"
    __table_args__ = _rules("machine")


class Coil(_Device, table=True):
    """A coil; `form` is figure-8, circular, double-cone, h-coil or other."""

    __tablename__ = "coil"
    __table_args__ = _rules("coil")

    form: str
