"""The coordinator's pages: the board, a patient's pathway, an obligation, and the ledger."""

from fastapi import APIRouter

from services.coordinator.pages import board, figures, ledger, obligation, parked, pathway

router = APIRouter(include_in_schema=False)
for _part in (board, pathway, obligation, ledger, parked, figures):
    router.include_router(_part.router)
