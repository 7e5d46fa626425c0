"""The private calendar: how to subscribe to it, a new address, none any more, and the calendar."""

from functools import cache
from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response

from services.reminders import actions
from services.reminders.pages.tries import WINDOW, WrongTries
from shared.errors import NotFound, Refused
from shared.i18n import N_
from shared.web.doors import CallerDep, LookDep, ScreenDep, WorkDep, open_to_all
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()

PAGE = "/reminders/calendar"


class TooManyTries(Refused):
    """Somebody asks for calendars that do not exist. It passes by itself."""

    status = 429


@router.get("/calendar")
def show(work: LookDep, screen: ScreenDep) -> Response:
    return _page(work, screen)


@router.post("/calendar")
def make(work: WorkDep, screen: ScreenDep) -> Response:
    """The address is in this answer only."""
    return _page(work, screen, 201, address=actions.open_feed(work))


@router.post("/calendar/stop")
def stop(work: WorkDep, screen: ScreenDep) -> Response:
    actions.close_feed(work)
    return screen.go(PAGE, N_("Your calendar can no longer be fetched from anywhere."))


@router.get("/calendar/{key}.ics")
@open_to_all
def fetch(
    key: str,
    work: LookDep,
    caller: CallerDep,
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """For calendar programs, which cannot sign in: the secret in the address is the key."""
    try:
        fetched = actions.fetch(work, key)
    except NotFound:
        _count(work, caller.address)
        raise
    tag = f'"{fetched.tag}"'
    known = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers={"ETag": tag})
    return Response(
        fetched.text.encode(),
        media_type="text/calendar; charset=utf-8",
        headers={"ETag": tag, "Content-Disposition": 'inline; filename="relais.ics"'},
    )


@router.get("/appointments/{entry_id}")
def open_appointment(entry_id: UUID, work: LookDep, screen: ScreenDep) -> Response:
    """The link of an appointment: it leads to the page of the session and changes nothing."""
    return screen.go(actions.page_of_entry(work, entry_id))


def _count(work: Work, place: str) -> None:
    if _tries(work.settings.data_dir).is_too_many(place, work.now):
        minutes = WINDOW.total_seconds() // 60
        raise TooManyTries(
            N_("Too many tries. Please wait %(minutes)s min, then try again."), minutes=int(minutes)
        )


@cache
def _tries(_house: Path) -> WrongTries:
    """One count for the house of this process."""
    return WrongTries()


def _page(work: Work, screen: Screen, status: int = 200, *, address: str = "") -> Response:
    return screen.render(
        "reminders/calendar.html",
        status,
        feed=actions.own_feed(work),
        address=address,
        webcal=address.replace("https://", "webcal://").replace("http://", "webcal://"),
    )
