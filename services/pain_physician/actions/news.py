"""What the events of the others do to the referrals that were sent. News is never refused."""

from uuid import UUID

from services.pain_physician.actions.referrals import move, refresh
from services.pain_physician.actions.story import tell
from services.pain_physician.rules import referrals as rules
from services.pain_physician.tables import SentFollowUp, SentReferral, SentSession
from shared.events import (
    FollowUpCancelled,
    FollowUpDone,
    FollowUpEvent,
    FollowUpPlanned,
    Note,
    ReferralCompleted,
    ReferralEvent,
    ReferralHeld,
    ReferralRejected,
    ReportSent,
    SessionBooked,
    SessionCompleted,
    SessionEvent,
    SessionMoved,
)
from shared.work import Work


def moved(work: Work, event: ReferralEvent, state: str) -> SentReferral | None:
    """The other side brought the referral into a state; too late for an ended one, it stays."""
    sent = _sent(work, event.referral_id)
    if sent is not None:
        move(work, sent, rules.state_after(sent.status, state))
        tell(work, sent.patient_id, state, event.performer, sent.id)
    return sent


def rejected(work: Work, event: ReferralRejected) -> None:
    """The service declines, says why and what should follow."""
    sent = moved(work, event, rules.REJECTED)
    if sent is not None:
        sent.decline_reason, sent.decline_step = event.reason_code, event.next_step
        sent.onward_to = event.onward_to
        sent.decline_note = work.open(event.note, Note, event.patient_id).text


def held(work: Work, event: ReferralHeld) -> None:
    """The service asks a question first; an earlier answer belongs to an earlier question."""
    sent = moved(work, event, rules.ON_HOLD)
    if sent is not None:
        sent.hold_question = work.open(event.question, Note, event.patient_id).text
        sent.hold_answer = ""


def completed(work: Work, event: ReferralCompleted) -> None:
    """The work is done; its report comes with it or is still owed."""
    sent = moved(work, event, rules.COMPLETED)
    if sent is not None:
        sent.outcome_code = event.outcome_code


def reported(work: Work, event: ReportSent) -> None:
    """The report is here, and waits to be read."""
    sent = _sent(work, event.referral_id)
    if sent is None:
        return
    sent.report = work.open(event.report, Note, event.patient_id).text
    sent.reported_at = work.said_at
    refresh(work, sent)
    tell(work, sent.patient_id, "report", event.performer, sent.id)


def booked(work: Work, event: SessionBooked) -> None:
    """The first session that is booked begins the care."""
    sent = _sent(work, event.referral_id)
    if sent is None:
        return
    work.add(
        SentSession(
            id=event.session_id,
            referral_id=event.referral_id,
            course_id=event.course_id,
            number=event.number,
            starts_at=event.starts_at,
        )
    )
    move(work, sent, rules.state_after(sent.status, rules.IN_PROGRESS))
    if event.course_id is None:  # a course is told in one line, not in one for each session
        tell(work, sent.patient_id, "session-booked", event.performer, sent.id)


def rescheduled(work: Work, event: SessionMoved) -> None:
    session = work.find(SentSession, event.session_id)
    if session is not None:
        session.starts_at = event.starts_at
        tell(work, event.patient_id, "session-moved", event.performer, event.referral_id)


def became(work: Work, event: SessionEvent, status: str) -> SentSession | None:
    """What became of a session; that the patient has arrived is no story yet."""
    session = work.find(SentSession, event.session_id)
    if session is not None:
        session.status = status
        if status != "arrived":
            what = f"session-{status}"
            tell(work, event.patient_id, what, event.performer, event.referral_id)
    return session


def given(work: Work, event: SessionCompleted) -> None:
    """The session was given; pain before and after if it was asked."""
    session = became(work, event, "completed")
    if session is not None:
        session.nrs_before, session.nrs_after = event.nrs_before, event.nrs_after


def follow_up_planned(work: Work, event: FollowUpPlanned) -> None:
    if _sent(work, event.referral_id) is None:
        return
    named = event.model_dump(include=set(SentFollowUp.model_fields))
    work.add(SentFollowUp(**named, id=event.follow_up_id))
    _tell_follow_up(work, event, "planned")


def follow_up_done(work: Work, event: FollowUpDone) -> None:
    """What the follow-up found: average pain and the patient's impression of change."""
    follow_up = work.find(SentFollowUp, event.follow_up_id)
    if follow_up is not None:
        follow_up.status, follow_up.nrs, follow_up.pgic = "done", event.nrs, event.pgic
        follow_up.done_at = work.said_at
        _tell_follow_up(work, event, "done")


def follow_up_cancelled(work: Work, event: FollowUpCancelled) -> None:
    follow_up = work.find(SentFollowUp, event.follow_up_id)
    if follow_up is not None:
        follow_up.status = "cancelled"
        _tell_follow_up(work, event, "cancelled")


def _tell_follow_up(work: Work, event: FollowUpEvent, status: str) -> None:
    what = f"follow-up-{status}"
    tell(work, event.patient_id, what, event.performer, event.referral_id)


def _sent(work: Work, referral_id: UUID) -> SentReferral | None:
    return work.hold(SentReferral, referral_id)
