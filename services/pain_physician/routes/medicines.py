"""JSON for programs: what a patient takes and took, and the guideline tables."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.pain_physician import actions, forms
from services.pain_physician.actions.medication import medicines_of
from services.pain_physician.reading import medicines as reading
from services.pain_physician.rules import drugs
from services.pain_physician.rules.guidelines import LINES, TREATMENTS, Guideline
from services.pain_physician.tables import Medication, MedicationChange
from shared import patients
from shared.discipline.forms import Seen
from shared.discipline.reading import require_reader
from shared.web.doors import LookDep, WorkDep

router = APIRouter(prefix="/api")


class WholeMedicine(BaseModel):
    """A medicine, and every entry about it, the latest first."""

    medicine: Medication
    changes: Sequence[MedicationChange]


@router.get("/medicine-codes")
def codes(work: LookDep) -> Mapping[str, Mapping[str, str]]:
    """Every list of codes about medicines, with the English words for each."""
    require_reader(work)
    return {
        "drug": {drug.code: drug.title for drug in drugs.DRUGS.values()},
        "drug_class": drugs.CLASSES,
        "dose_unit": drugs.UNITS,
        "stop_reason": drugs.STOP_REASONS,
        "relief": drugs.RELIEF,
        "adverse_effects": drugs.ADVERSE_EFFECTS,
        "line": LINES,
        "treatment": TREATMENTS,
    }


@router.get("/guidelines")
def list_guidelines(work: LookDep) -> list[Guideline]:
    """The tables that say which treatment is of which line."""
    require_reader(work)
    return actions.guidelines(work)


@router.post("/guidelines", status_code=201)
def add_lines(entry: forms.NewLines, work: WorkDep) -> Guideline:
    """Add a table of the centre."""
    return actions.add_lines(work, entry)


@router.get("/patients/{patient_id}/medicines")
def list_medicines(patient_id: UUID, work: WorkDep) -> list[Medication]:
    """What the patient takes and took, the latest begun first."""
    require_reader(work)
    patients.read(work, patient_id)
    work.audit("read-record", patient_id)
    return list(medicines_of(work, patient_id))


@router.post("/patients/{patient_id}/medicines", status_code=201)
def record(patient_id: UUID, entry: forms.Medicine, work: WorkDep) -> Medication:
    """Record a medicine that is begun, or one that was tried and stopped before."""
    return actions.record_medicine(work, patient_id, entry)


@router.get("/medicines/{medication_id}")
def show(medication_id: UUID, work: WorkDep) -> WholeMedicine:
    """A medicine with its history."""
    require_reader(work)
    entry = reading.entry(work, medication_id)
    work.audit("read-record", entry.medicine.patient_id)
    return WholeMedicine(medicine=entry.medicine, changes=entry.changes)


@router.post("/medicines/{medication_id}/dose")
def change_dose(medication_id: UUID, entry: forms.NewDose, work: WorkDep) -> Medication:
    """Another daily dose from a day on."""
    return actions.change_dose(work, medication_id, entry)


@router.post("/medicines/{medication_id}/stop")
def stop(medication_id: UUID, entry: forms.Stop, work: WorkDep) -> Medication:
    """The patient no longer takes it."""
    return actions.stop_medicine(work, medication_id, entry)


@router.post("/medicines/{medication_id}/correct")
def correct(medication_id: UUID, entry: forms.CorrectMedicine, work: WorkDep) -> Medication:
    """Say how the whole entry should have been."""
    return actions.correct_medicine(work, medication_id, entry)


@router.post("/medicines/{medication_id}/in-error")
def mark_in_error(medication_id: UUID, entry: Seen, work: WorkDep) -> Medication:
    """The patient never took it."""
    return actions.mark_in_error(work, medication_id, entry)


@router.post("/medicines/{medication_id}/undo")
def undo(medication_id: UUID, entry: Seen, work: WorkDep) -> Medication:
    """Take back the last entry."""
    return actions.undo_medicine(work, medication_id, entry)
