"""JSON for programs: day check, motor threshold, dose and sheet of a session of a course."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter

from services.rtms_unit.actions import day_check, sheet, thresholds
from services.rtms_unit.forms import safety as forms
from services.rtms_unit.rules.threshold import Measured
from services.rtms_unit.tables import DayCheck, Gate, SessionSheet, Threshold
from shared.discipline.reading import require_reader
from shared.discipline.tables import Referral
from shared.web.doors import WorkDep

router = APIRouter()


@router.post("/sessions/{session_id}/day-check", status_code=201)
def check_day(session_id: UUID, entry: forms.DayCheckEntry, work: WorkDep) -> DayCheck:
    """Is it still safe today? Any change waits for a physician."""
    return day_check.check_day(work, session_id, entry.answers, entry.note, version=entry.version)


@router.post("/sessions/{session_id}/threshold", status_code=201)
def record_threshold(session_id: UUID, entry: forms.ThresholdEntry, work: WorkDep) -> Threshold:
    return thresholds.record_threshold(work, session_id, Measured(**entry.model_dump()))


@router.get("/referrals/{referral_id}/thresholds")
def list_thresholds(referral_id: UUID, work: WorkDep) -> Sequence[Threshold]:
    """Every motor threshold of the patient, the oldest first."""
    require_reader(work)
    referral = work.get(Referral, referral_id)
    work.audit("read-record", referral.patient_id)
    return thresholds.history(work, referral.patient_id)


@router.post("/sessions/{session_id}/dose", status_code=201)
def ask_for_dose(session_id: UUID, entry: forms.DoseEntry, work: WorkDep) -> Gate:
    """Ask a physician to allow a dose outside the protocol."""
    return sheet.ask_for_dose(work, session_id, entry.dose)


@router.get("/sessions/{session_id}/sheet")
def show_sheet(session_id: UUID, work: WorkDep) -> SessionSheet:
    require_reader(work)
    found = work.get(SessionSheet, session_id)
    work.audit("read-record", found.patient_id)
    return found


@router.post("/sessions/{session_id}/sheet", status_code=201)
def save_sheet(session_id: UUID, entry: forms.SheetEntry, work: WorkDep) -> SessionSheet:
    """Write down what was given; refused while a gate is closed."""
    effects = {code: (one.severity, one.relation) for code, one in entry.effects.items()}
    return sheet.save_sheet(work, session_id, sheet.entry_of(entry, effects), version=entry.version)
