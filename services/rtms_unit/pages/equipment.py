"""Pages for the unit: the registry of machines and coils."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.rtms_unit.actions import equipment as actions
from services.rtms_unit.forms import safety as forms
from services.rtms_unit.rules import equipment as rules
from services.rtms_unit.tables import Coil, Machine
from shared.discipline import reading, views
from shared.discipline.pages import PageLook, PageWork
from shared.discipline.pages.shown import Errors, render
from shared.i18n import N_
from shared.web.doors import ScreenDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()


@router.get("/equipment")
def show_equipment(screen: ScreenDep, work: PageLook) -> Response:
    return _page(screen, work)


@router.post("/equipment")
def add(screen: ScreenDep, work: PageWork) -> Response:
    entry, errors = screen.read(forms.DeviceOnPage)
    if entry is not None:
        _, errors = screen.attempt(work, lambda: _add(work, entry))
    return _answer(screen, work, errors, N_("It is in the registry."))


def _add(work: Work, entry: forms.DeviceOnPage) -> None:
    device = rules.Device(**entry.model_dump(exclude={"kind", "form"}))
    if entry.kind == "machine":
        actions.add_machine(work, device)
    else:
        actions.add_coil(work, device, entry.form)


@router.post("/equipment/machines/{key}/retire")
def retire_machine(key: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _retire(screen, work, Machine, key)


@router.post("/equipment/coils/{key}/retire")
def retire_coil(key: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _retire(screen, work, Coil, key)


def _retire(screen: Screen, work: Work, table: type[actions.Device], key: UUID) -> Response:
    entry, errors = screen.read(forms.Retirement)
    if entry is not None:
        on = entry.retired_on
        _, errors = screen.attempt(work, lambda: actions.retire(work, table, key, on))
    return _answer(screen, work, errors, N_("It is no longer used."))


def _answer(screen: Screen, work: Work, errors: Errors, done: str) -> Response:
    return _page(screen, work, errors) if errors else screen.go("/rtms_unit/equipment", done)


def _page(screen: Screen, work: Work, errors: Errors | None = None) -> Response:
    reading.require_reader(work)
    values = {
        **views.everywhere(work),
        "machines": actions.machines(work),
        "coils": actions.coils(work),
        "forms_of_coils": rules.FORMS,
        "is_in_use": rules.is_in_use,
    }
    return render(screen, "rtms_unit/equipment.html", values, errors)
