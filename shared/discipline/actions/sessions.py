"""Appointments: a session is booked, moved or taken back."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from shared.access.members import members_of
from shared.access.tables import Member
from shared.discipline.actions.records import (
    brought_here,
    last_change,
    mark,
    referral_of,
    to_change,
    write,
)
from shared.discipline.actions.withdrawing import drop_session
from shared.discipline.codes import CANCELLATION_REASONS
from shared.discipline.naming import about_session
from shared.discipline.practice import practice_of
from shared.discipline.rules import referral as referral_rules
from shared.discipline.rules import session as rules
from shared.discipline.tables import CareSession, Referral
from shared.events import SessionBooked, SessionMoved
from shared.patients import Patient, refuse_gone
from shared.work import Work


def book(
    work: Work,
    referral_id: UUID,
    starts_at: datetime,
    minutes: int,
    practitioner_id: UUID | None = None,
    *,
    course_id: UUID | None = None,
) -> CareSession:
    """Give the patient an appointment; the first one begins the care."""
    referral = to_change(work, Referral, referral_id)
    refuse_gone(work, referral.patient_id)
    referral_rules.refuse_unless_possible("book", referral.status, brought_here(work, referral))
    practice_of(work).before(work, "book", referral)
    rules.refuse_stranger(practitioner_id, (m.id for m in members_of(work, work.service)))
    slot = rules.Slot(starts_at, minutes, referral.patient_id, practitioner_id)
    _check(work, slot)
    session = _session(work, referral, slot)
    work.add(session)
    if referral.status == "accepted":
        referral.status = "in-progress"
        mark(work, referral)
    write(work, referral, "session-booked", subject=session.id)
    work.announce(
        SessionBooked(
            **about_session(referral, session),
            starts_at=starts_at,
            minutes=minutes,
            practitioner_id=practitioner_id,
            course_id=course_id,
        )
    )
    practice_of(work).after(work, "book", referral, session)
    return session


def move(
    work: Work,
    session_id: UUID,
    starts_at: datetime,
    minutes: int | None = None,
    *,
    version: int | None = None,
) -> None:
    """Put the appointment at another time; the history keeps where it was."""
    session = open_session(work, session_id, "move", version)
    before, length = slot_of(session), minutes or session.minutes
    rules.refuse_same_time(starts_at, length, before)
    slot = rules.Slot(starts_at, length, session.patient_id, session.practitioner_id)
    _check(work, slot, besides=session_id)
    put(work, session, starts_at, length)


def put(work: Work, session: CareSession, starts_at: datetime, minutes: int) -> None:
    """Put it there, when it was made sure that the time is free, and tell the others."""
    was_at = session.starts_at
    session.starts_at, session.minutes = starts_at, minutes
    mark(work, session)
    referral = referral_of(work, session)
    write(work, referral, "session-moved", subject=session.id, was_at=was_at)
    names = about_session(referral, session)
    work.announce(SessionMoved(**names, starts_at=starts_at, minutes=minutes, was_at=was_at))
    practice_of(work).after(work, "move", referral, session)


def cancel_session(
    work: Work, session_id: UUID, reason_code: str, *, version: int | None = None
) -> None:
    """Take the appointment back."""
    session = open_session(work, session_id, "cancel", version)
    referral_rules.check_code(reason_code, CANCELLATION_REASONS, "reason_code")
    drop_session(work, referral_of(work, session), session, reason_code)


def open_session(work: Work, session_id: UUID, verb: str, version: int | None) -> CareSession:
    """The session, if this can still be done with it."""
    session = to_change(work, CareSession, session_id)
    rules.refuse_unless_possible(verb, session.status, brought_here(work, session))
    referral_rules.refuse_if_stale(version, session.version, last_change(work, session))
    practice_of(work).before(work, verb, referral_of(work, session), session)
    return session


def slot_of(session: CareSession) -> rules.Slot:
    return rules.Slot(
        session.starts_at, session.minutes, session.patient_id, session.practitioner_id
    )


def _session(work: Work, referral: Referral, slot: rules.Slot) -> CareSession:
    highest = select(func.max(CareSession.number)).where(
        col(CareSession.referral_id) == referral.id
    )
    return CareSession(
        referral_id=referral.id,
        patient_id=referral.patient_id,
        number=(work.first(highest) or 0) + 1,
        starts_at=slot.starts_at,
        minutes=slot.minutes,
        practitioner_id=slot.practitioner_id,
        changed_at=work.now,
        changed_by=work.actor,
    )


def _check(work: Work, slot: rules.Slot, besides: UUID | None = None) -> None:
    rules.check_time(slot.starts_at, slot.minutes, work.now)
    _hold(work, slot)
    refuse_gone(work, slot.patient_id)
    rules.refuse_double(slot, _taken(work, slot, besides))


def _hold(work: Work, slot: rules.Slot) -> None:
    """Two people who book at once: the second one sees what the first one booked."""
    work.hold(Patient, slot.patient_id)
    if slot.practitioner_id is not None:
        work.hold(Member, slot.practitioner_id)


def _taken(work: Work, slot: rules.Slot, besides: UUID | None) -> Iterator[rules.Slot]:
    """The sessions that could touch the slot: none lasts longer than the longest."""
    earliest = slot.starts_at - timedelta(minutes=rules.LONGEST)
    near = select(CareSession).where(
        col(CareSession.status).in_(("booked", "arrived")),
        col(CareSession.starts_at) > earliest,
        col(CareSession.starts_at) < slot.ends_at,
    )
    return (slot_of(session) for session in work.all(near) if session.id != besides)
