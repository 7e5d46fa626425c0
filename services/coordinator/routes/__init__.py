"""JSON of the coordinator's office: the board, obligations, ladders, and the ledger."""

from fastapi import APIRouter

from services.coordinator.routes import ladders, obligations, reading

router = APIRouter()
for _part in (reading, obligations, ladders):
    router.include_router(_part.router)
