"""JSON for programs: the hours and closures of the unit, and its free times."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from sqlmodel import col, select

from services.rtms_unit.actions import unit as actions
from services.rtms_unit.forms import courses as forms
from services.rtms_unit.reading import unit
from services.rtms_unit.rules.planning import Window
from services.rtms_unit.tables import Closure
from shared.discipline.forms import Day
from shared.discipline.reading import require_reader
from shared.web.doors import LookDep, WorkDep

router = APIRouter()
USUAL_MINUTES = 45


@router.get("/unit/hours")
def show_hours(work: LookDep) -> Sequence[Window]:
    """The hours of the unit, in minutes of the day; weekday 0 is Monday."""
    require_reader(work)
    return unit.windows_of(work)


@router.put("/unit/hours")
def set_hours(entry: forms.HoursEntry, work: WorkDep) -> Sequence[Window]:
    actions.set_hours(work, [each.window() for each in entry.windows])
    return unit.windows_of(work)


@router.get("/unit/free-times")
def list_free_times(
    work: LookDep,
    day: Day | None = None,
    minutes: Annotated[int, Query(ge=5, le=480)] = USUAL_MINUTES,
) -> list[datetime]:
    """When somebody could still come on a day, today unless another is given, for so long."""
    require_reader(work)
    day = day or work.today
    diary = unit.diary_of(work, unit.opening_of(work), day)
    found = diary.free_times(day, minutes)
    return [unit.instant_at(work, day, start) for start in found]


@router.get("/unit/closures")
def list_closures(work: LookDep) -> Sequence[Closure]:
    """The days that are closed beside weekends and public holidays."""
    require_reader(work)
    return work.all(select(Closure).order_by(col(Closure.first)))
