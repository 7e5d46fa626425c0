"""Adverse events: noticed in a session or after it; a serious one stops the course at once."""

from uuid import UUID

from sqlmodel import col, select

from services.rtms_unit.actions.stopping import running_courses, stop
from services.rtms_unit.reading.in_course import in_course
from services.rtms_unit.rules import effects as rules
from services.rtms_unit.tables import AdverseEvent
from shared.access.viewer import PHYSICIAN
from shared.discipline.actions.records import to_change, write
from shared.discipline.rules.referral import check_words
from shared.discipline.tables import CareSession, Referral
from shared.errors import NotFound, RuleBroken
from shared.events import OUTSIDE, AdverseEventAcknowledged, AdverseEventReported, Note
from shared.i18n import N_
from shared.work import Work


def report(
    work: Work, referral_id: UUID, noticed: rules.Noticed, session_id: UUID | None = None
) -> AdverseEvent:
    """Write down what happened, in a session or whenever it was noticed."""
    referral = to_change(work, Referral, referral_id)
    rules.check(noticed, work.now)
    if session_id is not None and work.get(CareSession, session_id).referral_id != referral_id:
        raise NotFound
    row = AdverseEvent(
        referral_id=referral_id,
        patient_id=referral.patient_id,
        course_id=_course_of(work, referral, session_id),
        session_id=session_id,
        code=noticed.code,
        severity=noticed.severity,
        serious=noticed.is_serious,
        relation=noticed.relation,
        action=noticed.action,
        occurred_at=noticed.occurred_at or work.now,
        note=noticed.note,
        addressed_to=referral.performer if referral.requester == OUTSIDE else referral.requester,
        reported_at=work.now,
        reported_by=work.actor,
    )
    work.add(row)
    _tell(work, referral, row)
    if row.serious:
        _stop(work, referral, row)
    return row


def _course_of(work: Work, referral: Referral, session_id: UUID | None) -> UUID | None:
    place = in_course(work, session_id)
    if place is not None:
        return place.course.id
    running = running_courses(work, referral.patient_id)
    return next((each.id for each in running if each.referral_id == referral.id), None)


def _tell(work: Work, referral: Referral, row: AdverseEvent) -> None:
    write(work, referral, "adverse-event-reported", subject=row.id)
    names = {"patient_id", "referral_id", "session_id", "course_id", "code", "severity"}
    names |= {"serious", "relation", "action", "occurred_at", "addressed_to"}
    work.announce(
        AdverseEventReported(
            **row.model_dump(include=names),
            adverse_event_id=row.id,
            raised_by=work.service,
            note=work.seal(Note(text=row.note), row.patient_id) if row.note else None,
        )
    )


def _stop(work: Work, referral: Referral, row: AdverseEvent) -> None:
    gate = stop(
        work,
        referral,
        rules.stop_reason(row.code),
        course_id=row.course_id,
        session_id=row.session_id,
        note=row.note,
        details={"adverse_event": row.code, "severity": row.severity},
    )
    row.gate_id = gate.id


def acknowledge(work: Work, adverse_event_id: UUID, done: str) -> None:
    """A physician of the unit has read it and says what is done about it."""
    work.require(PHYSICIAN, unit=work.service)
    row = work.hold(AdverseEvent, adverse_event_id)
    if row is None:
        raise NotFound
    if row.acknowledged_at is not None:
        raise RuleBroken(N_("A physician has acknowledged it already."))
    check_words(done, "done")
    _acknowledged(work, row, work.actor, done)
    work.announce(
        AdverseEventAcknowledged(
            patient_id=row.patient_id,
            adverse_event_id=row.id,
            referral_id=row.referral_id,
            raised_by=work.service,
            addressed_to=row.addressed_to,
            note=work.seal(Note(text=done), row.patient_id),
        )
    )


def hear(work: Work, event: AdverseEventAcknowledged) -> None:
    """The physician who was told has read it; the first acknowledgement counts."""
    row = work.hold(AdverseEvent, event.adverse_event_id)
    if row is None or row.acknowledged_at is not None:
        return
    by = work.cause.actor if work.cause else f"service:{event.addressed_to}"
    _acknowledged(work, row, by, work.open(event.note, Note, event.patient_id).text)


def _acknowledged(work: Work, row: AdverseEvent, by: str, done: str) -> None:
    row.acknowledged_at, row.acknowledged_by, row.done = work.now, by, done
    referral = work.get(Referral, row.referral_id)
    write(work, referral, "adverse-event-acknowledged", subject=row.id, by=by, note=done)


def of_referral(work: Work, referral_id: UUID) -> list[AdverseEvent]:
    """The adverse events of a referral, the latest first."""
    statement = select(AdverseEvent).where(col(AdverseEvent.referral_id) == referral_id)
    return list(work.all(statement.order_by(col(AdverseEvent.occurred_at).desc())))
