"""JSON for programs: the gates of the unit, its screenings, stops and adverse events."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter

from services.rtms_unit.actions import adverse_events, deciding, screening, stopping
from services.rtms_unit.forms import safety as forms
from services.rtms_unit.reading import gates as reading
from services.rtms_unit.rules.effects import Noticed
from services.rtms_unit.tables import AdverseEvent, Gate, Screening
from shared.discipline.reading import require_reader
from shared.discipline.tables import Referral
from shared.errors import NotFound
from shared.web.doors import LookDep, WorkDep

router = APIRouter()
WORDS = {"note", "reason"}
"""Free text stands in the record, whose reading is audited, and in no list."""


@router.get("/gates", response_model_exclude={"__all__": WORDS})
def list_gates(work: LookDep) -> Sequence[Gate]:
    """The gates that are closed, the urgent and the oldest first."""
    require_reader(work)
    return reading.open_gates(work)


@router.get("/gates/{gate_id}")
def show_gate(gate_id: UUID, work: WorkDep) -> Gate:
    require_reader(work)
    gate = work.get(Gate, gate_id)
    work.audit("read-record", gate.patient_id)
    return gate


@router.post("/gates/{gate_id}/release")
def release(gate_id: UUID, entry: forms.DecisionEntry, work: WorkDep) -> Gate:
    """A physician of the unit decides that it may go on."""
    deciding.release(work, gate_id, entry.reason, entry.decisions, version=entry.version)
    return work.get(Gate, gate_id)


@router.post("/gates/{gate_id}/uphold")
def uphold(gate_id: UUID, entry: forms.DecisionEntry, work: WorkDep) -> Gate:
    """A physician of the unit decides that it will not be done."""
    deciding.uphold(work, gate_id, entry.reason, version=entry.version)
    return work.get(Gate, gate_id)


@router.get("/referrals/{referral_id}/screening")
def show_screening(referral_id: UUID, work: WorkDep) -> Screening:
    """The last safety screening of a referral."""
    require_reader(work)
    found = reading.screening_of(work, referral_id)
    if found is None:
        raise NotFound
    work.audit("read-record", found.patient_id)
    return found


@router.post("/referrals/{referral_id}/screening", status_code=201)
def complete_screening(referral_id: UUID, entry: forms.ScreeningEntry, work: WorkDep) -> Screening:
    return screening.complete_screening(work, referral_id, entry.answers, entry.details)


@router.post("/referrals/{referral_id}/stop", status_code=201)
def stop(referral_id: UUID, entry: forms.StopEntry, work: WorkDep) -> Gate:
    """Stop the course; only a physician re-opens it."""
    return stopping.stop_by_hand(work, referral_id, entry.reason_code, entry.note)


@router.get("/referrals/{referral_id}/adverse-events")
def list_adverse_events(referral_id: UUID, work: WorkDep) -> list[AdverseEvent]:
    """The adverse events of a referral, the latest first."""
    require_reader(work)
    referral = work.get(Referral, referral_id)
    work.audit("read-record", referral.patient_id)
    return adverse_events.of_referral(work, referral_id)


@router.post("/referrals/{referral_id}/adverse-events", status_code=201)
def report(referral_id: UUID, entry: forms.AdverseEventEntry, work: WorkDep) -> AdverseEvent:
    noticed = Noticed(**entry.model_dump(exclude={"session_id"}))
    return adverse_events.report(work, referral_id, noticed, entry.session_id)


@router.post("/adverse-events/{adverse_event_id}/acknowledge")
def acknowledge(
    adverse_event_id: UUID, entry: forms.Acknowledgement, work: WorkDep
) -> AdverseEvent:
    """A physician of the unit has read it."""
    adverse_events.acknowledge(work, adverse_event_id, entry.done)
    return work.get(AdverseEvent, adverse_event_id)
