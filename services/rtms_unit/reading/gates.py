"""How the gates stand for a referral, a course and a session, read from what the unit keeps."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.sql import ColumnElement
from sqlmodel import col, select

from services.rtms_unit.reading.in_course import InCourse, in_course
from services.rtms_unit.rules import gates as rules
from services.rtms_unit.rules.screening import holds_until
from services.rtms_unit.tables import DayCheck, Gate, Screening, Threshold
from shared.discipline.rules.referral import OPEN
from shared.discipline.tables import CareSession, Referral
from shared.patients import Patient
from shared.patients.gone import ACTIVE
from shared.work import Work

MEDICINE = "medication-changed"
MOST = 200
"""Gates that one page shows."""


def standing(
    work: Work, referral: Referral, course_id: UUID | None = None, session_id: UUID | None = None
) -> rules.Standing:
    """How every gate stands that could hold up this referral, course or session."""
    rows = gates_of(work, referral.patient_id)
    states = {
        rules.SCREENING: _screening(work, referral, rows),
        rules.STOP: _stop(referral, rows),
        rules.DECISION: rules.worst(
            row.state
            for row in rows
            if row.gate == rules.DECISION and course_id is not None and row.course_id == course_id
        ),
    }
    place = in_course(work, session_id)
    if place is not None:
        states[rules.SAFE_TODAY] = _safe_today(work, place, rows)
        states[rules.THRESHOLD] = _threshold(work, place, rows)
    return rules.Standing(states)


def gates_of(work: Work, patient_id: UUID) -> Sequence[Gate]:
    """The gates of a patient that count in this unit, the oldest first."""
    statement = select(Gate).where(col(Gate.patient_id) == patient_id, _counts())
    joined = statement.join(Referral, col(Referral.id) == col(Gate.referral_id))
    return work.all(joined.order_by(col(Gate.closed_at), col(Gate.id)))


def open_gates(work: Work) -> Sequence[Gate]:
    """Every gate of the unit at which somebody is asked, the urgent and the oldest first."""
    statement = select(Gate).where(
        col(Gate.state) == rules.CLOSED, _counts(), col(Patient.status) == ACTIVE
    )
    joined = statement.join(Referral, col(Referral.id) == col(Gate.referral_id)).join(
        Patient, col(Patient.id) == col(Gate.patient_id)
    )
    return work.all(joined.order_by(col(Gate.urgent).desc(), col(Gate.closed_at)).limit(MOST))


def _counts() -> ColumnElement[bool]:
    """With its referral a question ends that nobody has decided; a stop never ends by itself."""
    in_hand = col(Referral.status).in_(OPEN)
    return or_(in_hand, col(Gate.gate) == rules.STOP, col(Gate.state) != rules.CLOSED)


def _screening(work: Work, referral: Referral, rows: Sequence[Gate]) -> str:
    own = [r for r in rows if r.gate == rules.SCREENING and r.referral_id == referral.id]
    last = screening_of(work, referral.id)
    if not own or last is None:
        return "missing"
    signed_on = last.signed_at.astimezone(work.zone).date()
    gate = next((row for row in own if row.id == last.gate_id), own[-1])
    return rules.screening_state(gate.state, signed_on, holds_until(signed_on), work.today)


def screening_of(work: Work, referral_id: UUID) -> Screening | None:
    """The last screening of a referral that was completed."""
    statement = select(Screening).where(col(Screening.referral_id) == referral_id)
    found: Screening | None = work.first(
        statement.order_by(col(Screening.signed_at).desc(), col(Screening.id).desc())
    )
    return found


def _stop(referral: Referral, rows: Sequence[Gate]) -> str:
    """A stop holds up every course of the patient; what was upheld, those of its referral."""
    return rules.worst(
        row.state
        for row in rows
        if row.gate == rules.STOP and (row.state == rules.CLOSED or row.referral_id == referral.id)
    )


def _safe_today(work: Work, place: InCourse, rows: Sequence[Gate]) -> str:
    """Shut while a physician is asked; then the last check of the session says how it stands."""
    own = [row for row in rows if row.gate == rules.SAFE_TODAY]
    if any(row.state == rules.CLOSED for row in own):
        return rules.CLOSED
    check = day_check_of(work, place.link.session_id)
    if check is None or not _is_of_today(work, check):
        return "missing"
    refused = any(row.id == check.gate_id and row.state == rules.UPHELD for row in rows)
    return rules.UPHELD if refused or _refused_since(own, check.at) else rules.OPEN


def _is_of_today(work: Work, check: DayCheck) -> bool:
    """A session that was started keeps its check, also if its sheet is saved on another day."""
    session = work.get(CareSession, check.session_id)
    return check.day == work.today or session.status == "arrived"


def _refused_since(rows: Sequence[Gate], moment: datetime) -> bool:
    last = last_decided(rows)
    return last is not None and last.state == rules.UPHELD and _decided_at(last) >= moment


def last_decided(rows: Sequence[Gate]) -> Gate | None:
    """The gate at which a person decided last."""
    return max((row for row in rows if row.decided_at), key=_decided_at, default=None)


def _decided_at(row: Gate) -> datetime:
    return row.decided_at or row.closed_at


def day_check_of(work: Work, session_id: UUID) -> DayCheck | None:
    """The last check before this session."""
    statement = select(DayCheck).where(col(DayCheck.session_id) == session_id)
    found: DayCheck | None = work.first(
        statement.order_by(col(DayCheck.at).desc(), col(DayCheck.id).desc())
    )
    return found


def _threshold(work: Work, place: InCourse, rows: Sequence[Gate]) -> str:
    if not place.protocol.needs_threshold:
        return rules.OPEN
    last = threshold_of(work, place.course.patient_id)
    return rules.threshold_state(
        last.measured_at if last else None,
        not_before=_last_medicine(rows),
        days=place.phase.threshold_days,
        now=work.now,
        zone=work.zone,
    )


def threshold_of(work: Work, patient_id: UUID) -> Threshold | None:
    """The last motor threshold of a patient."""
    statement = select(Threshold).where(col(Threshold.patient_id) == patient_id)
    found: Threshold | None = work.first(
        statement.order_by(col(Threshold.measured_at).desc(), col(Threshold.id).desc())
    )
    return found


def _last_medicine(rows: Sequence[Gate]) -> datetime | None:
    """When a change of medicine was heard last: a threshold from before says nothing any more."""
    heard = (row.details.get("heard_at") for row in rows if row.reason_code == MEDICINE)
    return max((datetime.fromisoformat(moment) for moment in heard if moment), default=None)
