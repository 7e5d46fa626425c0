"""Is it still safe today (G2): asked before each session; news of a medicine asks by itself."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from services.rtms_unit.actions import gates, stopping, thresholds
from services.rtms_unit.actions.courses.holding import hold_course
from services.rtms_unit.reading import gates as reading
from services.rtms_unit.reading.in_course import InCourse, in_course
from services.rtms_unit.rules import day_check as rules
from services.rtms_unit.rules import gates as gate_rules
from services.rtms_unit.tables import DayCheck, Gate
from shared.discipline.actions.records import (
    brought_here,
    last_change,
    mark,
    referral_of,
    to_change,
    write,
)
from shared.discipline.reading import require_colleague
from shared.discipline.rules import referral as referral_rules
from shared.discipline.rules import session as session_rules
from shared.discipline.tables import CareSession, Referral
from shared.errors import NotFound
from shared.events import MedicationChanged
from shared.work import Work


def check_day(
    work: Work,
    session_id: UUID,
    answers: Mapping[str, str],
    note: str = "",
    *,
    version: int | None = None,
) -> DayCheck:
    """Write down the answers of the day. Any change waits for a physician."""
    place = _open(work, session_id)
    session = to_change(work, CareSession, session_id)
    _refuse_unless_before(work, session, version)
    rules.check_answers(answers)
    referral = referral_of(work, session)
    gate = _shut(work, referral, place, rules.changes(answers), note)
    check = DayCheck(
        session_id=session_id,
        patient_id=session.patient_id,
        day=work.today,
        answers=dict(answers),
        note=note,
        gate_id=gate.id if gate else None,
        at=work.now,
        by=work.actor,
    )
    work.add(check)
    mark(work, session)
    write(work, referral, "day-checked", subject=session_id)
    thresholds.ask_if_missing(work, referral, place)
    return check


def _open(work: Work, session_id: UUID) -> InCourse:
    """The session in its course, which nobody changes meanwhile."""
    place = in_course(work, session_id)
    if place is None:
        raise NotFound
    require_colleague(work)
    hold_course(work, place.course.id)
    return place


def _refuse_unless_before(work: Work, session: CareSession, version: int | None) -> None:
    session_rules.refuse_unless_possible("arrive", session.status, brought_here(work, session))
    referral_rules.refuse_if_stale(version, session.version, last_change(work, session))
    day = session.starts_at.astimezone(work.zone).date()
    session_rules.refuse_before_its_day(day, work.today)


def _shut(
    work: Work, referral: Referral, place: InCourse, changed: tuple[str, ...], note: str
) -> Gate | None:
    """The gate that a change closes; also when nothing changed since a physician said no."""
    stop = rules.stop_reason(changed)
    details = {"changed": list(changed)}
    if stop:
        return stopping.stop(
            work,
            referral,
            stop,
            session_id=place.link.session_id,
            course_id=place.course.id,
            note=note,
            details=details,
        )
    if not changed and not _refused_before(work, referral.patient_id):
        return None
    return gates.close(
        work,
        referral,
        gate_rules.SAFE_TODAY,
        course_id=place.course.id,
        session_id=place.link.session_id,
        reason_code="day-check" if changed else "refused-before",
        urgent=True,
        note=note,
        details=details,
    )


def _refused_before(work: Work, patient_id: UUID) -> bool:
    own = [row for row in reading.gates_of(work, patient_id) if row.gate == gate_rules.SAFE_TODAY]
    last = reading.last_decided(own)
    return last is not None and last.state == gate_rules.UPHELD


def hear_of_medicine(work: Work, event: MedicationChanged) -> None:
    """A medicine was changed elsewhere: no session before a physician has released it."""
    for referral, course_id in _screened(work, event.patient_id):
        screened_on = _screened_on(work, referral)
        if rules.matters(event.change, event.changed_on, screened_on, work.today):
            _hold(work, referral, course_id, event)


def _hold(work: Work, referral: Referral, course_id: UUID | None, event: MedicationChanged) -> None:
    gates.hold_patient(work, event.patient_id)
    about = event.model_dump(mode="json", include={"drug", "change", "seizure_risk"})
    waiting = _waiting(work, referral, course_id)
    changes = [*(waiting.details["medicines"] if waiting else ()), about]
    details = {"medicines": changes, "heard_at": work.now.isoformat()}
    if waiting is None:
        gates.close(
            work,
            referral,
            gate_rules.SAFE_TODAY,
            course_id=course_id,
            reason_code=reading.MEDICINE,
            urgent=event.seizure_risk,
            details=details,
        )
    else:
        waiting.details = details
        mark(work, waiting)


def _screened(work: Work, patient_id: UUID) -> list[tuple[Referral, UUID | None]]:
    """The courses of a patient with their referrals; or the referral that was screened for one.

    Whoever is not screened yet is asked about every medicine then.
    """
    courses = stopping.running_courses(work, patient_id)
    if courses:
        return [(work.get(Referral, course.referral_id), course.id) for course in courses]
    referral = stopping.referral_in_hand(work, patient_id)
    known = referral is not None and reading.screening_of(work, referral.id) is not None
    return [(referral, None)] if referral is not None and known else []


def _screened_on(work: Work, referral: Referral) -> date:
    screening = reading.screening_of(work, referral.id)
    return screening.signed_at.astimezone(work.zone).date() if screening else work.today


def _waiting(work: Work, referral: Referral, course_id: UUID | None) -> Gate | None:
    statement = select(Gate).where(
        col(Gate.referral_id) == referral.id,
        col(Gate.course_id) == course_id,
        col(Gate.reason_code) == reading.MEDICINE,
        col(Gate.state) == gate_rules.CLOSED,
    )
    found: Gate | None = work.first(statement.with_for_update())
    return found
