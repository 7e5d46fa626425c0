"""JSON for programs: all that the pages of the pain physician can do."""

from fastapi import APIRouter

from services.pain_physician.routes import (
    decisions,
    letters,
    medicines,
    record,
    standing,
)
from shared.discipline.routes import discipline_router

router = APIRouter()
router.include_router(record.router)
router.include_router(standing.router)
router.include_router(medicines.router)
router.include_router(decisions.router)
router.include_router(letters.router)
router.include_router(discipline_router())
