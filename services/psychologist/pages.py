"""Pages for the psychologist: scores and therapy, and the pages of every discipline."""

from fastapi import APIRouter

from shared.discipline.pages import discipline_pages, score_pages, therapy_pages

router = APIRouter(include_in_schema=False)
router.include_router(score_pages())
router.include_router(therapy_pages())
router.include_router(discipline_pages())
