"""JSON for programs: the registry of machines and coils."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter

from services.rtms_unit.actions import equipment as actions
from services.rtms_unit.forms import safety as forms
from services.rtms_unit.rules.equipment import Device
from services.rtms_unit.tables import Coil, Machine
from shared.discipline.reading import require_reader
from shared.web.doors import LookDep, WorkDep

router = APIRouter()


@router.get("/machines")
def list_machines(work: LookDep) -> Sequence[Machine]:
    """All machines, also those that are retired."""
    require_reader(work)
    return actions.machines(work)


@router.post("/machines", status_code=201)
def add_machine(entry: forms.DeviceEntry, work: WorkDep) -> Machine:
    return actions.add_machine(work, Device(**entry.model_dump()))


@router.post("/machines/{machine_id}/retire")
def retire_machine(machine_id: UUID, entry: forms.Retirement, work: WorkDep) -> Machine:
    return actions.retire(work, Machine, machine_id, entry.retired_on)


@router.get("/coils")
def list_coils(work: LookDep) -> Sequence[Coil]:
    """All coils, also those that are retired."""
    require_reader(work)
    return actions.coils(work)


@router.post("/coils", status_code=201)
def add_coil(entry: forms.CoilEntry, work: WorkDep) -> Coil:
    device = Device(**entry.model_dump(exclude={"form"}))
    return actions.add_coil(work, device, entry.form)


@router.post("/coils/{coil_id}/retire")
def retire_coil(coil_id: UUID, entry: forms.Retirement, work: WorkDep) -> Coil:
    return actions.retire(work, Coil, coil_id, entry.retired_on)
