"""Where every course of treatment stands, with its gates and adverse events."""

from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import SQLModel

from services.coordinator.actions.following import follow, said
from services.coordinator.actions.following_referrals import begun
from services.coordinator.tables import AdverseEventState, CourseState, GateState
from shared.events import (
    AdverseEventAcknowledged,
    AdverseEventReported,
    CourseChanged,
    CourseCompleted,
    CourseEvent,
    CoursePlanned,
    CourseStopped,
    GateClosed,
    GateEvent,
    GateReleased,
    GateUpheld,
    PatientEvent,
    ScreeningCompleted,
)
from shared.work import Work

_GATE = {
    *("patient_id", "referral_id", "course_id", "requester", "performer"),
    *("decided_by", "gate"),
}
_COURSE = {"patient_id", "referral_id", "requester", "performer"}
_ADVERSE_EVENT = {"patient_id", "referral_id", "raised_by", "addressed_to"}
Row = TypeVar("Row", bound=SQLModel)


def _found_or_begun(
    work: Work, table: type[Row], key: UUID, event: PatientEvent, names: set[str], **more: Any
) -> Row:
    """The row of what an event is about; it begins with whichever of its events comes first."""
    row = work.find(table, key)
    if row is None:
        row = table(id=key, **event.model_dump(include=names), **more)
        work.add(row)
    return row


def _gate(event: GateEvent, work: Work) -> GateState:
    begun(event, work)
    return _found_or_begun(work, GateState, event.gate_id, event, _GATE)


@follow.register
def _closed(event: GateClosed, work: Work) -> None:
    row = _gate(event, work)
    row.ask, row.urgent = event.ask, event.urgent
    if row.decided_at is None or not row.reason_code:
        row.reason_code = event.reason_code
    row.closed_at = row.closed_at or said(work)[0]


@follow.register(GateReleased)
@follow.register(GateUpheld)
def _decided(event: GateReleased | GateUpheld, work: Work) -> None:
    """The physicians of two services may decide: what the service that is held up says counts.

    It says what it decided itself, and only while it has heard of no decision of the other.
    """
    row, now = _gate(event, work), said(work)
    by_performer = work.cause is not None and work.cause.source.endswith(f"/{event.performer}")
    if row.decided_at is None or by_performer:
        row.status = event.kind.removeprefix("gate.")
        row.reason_code = getattr(event, "reason_code", "") or row.reason_code
        row.decided_at, row.decided_in = now


@follow.register
def _screened(event: ScreeningCompleted, work: Work) -> None:
    begun(event, work)


def _course(event: CourseEvent, work: Work) -> CourseState:
    begun(event, work)
    planned = {"planned_at": said(work)[0]}
    return _found_or_begun(work, CourseState, event.course_id, event, _COURSE, **planned)


@follow.register
def _planned(event: CoursePlanned, work: Work) -> None:
    row = _course(event, work)
    row.protocol, row.protocol_version = event.protocol, event.protocol_version
    row.protocol_title = event.protocol_title
    row.sessions, row.first_on, row.last_on = event.sessions, event.first_on, event.last_on


@follow.register
def _changed(event: CourseChanged, work: Work) -> None:
    row = _course(event, work)
    row.sessions, row.last_on = event.sessions, event.last_on or row.last_on
    row.at_risk_since = event.at_risk_since
    if event.reason_code == "resumed":
        row.status, row.stopped_at, row.reason_code = "active", None, ""


@follow.register
def _stopped(event: CourseStopped, work: Work) -> None:
    row = _course(event, work)
    row.status, row.stopped_at, row.reason_code = "on-hold", said(work)[0], event.reason_code


@follow.register
def _over(event: CourseCompleted, work: Work) -> None:
    row = _course(event, work)
    row.status = "revoked" if event.ended_early else "completed"
    row.reason_code, row.ended_at, row.at_risk_since = event.reason_code, said(work)[0], None


def _adverse_event(
    event: AdverseEventReported | AdverseEventAcknowledged, work: Work
) -> AdverseEventState:
    return _found_or_begun(work, AdverseEventState, event.adverse_event_id, event, _ADVERSE_EVENT)


@follow.register
def _reported(event: AdverseEventReported, work: Work) -> None:
    row = _adverse_event(event, work)
    row.code, row.severity, row.serious = event.code, event.severity, event.serious
    row.occurred_at, row.reported_at = event.occurred_at, said(work)[0]


@follow.register
def _read(event: AdverseEventAcknowledged, work: Work) -> None:
    _adverse_event(event, work).acknowledged_at = said(work)[0]
