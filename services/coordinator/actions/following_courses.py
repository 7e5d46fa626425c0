"""Where every course of treatment stands, with its gates and adverse events."""

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
    ScreeningCompleted,
)
from shared.work import Work

_GATE = {
    *("patient_id", "referral_id", "course_id", "requester", "performer"),
    *("decided_by", "gate"),
}
_COURSE = {"patient_id", "referral_id", "requester", "performer"}


def _gate(event: GateEvent, work: Work) -> GateState:
    """The gate; it begins with whichever of its events comes first, for two services decide."""
    begun(event, work)
    row = work.find(GateState, event.gate_id)
    if row is None:
        row = GateState(id=event.gate_id, **event.model_dump(include=_GATE))
        work.add(row)
    return row


@follow.register
def _closed(event: GateClosed, work: Work) -> None:
    row = _gate(event, work)
    row.ask, row.reason_code, row.urgent = event.ask, event.reason_code, event.urgent
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
        row.decided_at, row.decided_in = now


@follow.register
def _screened(event: ScreeningCompleted, work: Work) -> None:
    begun(event, work)


def _course(event: CourseEvent, work: Work) -> CourseState:
    begun(event, work)
    row = work.find(CourseState, event.course_id)
    if row is None:
        known = event.model_dump(include=_COURSE)
        row = CourseState(id=event.course_id, **known, planned_at=said(work)[0])
        work.add(row)
    return row


@follow.register
def _planned(event: CoursePlanned, work: Work) -> None:
    row = _course(event, work)
    row.protocol, row.protocol_version = event.protocol, event.protocol_version
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
    row = work.find(AdverseEventState, event.adverse_event_id)
    if row is None:
        names = {"patient_id", "referral_id", "raised_by", "addressed_to"}
        row = AdverseEventState(id=event.adverse_event_id, **event.model_dump(include=names))
        work.add(row)
    return row


@follow.register
def _reported(event: AdverseEventReported, work: Work) -> None:
    row = _adverse_event(event, work)
    row.code, row.severity, row.serious = event.code, event.severity, event.serious
    row.occurred_at, row.reported_at = event.occurred_at, said(work)[0]


@follow.register
def _read(event: AdverseEventAcknowledged, work: Work) -> None:
    _adverse_event(event, work).acknowledged_at = said(work)[0]
