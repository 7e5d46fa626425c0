"""The news that the pain physician hears, and which action each one starts."""

from services.pain_physician import actions
from services.pain_physician.actions import adverse_events, courses, gates, news
from services.pain_physician.actions.story import tell
from shared.discipline.handlers import discipline_handlers, hear_scores
from shared.events import (
    AdverseEventAcknowledged,
    AdverseEventReported,
    ConcernRaised,
    CourseChanged,
    CourseCompleted,
    CourseDecided,
    CoursePlanned,
    CourseStopped,
    FollowUpCancelled,
    FollowUpDone,
    FollowUpPlanned,
    GateClosed,
    GateReleased,
    GateUpheld,
    ReferralAccepted,
    ReferralCancelled,
    ReferralCompleted,
    ReferralFailed,
    ReferralHeld,
    ReferralReceived,
    ReferralRejected,
    ReferralRequested,
    ReferralUpdated,
    ReportSent,
    ScreeningCompleted,
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


@handlers.on(ScreeningCompleted, where="requester")
def screened(event: ScreeningCompleted, work: Work) -> None:
    what = "screened-with-yes" if event.yes else "screened"
    tell(work, event.patient_id, what, event.performer, event.referral_id)


@handlers.on(CoursePlanned, where="requester")
def course_planned(event: CoursePlanned, work: Work) -> None:
    courses.planned(work, event)


@handlers.on(CourseChanged, where="requester")
def course_changed(event: CourseChanged, work: Work) -> None:
    courses.changed(work, event)


@handlers.on(CourseDecided, where="requester")
def course_decided(event: CourseDecided, work: Work) -> None:
    courses.decided(work, event)


@handlers.on(CourseStopped, where="requester")
def course_stopped(event: CourseStopped, work: Work) -> None:
    courses.stopped(work, event)


@handlers.on(CourseCompleted, where="requester")
def course_completed(event: CourseCompleted, work: Work) -> None:
    courses.completed(work, event)


@handlers.on(GateClosed, where="requester")
def gate_closed(event: GateClosed, work: Work) -> None:
    gates.closed(work, event)


@handlers.on(GateReleased, where="requester")
def gate_released(event: GateReleased, work: Work) -> None:
    gates.decided_there(work, event)


@handlers.on(GateUpheld, where="requester")
def gate_upheld(event: GateUpheld, work: Work) -> None:
    gates.decided_there(work, event)


@handlers.on(AdverseEventReported, where="addressed_to")
def take_up_adverse_event(event: AdverseEventReported, work: Work) -> None:
    actions.take_up_adverse_event(work, event)


@handlers.on(AdverseEventAcknowledged, where="addressed_to")
def acknowledged_there(event: AdverseEventAcknowledged, work: Work) -> None:
    adverse_events.acknowledged_there(work, event)


@handlers.on(ConcernRaised, where="addressed_to")
def take_up(event: ConcernRaised, work: Work) -> None:
    actions.take_up(work, event)


hear_scores(handlers)
# Taken over last: the patient is merged above, before a discipline stores the referral.
handlers.include(discipline_handlers())


@handlers.on(ReferralCancelled, where="performer")
def taken_back(event: ReferralCancelled, work: Work) -> None:
    """What the referrer takes back is withdrawn already when the others end with the patient."""
    actions.hear_of_death(work, event)
