"""What ends when a patient dies or is transferred, and what must still be done: seen beforehand."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel
from sqlmodel import col, select

from services.pain_physician.reading.record import Record, record
from services.pain_physician.rules.referrals import COMPLETED, OPEN
from shared.discipline.rules.referral import OPEN as OPEN_HERE
from shared.discipline.tables import CareSession, FollowUp
from shared.patients import Standing
from shared.work import Work

COMING = ("active", "on-hold")


class Item(BaseModel):
    """One thing: a kind (referral, session, course, follow-up, question...), with whom and when."""

    kind: str
    service: str
    at: datetime | None = None
    day: date | None = None
    number: int | None = None


class Ending(BaseModel):
    """`ends` will be cancelled or closed by rule; `stays` is owed even so."""

    ends: Sequence[Item]
    stays: Sequence[Item]


def ending(work: Work, patient_id: UUID, standing: Standing) -> Ending:
    """What would follow if the patient stood so; whoever shows it to a person audits it."""
    found = record(work, patient_id)
    sessions = list(_sessions(work, found))
    over = [item for item in sessions if item.at and _took_place(work, standing, item.at)]
    return Ending(
        ends=[
            *_referrals(work, found),
            *(item for item in sessions if item not in over),
            *_courses(found),
            *_follow_ups(work, found),
            *_questions(found),
        ],
        stays=[*over, *_to_be_known(found), *_reports(work, found)],
    )


def _took_place(work: Work, standing: Standing, at: datetime) -> bool:
    return standing.took_place(at, work.now, work.zone)


def _referrals(work: Work, found: Record) -> Iterator[Item]:
    for sent in found.sent:
        if sent.referral.status in OPEN:
            yield Item(
                kind="referral", service=sent.referral.performer, at=sent.referral.requested_at
            )
    for referral in found.from_outside:
        if referral.status in OPEN_HERE:
            yield Item(kind="referral", service=work.service, at=referral.requested_at)


def _sessions(work: Work, found: Record) -> Iterator[Item]:
    for sent in found.sent:
        for each in sent.sessions:
            if each.status in ("booked", "arrived"):
                yield _session(sent.referral.performer, each.starts_at, each.number)
    booked = select(CareSession).where(
        col(CareSession.patient_id) == found.patient.id,
        col(CareSession.status).in_(("booked", "arrived")),
    )
    for own in work.all(booked.order_by(col(CareSession.starts_at))):
        yield _session(work.service, own.starts_at, own.number)


def _session(service: str, starts_at: datetime, number: int) -> Item:
    return Item(kind="session", service=service, at=starts_at, number=number)


def _courses(found: Record) -> Iterator[Item]:
    for course in found.courses:
        if course.status in COMING:
            yield Item(kind="course", service=course.performer, day=course.last_on)


def _follow_ups(work: Work, found: Record) -> Iterator[Item]:
    for sent in found.sent:
        for each in sent.follow_ups:
            if each.status == "planned":
                yield Item(kind="follow-up", service=each.performer, day=each.due_on)
    planned = select(FollowUp).where(
        col(FollowUp.patient_id) == found.patient.id, col(FollowUp.status) == "planned"
    )
    for own in work.all(planned.order_by(col(FollowUp.due_on))):
        yield Item(kind="follow-up", service=work.service, day=own.due_on)


def _questions(found: Record) -> Iterator[Item]:
    """What somebody is asked to decide or to say, and need not any more."""
    for gate in found.gates:
        if gate.status == "closed":
            yield Item(kind="gate", service=gate.performer, at=gate.closed_at)
    for sent in found.sent:
        if sent.referral.waits and not sent.referral.reported_at:
            yield Item(kind="answer", service=sent.referral.performer, at=sent.referral.changed_at)


def _to_be_known(found: Record) -> Iterator[Item]:
    """A harm and a worry are acknowledged."""
    for concern in found.concerns:
        if concern.acknowledged_at is None:
            yield Item(kind="concern", service=concern.raised_by, at=concern.raised_at)
    for event in found.adverse_events:
        if event.acknowledged_at is None:
            yield Item(kind="adverse-event", service=event.raised_by, at=event.occurred_at)


def _reports(work: Work, found: Record) -> Iterator[Item]:
    """A report is sent and read; whoever sent the patient from outside is told."""
    for sent in found.sent:
        referral = sent.referral
        if referral.status == COMPLETED and (referral.waits or not referral.reported_at):
            yield Item(kind="report", service=referral.performer, at=referral.changed_at)
    for outside in found.from_outside:
        if outside.status in OPEN_HERE or (outside.status == COMPLETED and not outside.report):
            yield Item(kind="outside", service=work.service, at=outside.requested_at)
