"""The news that the pain physician hears, and which action each one starts."""

from services.pain_physician import actions
from services.pain_physician.actions import news
from shared.discipline.handlers import discipline_handlers
from shared.events import (
    ConcernRaised,
    FollowUpCancelled,
    FollowUpDone,
    FollowUpPlanned,
    ReferralAccepted,
    ReferralCompleted,
    ReferralFailed,
    ReferralHeld,
    ReferralReceived,
    ReferralRejected,
    ReferralRequested,
    ReferralUpdated,
    ReportSent,
    SessionArrived,
    SessionBooked,
    SessionCancelled,
    SessionCompleted,
    SessionInterrupted,
    SessionMissed,
    SessionMoved,
)
from shared.service import Handlers
from shared.work import Work

handlers = Handlers()


@handlers.on(ReferralRequested, where="performer")
def take_on(event: ReferralRequested, work: Work) -> None:
    actions.take_on(work, event)


@handlers.on(ReferralUpdated, where="performer")
def follow_correction(event: ReferralUpdated, work: Work) -> None:
    actions.follow_correction(work, event)


@handlers.on(ReferralReceived, where="requester")
def received(event: ReferralReceived, work: Work) -> None:
    news.moved(work, event, "received")


@handlers.on(ReferralAccepted, where="requester")
def accepted(event: ReferralAccepted, work: Work) -> None:
    news.moved(work, event, "accepted")


@handlers.on(ReferralRejected, where="requester")
def rejected(event: ReferralRejected, work: Work) -> None:
    news.rejected(work, event)


@handlers.on(ReferralHeld, where="requester")
def held(event: ReferralHeld, work: Work) -> None:
    news.held(work, event)


@handlers.on(ReferralCompleted, where="requester")
def completed(event: ReferralCompleted, work: Work) -> None:
    news.completed(work, event)


@handlers.on(ReferralFailed, where="requester")
def failed(event: ReferralFailed, work: Work) -> None:
    news.moved(work, event, "failed")


@handlers.on(ReportSent, where="requester")
def reported(event: ReportSent, work: Work) -> None:
    news.reported(work, event)


@handlers.on(SessionBooked, where="requester")
def booked(event: SessionBooked, work: Work) -> None:
    news.booked(work, event)


@handlers.on(SessionMoved, where="requester")
def rescheduled(event: SessionMoved, work: Work) -> None:
    news.rescheduled(work, event)


@handlers.on(SessionArrived, where="requester")
def arrived(event: SessionArrived, work: Work) -> None:
    news.became(work, event, "arrived")


@handlers.on(SessionCompleted, where="requester")
def given(event: SessionCompleted, work: Work) -> None:
    news.given(work, event)


@handlers.on(SessionInterrupted, where="requester")
def interrupted(event: SessionInterrupted, work: Work) -> None:
    news.became(work, event, "interrupted")


@handlers.on(SessionMissed, where="requester")
def missed(event: SessionMissed, work: Work) -> None:
    news.became(work, event, "missed")


@handlers.on(SessionCancelled, where="requester")
def session_cancelled(event: SessionCancelled, work: Work) -> None:
    news.became(work, event, "cancelled")


@handlers.on(FollowUpPlanned, where="requester")
def follow_up_planned(event: FollowUpPlanned, work: Work) -> None:
    news.follow_up_planned(work, event)


@handlers.on(FollowUpDone, where="requester")
def follow_up_done(event: FollowUpDone, work: Work) -> None:
    news.follow_up_done(work, event)


@handlers.on(FollowUpCancelled, where="requester")
def follow_up_cancelled(event: FollowUpCancelled, work: Work) -> None:
    news.follow_up_cancelled(work, event)


@handlers.on(ConcernRaised, where="addressed_to")
def take_up(event: ConcernRaised, work: Work) -> None:
    actions.take_up(work, event)


# Taken over last: the patient is merged above, before a discipline stores the referral.
handlers.include(discipline_handlers())
