"""What the end of a referral does to the appointments that were made for it."""

from sqlmodel import col, select

from shared.discipline.actions.records import mark, write
from shared.discipline.naming import about_follow_up, about_session
from shared.discipline.practice import practice_of
from shared.discipline.tables import CareSession, FollowUp, Referral
from shared.events import FollowUpCancelled, SessionCancelled
from shared.work import Work

WITHDRAWN = "referral-withdrawn"


def end(work: Work, referral: Referral, by: str, note: str = "") -> None:
    """The referral is withdrawn, and with it every appointment that is still to come."""
    referral.status, referral.cancelled_at = "cancelled", work.now
    mark(work, referral, by)
    write(work, referral, "withdrawn", by=by, note=note)
    practice_of(work).after(work, "withdraw", referral)
    cancel_what_is_planned(work, referral)


def cancel_what_is_planned(work: Work, referral: Referral) -> None:
    """A patient who is here now stays here: only what is still to come is cancelled."""
    booked = select(CareSession).where(
        col(CareSession.referral_id) == referral.id, col(CareSession.status) == "booked"
    )
    for session in work.all(booked):
        drop_session(work, referral, session, WITHDRAWN)
    planned = select(FollowUp).where(
        col(FollowUp.referral_id) == referral.id, col(FollowUp.status) == "planned"
    )
    for follow_up in work.all(planned):
        drop_follow_up(work, referral, follow_up, WITHDRAWN)


def drop_session(work: Work, referral: Referral, session: CareSession, reason_code: str) -> None:
    session.status, session.reason_code = "cancelled", reason_code
    mark(work, session)
    write(work, referral, "session-cancelled", subject=session.id)
    work.announce(SessionCancelled(**about_session(referral, session), reason_code=reason_code))
    practice_of(work).after(work, "cancel", referral, session)


def drop_follow_up(work: Work, referral: Referral, follow_up: FollowUp, reason_code: str) -> None:
    follow_up.status, follow_up.reason_code = "cancelled", reason_code
    mark(work, follow_up)
    write(work, referral, "follow-up-cancelled", subject=follow_up.id)
    work.announce(
        FollowUpCancelled(**about_follow_up(referral, follow_up), reason_code=reason_code)
    )
