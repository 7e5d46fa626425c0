"""The motor threshold (G3): measured, kept with its history, and asked for when it is too old."""

from dataclasses import asdict
from uuid import UUID

from sqlmodel import col, select

from services.rtms_unit.actions import equipment, gates
from services.rtms_unit.actions.screening import completed
from services.rtms_unit.reading.gates import standing
from services.rtms_unit.reading.in_course import InCourse, in_course
from services.rtms_unit.rules import gates as gate_rules
from services.rtms_unit.rules import threshold as rules
from services.rtms_unit.tables import Gate, Threshold
from shared.discipline.actions.records import mark, referral_of, to_change, write
from shared.discipline.tables import CareSession, Referral
from shared.errors import NotFound
from shared.work import Work


def record_threshold(work: Work, session_id: UUID, measured: rules.Measured) -> Threshold:
    """Write down the resting motor threshold, in per cent of the machine's output."""
    session = to_change(work, CareSession, session_id)
    place = in_course(work, session_id)
    if place is None:
        raise NotFound
    rules.check(measured)
    equipment.check_in_use(work, measured.machine_id, measured.coil_id)
    referral = referral_of(work, session)
    row = Threshold(
        patient_id=session.patient_id,
        referral_id=referral.id,
        course_id=place.course.id,
        session_id=session_id,
        **asdict(measured),
        measured_at=work.now,
        by=work.actor,
    )
    work.add(row)
    mark(work, session)
    write(work, referral, "threshold-recorded", subject=session_id)
    for gate in _waiting(work, session.patient_id):
        completed(work, work.get(Referral, gate.referral_id), gate)
    return row


def ask_if_missing(work: Work, referral: Referral, place: InCourse) -> None:
    """On the day of a session: without a threshold in date the gate closes until there is one."""
    states = standing(work, referral, place.course.id, place.link.session_id).states
    if states[gate_rules.THRESHOLD] and not _waiting(work, referral.patient_id):
        gates.close(
            work,
            referral,
            gate_rules.THRESHOLD,
            course_id=place.course.id,
            session_id=place.link.session_id,
            ask=gate_rules.COMPLETE,
            reason_code="threshold-missing",
        )


def _waiting(work: Work, patient_id: UUID) -> list[Gate]:
    statement = select(Gate).where(
        col(Gate.patient_id) == patient_id,
        col(Gate.gate) == gate_rules.THRESHOLD,
        col(Gate.state) == gate_rules.CLOSED,
    )
    return list(work.all(statement.with_for_update()))


def history(work: Work, patient_id: UUID) -> list[Threshold]:
    """Every motor threshold of a patient, the oldest first."""
    statement = select(Threshold).where(col(Threshold.patient_id) == patient_id)
    return list(work.all(statement.order_by(col(Threshold.measured_at))))
