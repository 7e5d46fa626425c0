"""Where everybody stands: each event moves the coordinator's copy of what it is about."""

from collections.abc import Iterator
from functools import singledispatch
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlmodel import SQLModel

from services.coordinator.rules.owed import Said
from services.coordinator.tables import (
    AdverseEventState,
    ConcernState,
    CourseState,
    FollowUpState,
    GateState,
    MailState,
    Measurement,
    Obligation,
    ReferralState,
    SessionState,
)
from shared import patients
from shared.events import (
    ConcernAcknowledged,
    ConcernRaised,
    Event,
    FollowUpCancelled,
    FollowUpDone,
    FollowUpPlanned,
    Identity,
    MeasurementRecorded,
    PatientEvent,
    PatientRegistered,
    PatientUpdated,
    ReminderAcknowledged,
    ReminderFailed,
    ReminderSent,
    Sealed,
)
from shared.sealing import Unsealable
from shared.work import Work

Content = TypeVar("Content", bound=BaseModel)


_NAMED: dict[str, type[SQLModel]] = {
    "referral_id": ReferralState,
    "replaces": ReferralState,
    "session_id": SessionState,
    "course_id": CourseState,
    "gate_id": GateState,
    "adverse_event_id": AdverseEventState,
    "follow_up_id": FollowUpState,
    "concern_id": ConcernState,
    "measurement_id": Measurement,
    "corrects": Measurement,
    "reminder_id": MailState,
}
"""Which row each name in an event stands for."""


def needs(event: Event) -> Iterator[tuple[type[SQLModel], UUID]]:
    """The rows that an event is about."""
    for name, table in _NAMED.items():
        if key := getattr(event, name, None):
            yield table, key
    if isinstance(event, PatientEvent) and hasattr(event, "identity"):
        yield patients.Patient, event.patient_id


def said(work: Work) -> Said:
    """When the fact was announced, and in which event."""
    if work.cause is None:
        raise ValueError("only events are followed")
    return work.cause.time, work.cause.id


def opened(work: Work, sealed: Sealed, form: type[Content], event: PatientEvent) -> Content | None:
    """What is sealed; None when it was erased since, which stops nothing."""
    try:
        return work.open(sealed, form, event.patient_id)
    except Unsealable:
        return None


@singledispatch
def follow(event: Event, work: Work) -> None:
    """Take note of an event; most kinds move nothing here."""


@follow.register
def _registered(event: PatientRegistered, work: Work) -> None:
    _identify(event, event.identity, work)


@follow.register
def _updated(event: PatientUpdated, work: Work) -> None:
    _identify(event, event.identity, work)
    patient = work.find(patients.Patient, event.patient_id)
    if patient is not None:
        patients.set_standing(patient, patients.Standing(event.status, event.status_on))


def _identify(event: PatientEvent, sealed: Sealed, work: Work) -> None:
    identity = opened(work, sealed, Identity, event)
    if identity:
        patients.store(work, event.patient_id, identity)


@follow.register
def _planned(event: FollowUpPlanned, work: Work) -> None:
    if work.find(FollowUpState, event.follow_up_id) is None:
        values = event.model_dump(exclude={"follow_up_id"})
        work.add(FollowUpState(id=event.follow_up_id, **values, planned_at=said(work)[0]))


@follow.register(FollowUpDone)
@follow.register(FollowUpCancelled)
def _followed_up(event: FollowUpDone | FollowUpCancelled, work: Work) -> None:
    row = work.find(FollowUpState, event.follow_up_id)
    if row:
        row.status, row.done_at = event.kind.removeprefix("follow_up."), said(work)[0]


def _concern(event: ConcernRaised | ConcernAcknowledged, work: Work) -> ConcernState:
    row = work.find(ConcernState, event.concern_id)
    if row is None:
        names = event.model_dump(include={"patient_id", "raised_by", "addressed_to"})
        row = ConcernState(id=event.concern_id, **names)
        work.add(row)
    return row


@follow.register
def _worried(event: ConcernRaised, work: Work) -> None:
    row = _concern(event, work)
    row.raised_at, row.urgent, row.referral_id = said(work)[0], event.urgent, event.referral_id


@follow.register
def _acknowledged(event: ConcernAcknowledged, work: Work) -> None:
    _concern(event, work).acknowledged_at = said(work)[0]


@follow.register
def _measured(event: MeasurementRecorded, work: Work) -> None:
    values = event.model_dump(include={"patient_id", "code", "value", "context", "measured_at"})
    _keep(work, Measurement(id=event.measurement_id, **values))
    wrong = work.find(Measurement, event.corrects) if event.corrects else None
    if wrong is not None:
        wrong.corrected = True


def _keep(work: Work, row: Measurement | MailState) -> None:
    """The row, in place of the one that is known by its id."""
    known = work.find(type(row), row.id)
    if known is None:
        work.add(row)
    else:
        known.sqlmodel_update(row.model_dump())


@follow.register
def _mailed(event: ReminderSent, work: Work) -> None:
    _mail(event, work, "sent")


@follow.register
def _not_mailed(event: ReminderFailed, work: Work) -> None:
    _mail(event, work, "failed", event.reason_code)


@follow.register
def _taken_care_of(event: ReminderAcknowledged, work: Work) -> None:
    row = work.find(Obligation, event.obligation_id)
    if row is not None:
        row.seen_at, row.seen_by = said(work)[0], event.member_id


def _mail(event: ReminderSent | ReminderFailed, work: Work, state: str, reason: str = "") -> None:
    values = event.model_dump(include={"obligation_id", "member_id"})
    at = said(work)[0]
    row = MailState(id=event.reminder_id, **values, state=state, reason_code=reason, at=at)
    _keep(work, row)
