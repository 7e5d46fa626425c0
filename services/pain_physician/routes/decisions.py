"""JSON for programs: what waits for a physician's decision, and the decision."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.pain_physician import actions, forms
from services.pain_physician.reading import decisions as reading
from services.pain_physician.tables import AdverseEvent, Concern, Gate
from shared.discipline.reading import require_reader
from shared.web.doors import LookDep, WorkDep

router = APIRouter(prefix="/api")


class Undecided(BaseModel):
    """What waits for a physician here; the words that were written stand in each one's own page."""

    gates: Sequence[Gate]
    adverse_events: Sequence[AdverseEvent]
    concerns: Sequence[Concern]


_WORDS = {name: {"__all__": {"note"}} for name in Undecided.model_fields}


@router.get("/decisions", response_model_exclude=_WORDS)
def list_decisions(work: LookDep) -> Undecided:
    """Gates to decide at, adverse events and concerns to acknowledge: the urgent first."""
    require_reader(work)
    found = reading.waiting(work)
    return Undecided(
        gates=[entry.gate for entry in found if entry.gate],
        adverse_events=[entry.event for entry in found if entry.event],
        concerns=[entry.concern for entry in found if entry.concern],
    )


@router.get("/gates/{gate_id}")
def show_gate(gate_id: UUID, work: WorkDep) -> Gate:
    """A gate, as it stands now."""
    require_reader(work)
    gate = work.get(Gate, gate_id)
    work.audit("read-record", gate.patient_id)
    return gate


@router.post("/gates/{gate_id}/release")
def release(gate_id: UUID, entry: forms.Release, work: WorkDep) -> Gate:
    """It may go on, for this reason, and for one for each code of `yes`."""
    return actions.release(work, gate_id, entry)


@router.post("/gates/{gate_id}/uphold")
def uphold(gate_id: UUID, entry: forms.Decide, work: WorkDep) -> Gate:
    """What is held up will not be done, for this reason."""
    return actions.uphold(work, gate_id, entry)


@router.get("/adverse-events/{adverse_event_id}")
def show_adverse_event(adverse_event_id: UUID, work: WorkDep) -> AdverseEvent:
    """An adverse event of a treatment."""
    require_reader(work)
    found = work.get(AdverseEvent, adverse_event_id)
    work.audit("read-record", found.patient_id)
    return found


@router.post("/adverse-events/{adverse_event_id}/acknowledge")
def acknowledge(adverse_event_id: UUID, entry: forms.Acknowledge, work: WorkDep) -> AdverseEvent:
    """Say what is done about it."""
    return actions.acknowledge_adverse_event(work, adverse_event_id, entry)
