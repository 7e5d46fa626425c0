"""Pages for the pain physician: patients, records, referrals that were sent, and concerns."""

from fastapi import APIRouter

from services.pain_physician.pages import assessments, concerns, patients, sent
from shared.discipline.pages import discipline_pages

router = APIRouter(include_in_schema=False)
router.include_router(patients.router)
router.include_router(assessments.router)
router.include_router(sent.router)
router.include_router(concerns.router)
router.include_router(discipline_pages())
