"""The registry of machines and coils: taken into use, renamed, retired; never deleted."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlmodel import col, select

from services.rtms_unit.rules import equipment as rules
from services.rtms_unit.tables import Coil, Machine
from shared.discipline.actions.records import mark
from shared.discipline.reading import require_colleague
from shared.errors import Invalid, NotFound
from shared.i18n import N_
from shared.work import Work

Device = TypeVar("Device", Machine, Coil)


def machines(work: Work) -> Sequence[Machine]:
    """All machines, also those that are retired, by name."""
    return work.all(select(Machine).order_by(col(Machine.name), col(Machine.id)))


def coils(work: Work) -> Sequence[Coil]:
    """All coils, also those that are retired, by name."""
    return work.all(select(Coil).order_by(col(Coil.name), col(Coil.id)))


def add_machine(work: Work, entry: rules.Device) -> Machine:
    """Take a machine into use."""
    _check(work, Machine, entry)
    row = Machine(**asdict(entry), changed_at=work.now, changed_by=work.actor)
    work.add(row)
    work.audit("machine-added", None)
    return row


def add_coil(work: Work, entry: rules.Device, form: str) -> Coil:
    """Take a coil into use."""
    rules.check_form(form)
    _check(work, Coil, entry)
    row = Coil(**asdict(entry), form=form, changed_at=work.now, changed_by=work.actor)
    work.add(row)
    work.audit("coil-added", None)
    return row


def retire(work: Work, table: type[Device], key: UUID, on: date) -> Device:
    """From this day on it is no longer used."""
    require_colleague(work)
    row = work.hold(table, key)
    if row is None:
        raise NotFound
    rules.check_retirement(row.in_use_from, row.retired_on, on)
    row.retired_on = on
    mark(work, row)
    work.audit(f"{table.__tablename__}-retired", None)
    return row


def check_in_use(work: Work, machine_id: UUID, coil_id: UUID) -> None:
    """A session is given with a machine and a coil that are in use today."""
    for row, field in (
        (work.find(Machine, machine_id), "machine_id"),
        (work.find(Coil, coil_id), "coil_id"),
    ):
        if row is None or not rules.is_in_use(row.in_use_from, row.retired_on, work.today):
            raise Invalid(N_("Choose one that is in use."), field=field)


def in_use(work: Work, rows: Sequence[Device]) -> list[Device]:
    """Those that can be used today."""
    return [row for row in rows if rules.is_in_use(row.in_use_from, row.retired_on, work.today)]


def _check(work: Work, table: type[Machine] | type[Coil], entry: rules.Device) -> None:
    require_colleague(work)
    rules.check(entry, work.today)
    same = select(table.id).where(col(table.serial_number) == entry.serial_number)
    if work.first(same) is not None:
        raise Invalid(N_("This serial number is already in the registry."), field="serial_number")
