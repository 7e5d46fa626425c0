"""What waits for a physician's decision, with what led to it, and what was decided of late."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import col, select

from services.pain_physician.actions.concerns import open_concerns
from services.pain_physician.reading.pain import Numbers, numbers
from services.pain_physician.rules.deciding import CLOSED, DECIDE
from services.pain_physician.rules.referrals import OPEN
from services.pain_physician.tables import AdverseEvent, Concern, Gate, SentCourse, SentReferral
from shared.patients import Patient
from shared.patients.gone import ACTIVE
from shared.work import Work

DECIDED_DAYS = 14
MOST_DECIDED = 50
STOP = "stop"


@dataclass(frozen=True)
class Waits:
    """One thing that waits for a physician: a gate, an adverse event or a concern."""

    patient: Patient
    since: datetime
    urgent: bool
    gate: Gate | None = None
    event: AdverseEvent | None = None
    concern: Concern | None = None


@dataclass(frozen=True)
class Decided:
    """A gate that was decided, here or in the other service."""

    patient: Patient
    gate: Gate


@dataclass(frozen=True)
class AtGate:
    """A gate with the course that it holds up, and what the course has done so far."""

    gate: Gate
    course: SentCourse | None
    numbers: Numbers | None


def waiting(work: Work) -> list[Waits]:
    """What waits here: the urgent first, then the longest waiting."""
    gates = _open_gates(work)
    events: Sequence[AdverseEvent] = work.all(
        select(AdverseEvent).where(col(AdverseEvent.acknowledged_at).is_(None))
    )
    concerns = open_concerns(work)
    about = [row.patient_id for rows in (gates, events, concerns) for row in rows]
    known = _patients(work, about)
    found = [
        *(Waits(known[g.patient_id], g.closed_at, g.urgent, gate=g) for g in gates),
        *(Waits(known[e.patient_id], e.occurred_at, e.serious, event=e) for e in events),
        *(Waits(known[c.patient_id], c.raised_at, c.urgent, concern=c) for c in concerns),
    ]
    return sorted(found, key=lambda waits: (not waits.urgent, waits.since))


def decided(work: Work) -> list[Decided]:
    """What was decided at gates in the last days, the latest first."""
    since = work.now - timedelta(days=DECIDED_DAYS)
    statement = select(Gate).where(col(Gate.decided_at) > since, col(Gate.ask) == DECIDE)
    latest_first = statement.order_by(col(Gate.decided_at).desc()).limit(MOST_DECIDED)
    gates: Sequence[Gate] = work.all(latest_first)
    known = _patients(work, {gate.patient_id for gate in gates})
    return [Decided(known[gate.patient_id], gate) for gate in gates]


def at_gate(work: Work, gate_id: UUID) -> AtGate:
    """A gate, or `NotFound`. Whoever shows it to a person audits it."""
    gate = work.get(Gate, gate_id)
    course = work.find(SentCourse, gate.course_id) if gate.course_id else None
    return AtGate(gate, course, numbers(work, course) if course else None)


def gates_of(work: Work, patient_id: UUID) -> Sequence[Gate]:
    """The gates of a patient, the latest first."""
    statement = select(Gate).where(col(Gate.patient_id) == patient_id)
    return work.all(statement.order_by(col(Gate.closed_at).desc()))


def courses_of(work: Work, patient_id: UUID) -> Sequence[SentCourse]:
    """The courses of a patient, the latest first."""
    statement = select(SentCourse).where(col(SentCourse.patient_id) == patient_id)
    return work.all(statement.order_by(col(SentCourse.planned_at).desc()))


def _open_gates(work: Work) -> Sequence[Gate]:
    """With its referral or its patient a question ends; a stop lasts longer than its referral."""
    return work.all(
        select(Gate)
        .join(Patient, col(Patient.id) == col(Gate.patient_id))
        .outerjoin(SentReferral, col(SentReferral.id) == col(Gate.referral_id))
        .where(
            col(Gate.status) == CLOSED,
            col(Gate.ask) == DECIDE,
            col(Gate.decided_by) == work.service,
            col(Patient.status) == ACTIVE,
            or_(col(Gate.gate) == STOP, col(SentReferral.status).in_(OPEN)),
        )
    )


def _patients(work: Work, ids: Iterable[UUID]) -> dict[UUID, Patient]:
    found = work.all(select(Patient).where(col(Patient.id).in_(set(ids))))
    return {patient.id: patient for patient in found}
