"""The views of the board that a member keeps: named, chosen as the first, deleted and had back."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import APIRouter, Response

from services.coordinator import forms
from services.coordinator.actions import views
from services.coordinator.pages.shown import scope_of
from services.coordinator.rules.board import BOARD, Filters, read_filters
from services.coordinator.tables import SavedView
from shared.i18n import N_
from shared.web import places
from shared.web.doors import LookDep, ScreenDep, WorkDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter(prefix="/views")
HERE = "/coordinator/views"


@router.get("")
def show_views(screen: ScreenDep, work: LookDep) -> Response:
    return _page(screen, work)


@router.post("")
def save(screen: ScreenDep, work: WorkDep) -> Response:
    entry, errors = screen.read(forms.SaveView)
    if entry is None:
        return _page(screen, work, errors)
    asked = filters_of(screen, entry.asked).query()
    _, errors = screen.attempt(work, lambda: views.save(work, entry.name, asked))
    if errors:
        return _page(screen, work, errors)
    return screen.go(f"{BOARD}?{asked}", N_("The view is kept. It stands above the board."))


@router.post("/{view_id}/rename")
def rename(view_id: UUID, screen: ScreenDep, work: WorkDep) -> Response:
    entry, errors = screen.read(forms.RenameView)
    if entry is not None:
        _, errors = screen.attempt(work, lambda: views.rename(work, view_id, entry.name))
    if errors:
        return _page(screen, work, errors, wrong=view_id)
    return screen.go(HERE, N_("The view has another name."))


@router.post("/{view_id}/first")
def open_first(view_id: UUID, screen: ScreenDep, work: WorkDep) -> Response:
    views.open_first(work, view_id)
    undo = f"{HERE}/{view_id}/plain"
    return screen.go(HERE, N_("The board opens with this view from now on."), undo=undo)


@router.post("/{view_id}/plain")
def open_plain(view_id: UUID, screen: ScreenDep, work: WorkDep) -> Response:
    views.open_plain(work, view_id)
    return screen.go(HERE, N_("The board opens without a view again."))


@router.post("/{view_id}/delete")
def delete(view_id: UUID, screen: ScreenDep, work: WorkDep) -> Response:
    views.delete(work, view_id)
    return screen.go(HERE, N_("The view is deleted."), undo=f"{HERE}/{view_id}/restore")


@router.post("/{view_id}/restore")
def restore(view_id: UUID, screen: ScreenDep, work: WorkDep) -> Response:
    _, errors = screen.attempt(work, lambda: views.restore(work, view_id))
    if errors:
        return _page(screen, work, errors)
    back = places.local(str(screen.form.get("back", "")), HERE)
    return screen.go(back, N_("The view is back."))


def filters_of(screen: Screen, asked: str) -> Filters:
    """What a view shows to this member today: what does not exist any more is left out."""
    services = {plate.name for plate in screen.directory.plates}
    return read_filters(dict(parse_qsl(asked)), services, scope_of(screen).everything)


def links(screen: Screen, kept: Sequence[SavedView], shown: Filters | None) -> list[dict[str, Any]]:
    """The views as links to the board; the one that is shown is marked."""
    asked = [(view, filters_of(screen, view.asked).query()) for view in kept]
    here = shown.query() if shown else ""
    return [
        {"view": view, "href": f"{BOARD}?{query}", "text": view.name, "current": query == here}
        for view, query in asked
    ]


def _page(
    screen: Screen, work: Work, errors: Mapping[str, str] | None = None, wrong: UUID | None = None
) -> Response:
    kept = views.views_of(work, scope_of(screen).member_id or screen.member.member_id)
    return screen.render(
        "coordinator/views.html",
        status=422 if errors else 200,
        views=links(screen, kept, None),
        errors=errors or {},
        wrong=wrong,
        given=screen.form,
    )
