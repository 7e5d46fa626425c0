"""JSON for the rTMS unit: the routes of every discipline, and those of safe stimulation."""

from fastapi import APIRouter

from services.rtms_unit.routes import courses, equipment, gates, protocols, sessions, unit
from shared.discipline.routes import discipline_router


def _all() -> APIRouter:
    router = APIRouter()
    for part in (courses, equipment, gates, protocols, sessions, unit):
        router.include_router(part.router, prefix="/api")
    router.include_router(discipline_router())
    return router


router = _all()
