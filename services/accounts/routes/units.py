"""Units for programs: when each is open, what a change would mean, and the change."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel

from services.accounts import actions, forms
from shared.events import Closure, Opening
from shared.web.doors import LookDep, WorkDep

router = APIRouter()

Name = Annotated[str, Path(max_length=64)]
"""Of a service."""


class ShownUnit(BaseModel):
    """What is said of a unit. Without hours it has those of the centre."""

    service: str
    zone: str
    opening: list[Opening]
    public_holidays: bool
    closures: list[Closure]
    closed_from: date | None
    successor: str
    opens_next: datetime

    @classmethod
    def of(cls, unit: actions.Described, now: datetime) -> "ShownUnit":
        plan = vars(unit.plan)
        return cls(service=unit.plate.name, opens_next=unit.calendar.next_opening(now), **plan)


class ShownSample(BaseModel):
    """When something that comes then is due in so many working days: as it is, as it would be."""

    working_days: int
    was: datetime
    would_be: datetime


class ShownPreview(BaseModel):
    """What a change would mean; `seen` is sent along with it."""

    seen: str
    moment: datetime
    samples: list[ShownSample]


class Changed(BaseModel):
    """What takes the change back, at `/unit-changes/{unit_change_id}/undo`."""

    change_id: UUID


@router.get("/units")
def list_units(work: LookDep) -> list[ShownUnit]:
    """Every unit that members work in."""
    return [ShownUnit.of(unit, work.now) for unit in actions.described_units(work)]


@router.get("/units/{service}")
def show_unit(work: LookDep, service: Name) -> ShownUnit:
    """One unit."""
    return ShownUnit.of(actions.described_unit(work, service), work.now)


@router.post("/units/{service}/preview")
def preview(work: LookDep, service: Name, entry: forms.UnitForm) -> ShownPreview:
    """What it would mean, without changing anything."""
    found = actions.preview(work, service, entry.plan())
    samples = [ShownSample(**vars(sample)) for sample in found.samples]
    return ShownPreview(seen=found.seen, moment=found.moment, samples=samples)


@router.put("/units/{service}")
def change(work: WorkDep, service: Name, entry: forms.SeenUnitForm) -> Changed:
    """Say of a unit, as a whole, what holds from now on."""
    return Changed(change_id=actions.change_unit(work, service, entry.plan(), entry.seen).id)


@router.post("/unit-changes/{unit_change_id}/undo")
def undo(work: WorkDep, unit_change_id: UUID) -> Changed:
    """Take a change back, if nothing was changed since."""
    return Changed(change_id=actions.undo_change(work, unit_change_id).id)
