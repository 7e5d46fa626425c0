"""Where every referral and session stands: each of their events moves the coordinator's copy."""

from services.coordinator.actions.following import follow, opened, said
from services.coordinator.rules.owed import IN_CARE, may_become
from services.coordinator.tables import ReferralState, SessionState
from shared import patients
from shared.events import (
    CourseEvent,
    GateEvent,
    Identity,
    Note,
    ReferralAccepted,
    ReferralCancelled,
    ReferralClosed,
    ReferralCompleted,
    ReferralDetails,
    ReferralEvent,
    ReferralFailed,
    ReferralHeld,
    ReferralReceived,
    ReferralRejected,
    ReferralRequested,
    ReferralResumed,
    ReferralUpdated,
    ReportSent,
    ScreeningCompleted,
    SessionArrived,
    SessionBooked,
    SessionCancelled,
    SessionCompleted,
    SessionEvent,
    SessionInterrupted,
    SessionMissed,
    SessionMoved,
)
from shared.work import Work

AboutReferral = ReferralEvent | SessionEvent | CourseEvent | GateEvent | ScreeningCompleted
"""Whatever names a referral with its two sides."""


def begun(event: AboutReferral, work: Work) -> ReferralState:
    """The referral; it begins with whichever of its events comes first."""
    row = work.find(ReferralState, event.referral_id)
    if row is None:
        at, event_id = said(work)
        row = ReferralState(
            id=event.referral_id,
            **event.model_dump(include={"patient_id", "requester", "performer"}),
            said_at=at,
            said_in=event_id,
            requested_at=at,
        )
        work.add(row)
    return row


def _move(row: ReferralState, status: str, work: Work) -> bool:
    """Put the referral into a state, unless what is known already counts more."""
    now = said(work)
    if not may_become(row.status, status, now, (row.said_at, row.said_in)):
        return False
    row.status = status
    row.said_at, row.said_in = now
    return True


@follow.register
def _requested(event: ReferralRequested, work: Work) -> None:
    identity = opened(work, event.identity, Identity, event)
    if identity:
        patients.merge(work, event.patient_id, identity)
    row = begun(event, work)
    row.requested_at, row.requester_member = event.requested_at, event.requester_member
    _describe(row, event, work)
    replaced = work.find(ReferralState, event.replaces) if event.replaces else None
    # A report that is still to come must be read, although the next question is asked already.
    if replaced and (replaced.status != "completed" or replaced.reported_at):
        replaced.settled = True


@follow.register
def _corrected(event: ReferralUpdated, work: Work) -> None:
    identity = opened(work, event.identity, Identity, event)
    if identity:
        patients.merge(work, event.patient_id, identity)
    _describe(begun(event, work), event, work)


def _describe(row: ReferralState, event: ReferralRequested | ReferralUpdated, work: Work) -> None:
    row.urgency = event.urgency
    details = opened(work, event.details, ReferralDetails, event)
    if details:
        row.question, row.referrer = details.question, details.referrer


@follow.register
def _received(event: ReferralReceived, work: Work) -> None:
    row = begun(event, work)
    row.received_at = said(work)[0]
    _move(row, "received", work)


@follow.register
def _accepted(event: ReferralAccepted, work: Work) -> None:
    row = begun(event, work)
    row.answered_at = said(work)[0]
    _move(row, "accepted", work)


@follow.register
def _rejected(event: ReferralRejected, work: Work) -> None:
    row = begun(event, work)
    row.answered_at = row.ended_at = said(work)[0]
    row.reason_code, row.next_step = event.reason_code, event.next_step
    row.onward_to = event.onward_to
    _move(row, "rejected", work)


@follow.register
def _held(event: ReferralHeld, work: Work) -> None:
    row = begun(event, work)
    if _move(row, "on-hold", work):
        question = opened(work, event.question, Note, event)
        row.held_question = question.text if question else ""


@follow.register
def _resumed(event: ReferralResumed, work: Work) -> None:
    _move(begun(event, work), "received", work)


@follow.register
def _withdrawn(event: ReferralCancelled, work: Work) -> None:
    row = begun(event, work)
    if _move(row, "cancelled", work):
        row.reason_code, row.ended_at = event.reason_code, said(work)[0]


@follow.register
def _completed(event: ReferralCompleted, work: Work) -> None:
    row = begun(event, work)
    row.outcome_code, row.ended_at = event.outcome_code, said(work)[0]
    _move(row, "completed", work)


@follow.register
def _failed(event: ReferralFailed, work: Work) -> None:
    row = begun(event, work)
    row.reason_code, row.ended_at = event.reason_code, said(work)[0]
    _move(row, "failed", work)


@follow.register
def _closed(event: ReferralClosed, work: Work) -> None:
    begun(event, work).settled = True


@follow.register
def _reported(event: ReportSent, work: Work) -> None:
    begun(event, work).reported_at = said(work)[0]


@follow.register
def _booked(event: SessionBooked, work: Work) -> None:
    at, event_id = said(work)
    if work.find(SessionState, event.session_id) is not None:
        return
    row = SessionState(
        id=event.session_id,
        **event.model_dump(exclude={"session_id"}),
        booked_at=at,
        booked_in=event_id,
        said_at=at,
        said_in=event_id,
    )
    work.add(row)
    referral = begun(event, work)
    if referral.status in (*IN_CARE, "requested", "received"):
        _move(referral, "in-progress", work)


@follow.register
def _moved(event: SessionMoved, work: Work) -> None:
    row = work.find(SessionState, event.session_id)
    if row:
        row.starts_at, row.minutes = event.starts_at, event.minutes


@follow.register(SessionArrived)
@follow.register(SessionCompleted)
@follow.register(SessionInterrupted)
@follow.register(SessionMissed)
@follow.register(SessionCancelled)
def _session(event: SessionEvent, work: Work) -> None:
    """All events of a session come from one service, so they come in order."""
    row = work.find(SessionState, event.session_id)
    if row:
        row.status = event.kind.removeprefix("session.")
        row.reason_code = getattr(event, "reason_code", "")
        row.said_at, row.said_in = said(work)
