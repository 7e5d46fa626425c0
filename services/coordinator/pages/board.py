"""The board: what is owed now, by whom, to whom, and what to press."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from services.coordinator.actions import exporting, lists, reading
from services.coordinator.actions.figures import Scope
from services.coordinator.actions.views import views_of
from services.coordinator.pages import views
from services.coordinator.pages.shown import door, house, scope_of
from services.coordinator.rules import board as rules
from services.coordinator.rules.board import Filters
from shared import patients
from shared.access.viewer import COORDINATOR
from shared.running import RunningService
from shared.web.doors import LookDep, PlaceDep, ScreenDep, WorkDep, repeatable
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()
FOUND_AT_MOST = 50


def filters_of(screen: ScreenDep) -> Filters:
    """What the address asks for."""
    services = {plate.name for plate in screen.directory.plates}
    return rules.read_filters(screen.query, services, scope_of(screen).everything)


FiltersDep = Annotated[Filters, Depends(filters_of)]


@router.get("/board")
def show_board(screen: ScreenDep, place: PlaceDep, filters: FiltersDep) -> Response:
    """The bare address leads to the view that the member wants to see first, if there is one."""
    with place.look() as work:
        kept = views_of(work, screen.member.member_id)
    first = next((view for view in kept if view.opens_first), None)
    if first and not screen.query:
        return screen.go(views.filters_of(screen, first.asked).address())
    region, shown = _drawn(screen, place, filters), views.links(screen, kept, filters)
    values = {**house(screen), "filters": filters, "region": region, "views": shown}
    return screen.render("coordinator/board.html", **values)


@router.get("/board/now")
@repeatable
def show_board_now(screen: ScreenDep, place: PlaceDep, filters: FiltersDep) -> Response:
    """The part of the board that fetches itself again when something changed."""
    return HTMLResponse(_drawn(screen, place, filters))


def _drawn(screen: Screen, place: RunningService, filters: Filters) -> bytes:
    """One drawing for all who have the same roles and units; who is owed something has an own."""
    scope = scope_of(screen)
    with place.look() as work:
        if not reading.is_named(work, scope):
            scope = replace(scope, member_id=None)  # also when it is owed by name a moment later
    key = (filters, screen.member.roles, scope)
    return screen.drawn(
        "coordinator/board_now.html", key, lambda work: _values(screen, work, filters, scope)
    )


def _values(screen: Screen, work: Work, filters: Filters, scope: Scope) -> Mapping[str, Any]:
    board = reading.read_board(work, filters, scope)
    return {
        **house(screen),
        "filters": filters,
        "board": board,
        "everything": scope.everything,
        "listed": _listed(work, filters, scope),
    }


def _listed(work: Work, filters: Filters, scope: Scope) -> lists.Listed | None:
    listing = {rules.REFERRALS: lists.referrals, rules.SESSIONS: lists.sessions}.get(filters.show)
    return listing(work, filters, scope) if listing else None


@router.get("/board.csv")
def export_board(screen: ScreenDep, work: WorkDep, filters: FiltersDep) -> Response:
    """The whole board as a file for a spreadsheet."""
    work.audit("export-board", None)
    rows = reading.read_all(work, filters, scope_of(screen))
    text = exporting.board_csv(work, rows, screen.language)
    heading = {"content-disposition": 'attachment; filename="relais-board.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=heading)


@router.post("/search")
def search(screen: ScreenDep, work: LookDep) -> Response:
    """Find patients, or what has a reference. What was typed stands in no address and no log."""
    scope, typed = scope_of(screen), str(screen.form.get("q", "")).strip()
    named = reading.find_by_reference(work, typed, scope)
    if named:
        return screen.go(_opened(screen, work, named))
    found = patients.search(work, typed, FOUND_AT_MOST) if typed else []
    owed = reading.owed_by_patient(work, [patient.id for patient in found], scope)
    if not scope.everything:
        found = [patient for patient in found if patient.id in owed]
    values = {**house(screen), "typed": typed, "found": found, "owed": owed}
    if len(found) == 1 and values["may_read"]:
        return screen.go(f"/coordinator/patients/{found[0].id}")
    return screen.render("coordinator/search.html", **values)


def _opened(screen: Screen, work: Work, obligation_id: UUID) -> str:
    """Where this member sees to an obligation."""
    if screen.member.has(COORDINATOR):
        return f"/coordinator/obligations/{obligation_id}"
    return door(screen, reading.read_one(work, obligation_id))
