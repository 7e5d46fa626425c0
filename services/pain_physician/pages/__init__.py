"""Pages for the pain physician: records, medicines, referrals that were sent, decisions."""

from fastapi import APIRouter

from services.pain_physician.pages import (
    assessments,
    concerns,
    decisions,
    letters,
    medicines,
    patients,
    sent,
    standing,
    way,
)
from shared.discipline.pages import discipline_pages

router = APIRouter(include_in_schema=False)
router.include_router(patients.router)
router.include_router(assessments.router)
router.include_router(medicines.router)
router.include_router(sent.router)
router.include_router(standing.router)
router.include_router(concerns.router)
router.include_router(decisions.router)
router.include_router(letters.router)
router.include_router(way.router)
router.include_router(discipline_pages())
