"""JSON for programs: whether a patient is treated here, and what would end if not."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.pain_physician import actions, forms
from services.pain_physician.actions.standing import changes_of
from services.pain_physician.reading.standing import Ending, ending
from services.pain_physician.tables import StandingChange
from shared import patients
from shared.discipline.reading import require_reader
from shared.patients import Standing, standing_of
from shared.patients.gone import DECEASED
from shared.web.doors import WorkDep
from shared.work import Work

router = APIRouter(prefix="/api")


class Stands(BaseModel):
    """How the patient stands, what was said of it, and what would end with a patient who is not."""

    status: str
    on: date | None
    version: int
    changes: Sequence[StandingChange]
    follows: Ending


@router.get("/patients/{patient_id}/standing")
def show_standing(patient_id: UUID, work: WorkDep) -> Stands:
    """Whether the patient is treated here; what would end if he or she were not, from today."""
    require_reader(work)
    work.audit("read-record", patient_id)
    return _stands(work, patient_id)


@router.put("/patients/{patient_id}/standing")
def set_standing(patient_id: UUID, entry: forms.Stand, work: WorkDep) -> Stands:
    """The patient died, was transferred, or is treated here after all; 409 unless `sure`."""
    actions.set_standing(work, patient_id, entry)
    return _stands(work, patient_id)


def _stands(work: Work, patient_id: UUID) -> Stands:
    patient = patients.read(work, patient_id)
    now = standing_of(patient)
    return Stands(
        status=now.status,
        on=now.on,
        version=patient.version,
        changes=changes_of(work, patient_id),
        follows=ending(work, patient_id, now if now.is_gone else Standing(DECEASED, work.today)),
    )
