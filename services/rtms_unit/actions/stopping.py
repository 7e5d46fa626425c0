"""Stopping a course (G5): after what must not happen again nothing goes on by itself."""

from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.rtms_unit.actions import courses, gates
from services.rtms_unit.rules import gates as rules
from services.rtms_unit.tables import Course, Crisis, Gate
from shared.discipline.actions.records import to_change
from shared.discipline.course_codes import CRISIS
from shared.discipline.rules.referral import OPEN, check_code, check_words
from shared.discipline.tables import Referral
from shared.events import ConcernRaised
from shared.work import Work

BY_HAND = (
    *("seizure", "convulsive-syncope", "new-implant", "pregnancy", "suicidal-crisis"),
    *("serious-adverse-event", "by-hand"),
)
"""The reasons that a member of the unit can give."""


def stop(
    work: Work,
    referral: Referral,
    reason_code: str,
    *,
    course_id: UUID | None = None,
    session_id: UUID | None = None,
    note: str = "",
    details: dict[str, Any] | None = None,
) -> Gate:
    """Stop every course of the patient at once. Each cause closes a gate of its own."""
    running = running_courses(work, referral.patient_id)
    # Held before it is asked how they stand: a release at the same moment comes before or after.
    courses.hold_all(work, running, reason_code)
    own = next((each.id for each in running if each.referral_id == referral.id), None)
    gate = gates.close(
        work,
        referral,
        rules.STOP,
        course_id=course_id or own,
        session_id=session_id,
        reason_code=reason_code,
        urgent=True,
        note=note,
        details=details,
    )
    # Whoever planned meanwhile held the patient, and is done now that the gate is closed.
    courses.hold_all(work, running_courses(work, referral.patient_id), reason_code)
    return gate


def stop_by_hand(work: Work, referral_id: UUID, reason_code: str, note: str) -> Gate:
    """A member of the unit stops the course, whatever the reason; only a physician re-opens it."""
    referral = to_change(work, Referral, referral_id)
    check_code(reason_code, dict.fromkeys(BY_HAND, ""), "reason_code")
    check_words(note, "note")
    return stop(work, referral, reason_code, note=note)


def hear_of_concern(work: Work, event: ConcernRaised) -> None:
    """A suicidal crisis stops stimulation here, whoever noticed it."""
    referral = referral_in_hand(work, event.patient_id)
    if referral is not None:
        stop_in_crisis(work, referral, event.concern_id, event.reason_code)
    elif event.reason_code == CRISIS:
        about = {"concern_id": event.concern_id, "patient_id": event.patient_id}
        work.add(Crisis(**about, raised_at=work.said_at))


def stop_for_earlier_news(work: Work, referral: Referral) -> None:
    """A crisis since the patient was sent, of which was heard before the referral."""
    statement = select(Crisis).where(
        col(Crisis.patient_id) == referral.patient_id,
        col(Crisis.raised_at) >= referral.requested_at,
    )
    for crisis in work.all(statement):
        stop_in_crisis(work, referral, crisis.concern_id, CRISIS)
        work.session.delete(crisis)


def stop_in_crisis(work: Work, referral: Referral, concern_id: UUID, reason_code: str) -> None:
    """Of all concerns only a suicidal crisis stops a course by itself."""
    if reason_code == CRISIS:
        stop(work, referral, CRISIS, details={"concern_id": str(concern_id)})


def running_courses(work: Work, patient_id: UUID) -> list[Course]:
    """The courses of a patient that are not over."""
    statement = select(Course).where(
        col(Course.patient_id) == patient_id, col(Course.status).in_(("active", "on-hold"))
    )
    return list(work.all(statement.order_by(col(Course.planned_at), col(Course.id))))


def referral_in_hand(work: Work, patient_id: UUID) -> Referral | None:
    """The referral for which a patient is in hand here, the one with a course first."""
    for course in running_courses(work, patient_id):
        return work.get(Referral, course.referral_id)
    statement = select(Referral).where(
        col(Referral.patient_id) == patient_id, col(Referral.status).in_(OPEN)
    )
    found: Referral | None = work.first(statement.order_by(col(Referral.requested_at).desc()))
    return found
