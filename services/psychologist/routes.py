"""JSON for the psychologist: scores and therapy, and the routes of every discipline."""

from fastapi import APIRouter

from shared.discipline.routes import discipline_router, score_router, therapy_router

router = APIRouter()
router.include_router(score_router())
router.include_router(therapy_router())
router.include_router(discipline_router())
