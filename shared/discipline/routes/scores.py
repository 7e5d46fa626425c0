"""JSON for programs: the scores of a patient, what is entered, open forms, and corrections."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter

from shared.discipline import actions, forms, reading
from shared.discipline.practice import practice_of
from shared.discipline.scores import all_scores_of
from shared.discipline.tables import Measurement, Referral
from shared.errors import Invalid, NotFound
from shared.i18n import N_
from shared.web.doors import WorkDep

_router = APIRouter(prefix="/api")


def score_router() -> APIRouter:
    """For a discipline that enters scores."""
    router = APIRouter()
    router.include_router(_router)
    return router


@_router.get("/referrals/{referral_id}/scores")
def list_scores(referral_id: UUID, work: WorkDep) -> Sequence[Measurement]:
    """Every score of the patient, those that were corrected as well, oldest first."""
    reading.require_reader(work)
    referral = work.get(Referral, referral_id)
    work.audit("read-record", referral.patient_id)
    return all_scores_of(work, referral.patient_id)


@_router.post("/referrals/{referral_id}/scores", status_code=201)
def record_scores(referral_id: UUID, entry: forms.Scores, work: WorkDep) -> list[Measurement]:
    """Keep scores from paper forms; each is named by the code of its instrument."""
    if not entry.values.keys() <= set(practice_of(work).instruments):
        raise Invalid(N_("This score is not entered here."), field="values")
    return actions.record_scores(work, referral_id, entry.values, entry.entry)


@_router.post("/referrals/{referral_id}/forms/{code}", status_code=201)
def record_form(referral_id: UUID, code: str, entry: forms.Answers, work: WorkDep) -> Measurement:
    """Keep the answers to an open form, all of them."""
    if code not in practice_of(work).forms:
        raise NotFound
    return actions.record_form(work, referral_id, code, entry.answers, entry.entry)


@_router.post("/scores/{measurement_id}/correct")
def correct_score(measurement_id: UUID, entry: forms.Correction, work: WorkDep) -> Measurement:
    """Put the right score in the place of a wrong one."""
    return actions.correct_score(work, measurement_id, entry.value, entry.answers)
