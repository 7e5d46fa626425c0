"""JSON for programs: all that the pages of the pain physician can do."""

from fastapi import APIRouter

from services.pain_physician.routes import medicines, record
from shared.discipline.routes import discipline_router

router = APIRouter()
_api = APIRouter(prefix="/api")
_api.include_router(record.router)
_api.include_router(medicines.router)
router.include_router(_api)
router.include_router(discipline_router())
