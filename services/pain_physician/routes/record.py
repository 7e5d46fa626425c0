"""JSON for programs: patients, assessments, referrals that were sent, answers and concerns."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.pain_physician import actions, forms
from services.pain_physician.actions import concerns
from services.pain_physician.actions.permission import may_act
from services.pain_physician.reading import figures, overview
from services.pain_physician.reading import record as reading
from services.pain_physician.rules.picture import PICTURE
from services.pain_physician.rules.referrals import CANCEL_REASONS, CLOSING_STEPS
from services.pain_physician.rules.way import Wandering
from services.pain_physician.tables import (
    Assessment,
    Concern,
    SentFollowUp,
    SentReferral,
    SentSession,
    Way,
)
from shared.discipline.codes import REFERRAL_REASONS, URGENCIES
from shared.discipline.reading import require_reader
from shared.discipline.routes import TEXTS
from shared.events import Identity
from shared.patients import Patient, identity_of
from shared.web.doors import LookDep, WorkDep

router = APIRouter(prefix="/api")


class Known(BaseModel):
    """A patient, with the version that a correction must name."""

    id: UUID
    version: int
    identity: Identity
    status: str
    status_on: date | None


class SentWhole(BaseModel):
    """A referral that was sent, and what has become of it."""

    referral: SentReferral
    sessions: Sequence[SentSession]
    follow_ups: Sequence[SentFollowUp]
    awaited: str
    """What is awaited now, empty when nothing is; `by_sender`: this service owes it."""
    by_sender: bool


class WholeRecord(BaseModel):
    """All that stands in a patient's record here."""

    patient: Known
    assessments: Sequence[Assessment]
    sent: Sequence[SentWhole]
    concerns: Sequence[Concern]


class Waiting(BaseModel):
    """What waits for the physician."""

    referrals: Sequence[SentReferral]
    concerns: Sequence[Concern]


@router.get("/codes")
def codes(work: LookDep) -> Mapping[str, Mapping[str, str]]:
    """Every list of codes that the forms take, with the English words for each."""
    require_reader(work)
    lists = {"reason_code": REFERRAL_REASONS, "urgency": URGENCIES}
    return {**PICTURE, **lists, "cancel_reason": CANCEL_REASONS, "next_step": CLOSING_STEPS}


@router.post("/patients", status_code=201)
def register(entry: forms.Register, work: WorkDep) -> Known:
    """Register a patient; 409 when somebody alike is registered, unless `anyway` is true."""
    return _known(actions.register(work, entry))


@router.post("/patients/search")
def search(entry: forms.Find, work: LookDep) -> list[Known]:
    """Patients by the beginning of their names, or by number; posted, so that no log has it."""
    require_reader(work)
    return [_known(row.patient) for row in overview.rows(work, entry.text)]


@router.post("/patients/alike")
def alike(entry: forms.Person, work: LookDep) -> list[Known]:
    """Patients who may be the same person."""
    may_act(work)
    return [_known(patient) for patient in actions.alike(work, entry.identity())]


@router.get("/patients/{patient_id}")
def show_patient(patient_id: UUID, work: WorkDep) -> WholeRecord:
    """The record of one patient."""
    require_reader(work)
    record = reading.record(work, patient_id)
    work.audit("read-record", patient_id)
    return WholeRecord(
        patient=_known(record.patient),
        assessments=record.assessments,
        sent=[_whole(sent) for sent in record.sent],
        concerns=record.concerns,
    )


@router.put("/patients/{patient_id}")
def correct(patient_id: UUID, entry: forms.Correct, work: WorkDep) -> Known:
    """Correct who the patient is."""
    return _known(actions.correct(work, patient_id, entry))


@router.post("/patients/{patient_id}/assessments", status_code=201)
def assess(patient_id: UUID, entry: forms.Assess, work: WorkDep) -> Assessment:
    """Record a clinical picture."""
    return actions.assess(work, patient_id, entry)


@router.put("/patients/{patient_id}/way")
def set_way(patient_id: UUID, entry: forms.WayDates, work: WorkDep) -> Way:
    """Say what the dates of the way to the centre are."""
    return actions.set_way(work, patient_id, entry)


@router.get("/patients/{patient_id}/way")
def show_way(patient_id: UUID, work: WorkDep) -> Wandering:
    """The dates of the way: as they were given, or as they follow from the record."""
    require_reader(work)
    found = reading.record(work, patient_id).way
    work.audit("read-record", patient_id)
    return found


@router.get("/figures")
def show_figures(
    work: LookDep, first: date | None = None, last: date | None = None
) -> figures.Figures:
    """Medians of the way, of the patients registered in a period; the waiting are counted in."""
    require_reader(work)
    return figures.figures(work, first, last)


@router.post("/patients/{patient_id}/referrals", status_code=201)
def refer(patient_id: UUID, entry: forms.Refer, work: WorkDep) -> SentReferral:
    """Put one question to one service."""
    return actions.refer(work, patient_id, entry)


@router.get("/waiting", response_model_exclude={"referrals": {"__all__": TEXTS}})
def waiting(work: LookDep) -> Waiting:
    """What waits for the physician: questions, declines, hand-backs, reports, concerns."""
    require_reader(work)
    found = overview.waiting(work)
    return Waiting(
        referrals=[entry.sent for entry in found if entry.sent],
        concerns=[entry.concern for entry in found if entry.concern],
    )


@router.get("/sent/{referral_id}")
def show_sent(referral_id: UUID, work: WorkDep) -> SentWhole:
    """A referral that was sent, as it stands now."""
    require_reader(work)
    sent = reading.sent(work, referral_id)
    work.audit("read-record", sent.referral.patient_id)
    return _whole(sent)


@router.post("/sent/{referral_id}/answer")
def answer(referral_id: UUID, entry: forms.Answer, work: WorkDep) -> SentReferral:
    """Answer the question that the service asked."""
    return actions.answer(work, referral_id, entry)


@router.post("/sent/{referral_id}/cancel")
def cancel(referral_id: UUID, entry: forms.Cancel, work: WorkDep) -> SentReferral:
    """Withdraw a referral."""
    return actions.cancel(work, referral_id, entry)


@router.post("/sent/{referral_id}/close")
def close(referral_id: UUID, entry: forms.Close, work: WorkDep) -> SentReferral:
    """Take note of a decline, a hand-back or a report, and say the next step."""
    return actions.close(work, referral_id, entry)


@router.get("/concerns/{concern_id}")
def show_concern(concern_id: UUID, work: WorkDep) -> Concern:
    """A concern about a patient."""
    require_reader(work)
    concern = concerns.find(work, concern_id)
    work.audit("read-record", concern.patient_id)
    return concern


@router.post("/concerns/{concern_id}/acknowledge")
def acknowledge(concern_id: UUID, entry: forms.Acknowledge, work: WorkDep) -> Concern:
    """Say what is done about a concern."""
    return actions.acknowledge(work, concern_id, entry)


def _known(patient: Patient) -> Known:
    return Known(
        id=patient.id,
        version=patient.version,
        identity=identity_of(patient),
        status=patient.status,
        status_on=patient.status_on,
    )


def _whole(sent: reading.Sent) -> SentWhole:
    return SentWhole(
        referral=sent.referral,
        sessions=sent.sessions,
        follow_ups=sent.follow_ups,
        awaited=sent.awaited.what if sent.awaited else "",
        by_sender=bool(sent.awaited and sent.awaited.by_sender),
    )
