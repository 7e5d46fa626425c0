"""JSON for programs: the plan of a therapy, and the note on a session."""

from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from shared.discipline import actions, forms, reading, therapy
from shared.discipline.tables import CareSession, Referral
from shared.web.doors import WorkDep


class Plan(BaseModel):
    """A version of a plan, in clear."""

    id: UUID
    goals: str
    methods: list[str]
    sessions: int
    rhythm: str
    review_on: date
    at: datetime


class WrittenNote(BaseModel):
    """A version of a note, in clear."""

    id: UUID
    method: str
    text: str
    at: datetime
    shared_at: datetime | None


_router = APIRouter(prefix="/api")


def therapy_router() -> APIRouter:
    """For a discipline that gives therapy."""
    router = APIRouter()
    router.include_router(_router)
    return router


@_router.get("/referrals/{referral_id}/therapy-plans")
def list_plans(referral_id: UUID, work: WorkDep) -> list[Plan]:
    """The versions of the plan, the one that holds first; only for the people of this unit."""
    reading.require_colleague(work)
    work.audit("read-record", work.get(Referral, referral_id).patient_id)
    found = therapy.plans_of(work, referral_id)
    return [Plan(**{**each.plan.model_dump(), "goals": each.goals}) for each in found]


@_router.post("/referrals/{referral_id}/therapy-plans", status_code=201)
def plan_therapy(referral_id: UUID, entry: forms.TherapyPlan, work: WorkDep) -> Plan:
    made = actions.plan_therapy(work, referral_id, **entry.model_dump())
    return Plan(**{**made.model_dump(), "goals": entry.goals})


@_router.get("/sessions/{session_id}/notes")
def list_notes(session_id: UUID, work: WorkDep) -> list[WrittenNote]:
    """The versions of the note, the newest first; only for the people of this unit."""
    reading.require_colleague(work)
    work.audit("read-record", work.get(CareSession, session_id).patient_id)
    found = therapy.notes_of(work, session_id)
    return [WrittenNote(**{**each.note.model_dump(), "text": each.text}) for each in found]


@_router.post("/sessions/{session_id}/notes", status_code=201)
def write_note(session_id: UUID, entry: forms.TherapyNote, work: WorkDep) -> WrittenNote:
    made = actions.write_note(work, session_id, **entry.model_dump())
    return WrittenNote(**{**made.model_dump(), "text": entry.text})


@_router.post("/sessions/{session_id}/notes/share")
def share_note(session_id: UUID, entry: forms.Seen, work: WorkDep) -> list[WrittenNote]:
    """Show the note to everybody who treats the patient."""
    actions.share_note(work, session_id, version=entry.version)
    found = therapy.notes_of(work, session_id)
    return [WrittenNote(**{**each.note.model_dump(), "text": each.text}) for each in found]
