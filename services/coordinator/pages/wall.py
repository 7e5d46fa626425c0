"""The board on a wall, for whoever passes by; and the list of such screens."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool

from services.coordinator import forms
from services.coordinator.actions import reading, wall
from services.coordinator.pages.shown import vocabulary
from services.coordinator.tables import WallScreen
from shared.errors import NotFound
from shared.i18n import LANGUAGES, N_
from shared.running import RunningService
from shared.web import live
from shared.web.doors import LookDep, PlaceDep, ScreenDep, WorkDep, open_to_all
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()
HERE = "/coordinator/screens"


@router.get("/wall/{secret}")
@open_to_all
def show_wall(secret: str, screen: ScreenDep, place: PlaceDep) -> Response:
    """Whoever has the address sees it: it names no patient, and nothing can be done there."""
    kept, region = _drawn(secret, screen, place)
    address = f"/coordinator/wall/{secret}"
    return screen.render("coordinator/wall.html", kept=kept, region=region, address=address)


@router.get("/wall/{secret}/now")
@open_to_all
def show_wall_now(secret: str, screen: ScreenDep, place: PlaceDep) -> Response:
    """The part that fetches itself again when something changed."""
    return HTMLResponse(_drawn(secret, screen, place)[1])


@router.get("/wall/{secret}/live")
@open_to_all
async def listen(secret: str, request: Request, place: PlaceDep) -> StreamingResponse:
    """Its stream; it ends within a second when the screen is switched off."""
    await run_in_threadpool(_kept, secret, place)

    async def still_on() -> bool:
        return await run_in_threadpool(_is_on, secret, place)

    return StreamingResponse(
        live.stream(request.app.state.hub, place.name, still_on),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


def _kept(secret: str, place: RunningService) -> WallScreen:
    with place.look() as work:
        return wall.screen_of(work, secret)


def _is_on(secret: str, place: RunningService) -> bool:
    try:
        return bool(_kept(secret, place))
    except NotFound:
        return False


def _drawn(secret: str, screen: Screen, place: RunningService) -> tuple[WallScreen, bytes]:
    """One drawing for all screens of a unit, in the language of the screen."""
    kept = _kept(secret, place)
    screen.language = kept.language

    def read(work: Work) -> Mapping[str, Any]:
        shown = wall.read_wall(work, kept.unit)
        return {"wall": shown, "unit": kept.unit, **vocabulary(screen)}

    return kept, screen.drawn("coordinator/wall_now.html", ("wall", kept.unit), read)


@router.get("/screens")
def show_screens(screen: ScreenDep, work: LookDep) -> Response:
    return _page(screen, work)


@router.post("/screens")
def make_screen(screen: ScreenDep, work: WorkDep) -> Response:
    entry, errors = screen.read(forms.NewScreen)
    made = None
    if entry is not None:
        made, errors = screen.attempt(
            work, lambda: wall.make_screen(work, entry.place, entry.unit, entry.language)
        )
    if made is None:
        return _page(screen, work, errors)
    kept, secret = made
    address = f"{screen.settings.address}/coordinator/wall/{secret}"
    return _page(screen, work, made_for=kept.place, address=address)


@router.post("/screens/{screen_id}/off")
def switch_off(screen_id: UUID, screen: ScreenDep, work: WorkDep) -> Response:
    wall.switch_off(work, screen_id)
    return screen.go(HERE, N_("The screen is switched off. Its address opens nothing any more."))


def _page(
    screen: Screen,
    work: Work,
    errors: Mapping[str, str] | None = None,
    *,
    made_for: str = "",
    address: str = "",
) -> Response:
    """The address of a screen is in the answer to whoever made it, and nowhere else."""
    kept = wall.screens(work)
    makers = {maker for row in kept if (maker := reading.member_in(row.made_by))}
    return screen.render(
        "coordinator/screens.html",
        status=422 if errors else (201 if address else 200),
        screens=kept,
        maker_of=lambda row: reading.member_in(row.made_by),
        names=reading.names_of(work, makers),
        units=screen.directory.taking_referrals(),
        plates={plate.name: plate for plate in screen.directory.plates},
        languages=LANGUAGES,
        errors=errors or {},
        given=screen.form,
        made_for=made_for,
        address=address,
    )
