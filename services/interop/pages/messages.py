"""The list of messages that came from other systems, for the coordinator and the administrator."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.interop import actions
from services.interop.tables import (
    CANCELLED,
    NEW,
    OUTCOMES,
    REFUSED,
    TAKEN_AS_NEW,
    UNCHANGED,
    UPDATED,
)
from shared.errors import NotFound
from shared.i18n import N_
from shared.web.doors import LookDep, ScreenDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter(include_in_schema=False)

WAYS: dict[str, tuple[str, str]] = {
    NEW: (N_("new referral"), "ok"),
    TAKEN_AS_NEW: (N_("taken as new"), "ok"),
    UPDATED: (N_("referral updated"), "ok"),
    UNCHANGED: (N_("nothing changed"), "later"),
    CANCELLED: (N_("referral withdrawn"), "hold"),
    REFUSED: (N_("message refused"), "critical"),
}
"""How an outcome is called, and the tone it is shown in."""


@router.get("/messages")
def show_messages(work: LookDep, screen: ScreenDep) -> Response:
    return screen.render("interop/messages.html", **_listing(work, screen))


@router.get("/messages/list")
def show_list(work: LookDep, screen: ScreenDep) -> Response:
    """The part of the page that follows what happens."""
    return screen.render("interop/list.html", **_listing(work, screen))


def _listing(work: Work, screen: Screen) -> dict[str, Any]:
    outcome = screen.query.get("outcome", "")
    shown = outcome if outcome in OUTCOMES else ""
    before = _id(screen.query.get("before", ""))
    messages = actions.list_messages(work, shown, before)
    full = len(messages) == actions.PAGE_SIZE
    return {
        "messages": messages,
        "ways": WAYS,
        "outcome": shown,
        "older": messages[-1].message.id if full else None,
        "before": before,
    }


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None
