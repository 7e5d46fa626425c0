"""The coordinator's pages: the board and its views, a pathway, an obligation, and the ledger."""

from fastapi import APIRouter

from services.coordinator.pages import (
    board,
    figures,
    ladders,
    ledger,
    obligation,
    parked,
    pathway,
    views,
    wall,
)

router = APIRouter(include_in_schema=False)
for _part in (board, views, wall, pathway, obligation, ladders, ledger, parked, figures):
    router.include_router(_part.router)
