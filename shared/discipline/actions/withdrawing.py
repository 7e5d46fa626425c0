"""What the end of a referral does to the appointments that were made for it.

A referral ends so when the referrer takes it back, and when the patient dies or is transferred.
"""

from typing import Any

from sqlalchemy.sql import Select
from sqlmodel import col, select

from shared.discipline.actions.records import mark, write
from shared.discipline.naming import about_follow_up, about_referral, about_session
from shared.discipline.practice import practice_of
from shared.discipline.tables import CareSession, FollowUp, Referral
from shared.events import (
    OUTSIDE,
    FollowUpCancelled,
    ReferralCancelled,
    ReferralFailed,
    SessionCancelled,
)
from shared.patients import Patient, standing_of, why_gone
from shared.work import Work

WITHDRAWN = "referral-withdrawn"


def end(work: Work, referral: Referral, by: str, note: str = "") -> None:
    """The referral is withdrawn, and with it every appointment that is still to come."""
    referral.status, referral.cancelled_at = "cancelled", work.now
    mark(work, referral, by)
    write(work, referral, "withdrawn", by=by, note=note)
    practice_of(work).after(work, "withdraw", referral)
    cancel_what_is_planned(work, referral)


def end_by_rule(work: Work, referral: Referral, why: str) -> None:
    """The patient died or was transferred. Only a referrer outside must still be told of it."""
    outside, by = referral.requester == OUTSIDE, f"service:{work.service}"
    referral.status, referral.cancelled_at = "failed" if outside else "cancelled", work.now
    mark(work, referral, by)
    write(work, referral, f"ended-{why}", by=by)
    ended = ReferralFailed if outside else ReferralCancelled
    work.announce(ended(**about_referral(referral), reason_code=why))
    practice_of(work).after(work, "withdraw", referral)
    cancel_what_is_planned(work, referral)


def cancel_what_is_planned(work: Work, referral: Referral) -> None:
    """A patient who is here now stays here: only what is still to come is cancelled."""
    why = why_dropped(work, referral)
    booked = select(CareSession).where(
        col(CareSession.referral_id) == referral.id, col(CareSession.status) == "booked"
    )
    for session in work.all(now_and_locked(booked.order_by(col(CareSession.id)))):
        if not to_be_recorded(work, session):
            drop_session(work, referral, session, why)
    planned = select(FollowUp).where(
        col(FollowUp.referral_id) == referral.id, col(FollowUp.status) == "planned"
    )
    for follow_up in work.all(now_and_locked(planned.order_by(col(FollowUp.id)))):
        drop_follow_up(work, referral, follow_up, why)


def why_dropped(work: Work, referral: Referral) -> str:
    """The reason that stands at an appointment which ends with its referral."""
    return why_gone(work.find(Patient, referral.patient_id)) or WITHDRAWN


def to_be_recorded(work: Work, session: CareSession) -> bool:
    """Whether the patient can have come before he or she died: then somebody still says so."""
    patient = work.find(Patient, session.patient_id)
    if patient is None or not patient.is_gone:
        return False
    return standing_of(patient).took_place(session.starts_at, work.now, work.zone)


def now_and_locked(statement: Select[Any]) -> Select[Any]:
    """Locks the rows, and reads them as they are then; others may refer to them meanwhile."""
    return statement.with_for_update(key_share=True).execution_options(populate_existing=True)


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
