"""The units: when each is open, the days on which it is closed, and its end. Seen before saved."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import ValidationError

from services.accounts import actions, forms
from services.accounts.rules.units import CLOSURE_REASONS, Plan
from services.accounts.rules.wishes import zones
from shared.access.viewer import ADMINISTRATOR
from shared.errors import Invalid
from shared.i18n import N_
from shared.web.doors import LookDep, ScreenDep, WorkDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter(prefix="/units")
HOURS_OF_A_DAY = 2
Errors = dict[str, str]


@router.get("")
def units(work: LookDep, screen: ScreenDep) -> Response:
    titles = {plate.name: plate for plate in work.directory.plates}
    return screen.render(
        "accounts/units.html", units=actions.described_units(work), titles=titles, today=work.today
    )


@router.get("/{service}")
def unit(work: LookDep, service: str, screen: ScreenDep) -> Response:
    return _show(screen, work, service)


@router.post("/{service}/hours")
def hours(work: LookDep, service: str, screen: ScreenDep) -> Response:
    """What other hours would mean; nothing is saved yet."""
    form = screen.form
    zone, holidays = str(form.get("zone", "")).strip(), form.get("public_holidays")
    values = {"opening": _rows(screen), "zone": zone, "public_holidays": holidays == "yes"}
    entry, errors = screen.check(forms.HoursForm, values)
    if entry is None:
        return _show(screen, work, service, errors)
    plan = actions.described_unit(work, service).plan
    wanted = replace(
        plan, zone=entry.zone, opening=entry.hours(), public_holidays=entry.public_holidays
    )
    return _preview(screen, work, service, wanted)


@router.post("/{service}/closures")
def closures(work: LookDep, service: str, screen: ScreenDep) -> Response:
    """What a closure would mean; nothing is saved yet."""
    entry, errors = screen.read(forms.ClosureForm)
    if entry is None:
        return _show(screen, work, service, errors)
    plan = actions.described_unit(work, service).plan
    wanted = replace(plan, closures=(*plan.closures, entry.closure()))
    return _preview(screen, work, service, wanted)


@router.post("/{service}/closures/{begins}/remove")
def open_again(work: WorkDep, service: str, begins: str, screen: ScreenDep) -> Response:
    plan = actions.described_unit(work, service).plan
    kept = tuple(each for each in plan.closures if each.begins.isoformat() != begins)
    change = actions.change_unit(work, service, replace(plan, closures=kept))
    return screen.go(
        _place(service), N_("The unit is open on these days."), undo=_undo(service, change.id)
    )


@router.post("/{service}/end")
def end(work: LookDep, service: str, screen: ScreenDep) -> Response:
    """What it would mean if the unit closed for good; nothing is saved yet."""
    entry, errors = screen.read(forms.EndForm)
    if entry is None:
        return _show(screen, work, service, errors)
    plan = actions.described_unit(work, service).plan
    wanted = replace(plan, closed_from=entry.closed_from, successor=entry.successor)
    return _preview(screen, work, service, wanted)


@router.post("/{service}/stay")
def stay(work: WorkDep, service: str, screen: ScreenDep) -> Response:
    plan = actions.described_unit(work, service).plan
    wanted = replace(plan, closed_from=None, successor="")
    change = actions.change_unit(work, service, wanted)
    return screen.go(_place(service), N_("The unit stays open."), undo=_undo(service, change.id))


@router.post("/{service}/change")
def change(work: WorkDep, service: str, screen: ScreenDep) -> Response:
    """Save exactly what the preview has shown."""
    plan, seen = _shown_plan(screen), str(screen.form.get("seen", ""))
    changed, errors = screen.attempt(
        work, lambda: actions.change_unit(work, service, plan, seen or "nothing")
    )
    if changed is None:
        return _show(screen, work, service, errors)
    return screen.go(
        _place(service), N_("Saved. It counts at once."), undo=_undo(service, changed.id)
    )


@router.post("/{service}/changes/{unit_change_id}/undo")
def undo(work: WorkDep, service: str, unit_change_id: UUID, screen: ScreenDep) -> Response:
    undone, errors = screen.attempt(work, lambda: actions.undo_change(work, unit_change_id))
    if undone is None:
        return _show(screen, work, service, errors)
    return screen.go(_place(service), N_("Everything is as it was before."))


def _shown_plan(screen: Screen) -> Plan:
    """The plan of the preview, as the page carried it along."""
    try:
        return forms.UnitForm.model_validate_json(str(screen.form.get("plan", ""))).plan()
    except ValidationError:
        raise Invalid(N_("Please look at the preview again.")) from None


def _rows(screen: Screen) -> list[Mapping[str, Any]]:
    """The rows of the form that have a time in them; a day without one is closed."""
    rows: list[Mapping[str, Any]] = []
    for number in range(7 * HOURS_OF_A_DAY):
        row = {n: str(screen.form.get(f"{n}-{number}", "")).strip() for n in ("opens", "closes")}
        if any(row.values()):
            rows.append({**row, "weekday": number // HOURS_OF_A_DAY})
    return rows


def _preview(screen: Screen, work: Work, service: str, plan: Plan) -> Response:
    found, errors = screen.attempt(work, lambda: actions.preview(work, service, plan))
    return _show(screen, work, service, errors, found)


def _place(service: str) -> str:
    return f"/accounts/units/{service}"


def _undo(service: str, change_id: UUID) -> str:
    return f"{_place(service)}/changes/{change_id}/undo"


def _show(
    screen: Screen,
    work: Work,
    service: str,
    errors: Errors | None = None,
    found: actions.Preview | None = None,
) -> Response:
    """The unit with its forms; above them what would change, once something was entered."""
    unit = actions.described_unit(work, service)
    shown = found.plan if found else unit.plan
    by_day = {day: [each for each in shown.opening if each.weekday == day] for day in range(7)}
    return screen.render(
        "accounts/unit.html",
        422 if errors else 200,
        unit=unit,
        found=found,
        carried=forms.carried(found.plan) if found else "",
        hours=by_day,
        per_day=HOURS_OF_A_DAY,
        given=screen.form,
        zones=zones(),
        titles={plate.name: plate for plate in work.directory.plates},
        heirs=actions.heirs(work, service),
        reasons=CLOSURE_REASONS,
        changes=actions.changes_of(work, service),
        may_end=screen.member.has(ADMINISTRATOR) and actions.may_end(work, service),
        errors=errors or {},
        today=work.today,
    )
