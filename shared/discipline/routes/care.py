"""JSON for programs: the worklist, the agenda, one referral, and everything that can be done."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from shared.discipline import actions, agenda, forms, reading, worklist
from shared.discipline.tables import CareSession, FollowUp, Referral
from shared.errors import NotFound
from shared.events import Identity
from shared.patients import identity_of, read
from shared.web.doors import LookDep, WorkDep


class WholeReferral(BaseModel):
    """A referral with its patient, sessions and follow-ups."""

    referral: Referral
    patient: Identity
    sessions: Sequence[CareSession]
    follow_ups: Sequence[FollowUp]


class Made(BaseModel):
    """The id of what was made."""

    id: UUID


_router = APIRouter(prefix="/api")
TEXTS = {"reason", "tried", "hold_answer", "report", "note"}
"""What was written at length stands in the record, whose reading is audited, and in no list."""


def discipline_router() -> APIRouter:
    """The routes of a discipline, in a router of its own that it may add to."""
    router = APIRouter()
    router.include_router(_router)
    return router


@_router.get("/referrals", response_model_exclude={"__all__": TEXTS})
def list_referrals(work: LookDep, group: Annotated[str, Query()] = "waiting") -> list[Referral]:
    """The referrals of one group of the worklist."""
    reading.require_reader(work)
    for each in worklist.GROUPS:
        if each.code == group:
            return [row.referral for row in worklist.rows_of(work, each)]
    raise NotFound


@_router.get("/referrals/{referral_id}")
def show_referral(referral_id: UUID, work: WorkDep) -> WholeReferral:
    """One referral, with its patient."""
    reading.require_reader(work)
    referral = work.get(Referral, referral_id)
    work.audit("read-record", referral.patient_id)
    return WholeReferral(
        referral=referral,
        patient=identity_of(read(work, referral.patient_id)),
        sessions=reading.sessions_of(work, referral_id),
        follow_ups=reading.follow_ups_of(work, referral_id),
    )


@_router.get("/sessions", response_model_exclude={"__all__": TEXTS})
def list_sessions(
    work: LookDep,
    first: forms.Day | None = None,
    days: Annotated[int, Query(ge=1, le=92)] = 14,
) -> list[CareSession]:
    """The sessions of some days in a row, from today on unless another day is given."""
    reading.require_reader(work)
    found = agenda.agenda(work, first or work.today, days)
    return [line.session for day in found for line in day.lines]


@_router.post("/referrals/{referral_id}/accept")
def accept(referral_id: UUID, entry: forms.Accept, work: WorkDep) -> Referral:
    actions.accept(work, referral_id, entry.note, version=entry.version)
    return work.get(Referral, referral_id)


@_router.post("/referrals/{referral_id}/decline")
def decline(referral_id: UUID, entry: forms.Decline, work: WorkDep) -> Referral:
    actions.decline(work, referral_id, **entry.model_dump())
    return work.get(Referral, referral_id)


@_router.post("/referrals/{referral_id}/ask")
def ask(referral_id: UUID, entry: forms.Ask, work: WorkDep) -> Referral:
    actions.ask(work, referral_id, entry.question, version=entry.version)
    return work.get(Referral, referral_id)


@_router.post("/referrals/{referral_id}/resume")
def resume(referral_id: UUID, entry: forms.Answer, work: WorkDep) -> Referral:
    actions.resume(work, referral_id, entry.answer, version=entry.version)
    return work.get(Referral, referral_id)


@_router.post("/referrals/{referral_id}/withdraw")
def withdraw(referral_id: UUID, entry: forms.Withdrawal, work: WorkDep) -> Referral:
    actions.withdraw(work, referral_id, **entry.model_dump())
    return work.get(Referral, referral_id)


@_router.post("/referrals/{referral_id}/tell")
def tell_referrer(referral_id: UUID, entry: forms.Told, work: WorkDep) -> Referral:
    actions.tell_referrer(work, referral_id, version=entry.version)
    return work.get(Referral, referral_id)


@_router.post("/referrals/{referral_id}/sessions", status_code=201)
def book(referral_id: UUID, entry: forms.Booking, work: WorkDep) -> CareSession:
    return actions.book(work, referral_id, **entry.model_dump())


@_router.post("/sessions/{session_id}/move")
def move(session_id: UUID, entry: forms.Move, work: WorkDep) -> CareSession:
    actions.move(work, session_id, **entry.model_dump())
    return work.get(CareSession, session_id)


@_router.post("/sessions/{session_id}/cancel")
def cancel_session(session_id: UUID, entry: forms.Reason, work: WorkDep) -> CareSession:
    actions.cancel_session(work, session_id, entry.reason_code, version=entry.version)
    return work.get(CareSession, session_id)


@_router.get("/sessions/{session_id}")
def show_session(session_id: UUID, work: WorkDep) -> CareSession:
    reading.require_reader(work)
    session = work.get(CareSession, session_id)
    work.audit("read-record", session.patient_id)
    return session


@_router.post("/sessions/{session_id}/arrive")
def arrive(session_id: UUID, entry: forms.Seen, work: WorkDep) -> CareSession:
    actions.arrive(work, session_id, version=entry.version)
    return work.get(CareSession, session_id)


@_router.post("/sessions/{session_id}/complete")
def complete_session(session_id: UUID, entry: forms.SessionResult, work: WorkDep) -> CareSession:
    actions.complete_session(work, session_id, **entry.model_dump())
    return work.get(CareSession, session_id)


@_router.post("/sessions/{session_id}/interrupt")
def interrupt(session_id: UUID, entry: forms.Reason, work: WorkDep) -> CareSession:
    actions.interrupt(work, session_id, **entry.model_dump())
    return work.get(CareSession, session_id)


@_router.post("/sessions/{session_id}/miss")
def miss(session_id: UUID, entry: forms.Reason, work: WorkDep) -> CareSession:
    actions.miss(work, session_id, **entry.model_dump())
    return work.get(CareSession, session_id)


@_router.post("/referrals/{referral_id}/complete")
def complete_referral(referral_id: UUID, entry: forms.Completion, work: WorkDep) -> Referral:
    actions.complete(work, referral_id, **entry.model_dump())
    return work.get(Referral, referral_id)


@_router.post("/referrals/{referral_id}/report")
def send_report(referral_id: UUID, entry: forms.Report, work: WorkDep) -> Referral:
    actions.send_report(work, referral_id, entry.report, version=entry.version)
    return work.get(Referral, referral_id)


@_router.post("/referrals/{referral_id}/concerns", status_code=201)
def raise_concern(referral_id: UUID, entry: forms.Concern, work: WorkDep) -> Made:
    return Made(id=actions.raise_concern(work, referral_id, **entry.model_dump()))


@_router.post("/referrals/{referral_id}/follow-ups", status_code=201)
def plan_follow_up(referral_id: UUID, entry: forms.FollowUpPlan, work: WorkDep) -> FollowUp:
    return actions.plan_follow_up(work, referral_id, entry.point, entry.due_on)


@_router.get("/follow-ups/{follow_up_id}")
def show_follow_up(follow_up_id: UUID, work: WorkDep) -> FollowUp:
    reading.require_reader(work)
    follow_up = work.get(FollowUp, follow_up_id)
    work.audit("read-record", follow_up.patient_id)
    return follow_up


@_router.post("/follow-ups/{follow_up_id}/record")
def record_follow_up(follow_up_id: UUID, entry: forms.FollowUpResult, work: WorkDep) -> FollowUp:
    actions.record_follow_up(work, follow_up_id, **entry.model_dump())
    return work.get(FollowUp, follow_up_id)


@_router.post("/follow-ups/{follow_up_id}/cancel")
def cancel_follow_up(follow_up_id: UUID, entry: forms.Reason, work: WorkDep) -> FollowUp:
    actions.cancel_follow_up(work, follow_up_id, entry.reason_code, version=entry.version)
    return work.get(FollowUp, follow_up_id)
