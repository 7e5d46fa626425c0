"""The ledger: what happened, and which service knows it. It names no patient."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from services.coordinator.actions import deliveries, parked
from services.coordinator.actions.deliveries import Asked
from services.coordinator.pages.shown import house, tellings
from services.coordinator.rules.deliveries import STUCK_VIEW, reference
from services.coordinator.tables import DELIVERY_STATES
from shared.access.viewer import COORDINATOR
from shared.web.doors import LookDep, ScreenDep, repeatable
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()


@router.get("/ledger")
def show_ledger(screen: ScreenDep, work: LookDep) -> Response:
    return ledger_page(screen, work)


def ledger_page(screen: Screen, work: Work, errors: Mapping[str, str] | None = None) -> Response:
    """The ledger, below what a person has to decide, and why the last decision was refused."""
    values = _values(screen, work)
    status = 409 if errors else 200
    stuck = parked.read_parked(work)
    return screen.render(
        "coordinator/ledger.html", status, parked=stuck, errors=errors or {}, **values
    )


@router.get("/ledger/now")
@repeatable
def show_ledger_now(screen: ScreenDep, work: LookDep) -> Response:
    """The part of the ledger that fetches itself again when something changed."""
    return screen.render("coordinator/ledger_now.html", **_values(screen, work))


def _values(screen: Screen, work: Work) -> Mapping[str, Any]:
    work.require(COORDINATOR)
    asked = deliveries.read_asked(work, screen.query)
    return {
        **house(screen),
        **tellings(work),
        "asked": asked,
        "ledger": deliveries.read_ledger(work, asked),
        "address": lambda **changed: _address(asked, **changed),
        "reference": reference,
        "states": (*DELIVERY_STATES, STUCK_VIEW),
    }


def _address(asked: Asked, path: str = "/coordinator/ledger", **changed: object) -> str:
    """The address of the same ledger with something changed; a page number is not kept."""
    values = {**vars(asked), "after": None, **changed}
    chosen = {name: str(value) for name, value in values.items() if value}
    return f"{path}?{urlencode(chosen)}" if chosen else path
