"""JSON for programs: reports to the doctor who sent the patient."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.pain_physician import actions, forms
from services.pain_physician.actions.permission import may_act
from services.pain_physician.reading.letter import draft
from services.pain_physician.reading.record import record
from services.pain_physician.tables import Letter
from shared.discipline.reading import require_reader
from shared.web.doors import WorkDep

router = APIRouter(prefix="/api")


class Draft(BaseModel):
    """A text to begin with."""

    text: str


@router.get("/patients/{patient_id}/letter")
def show_draft(patient_id: UUID, work: WorkDep) -> Draft:
    """A report put together from the record; it is changed and sent by a physician."""
    may_act(work)
    found = record(work, patient_id)
    work.audit("read-record", patient_id)
    return Draft(text=draft(work, found, next(iter(found.from_outside), None)))


@router.post("/patients/{patient_id}/letters", status_code=201)
def send(patient_id: UUID, entry: forms.NewLetter, work: WorkDep) -> Letter:
    """Keep a report as it is sent; it meets what a referral from outside is owed."""
    return actions.send_letter(work, patient_id, entry)


@router.get("/letters/{letter_id}")
def show(letter_id: UUID, work: WorkDep) -> Letter:
    """A letter as it was sent."""
    require_reader(work)
    letter = work.get(Letter, letter_id)
    work.audit("read-record", letter.patient_id)
    return letter
