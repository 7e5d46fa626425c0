"""Pages for the rTMS unit: those of safe stimulation, and the pages of every discipline."""

from fastapi import APIRouter

from services.rtms_unit.pages import (
    adverse_events,
    courses,
    equipment,
    figures,
    gates,
    protocols,
    screening,
    sheet,
    unit,
)
from shared.discipline.pages import discipline_pages


def _all() -> APIRouter:
    """What is the unit's own comes first: it replaces the page of a session."""
    router = APIRouter(include_in_schema=False)
    safety = (adverse_events, equipment, figures, gates, screening, sheet)
    for part in (*safety, courses, protocols, unit):
        router.include_router(part.router)
    router.include_router(discipline_pages())
    return router


router = _all()
