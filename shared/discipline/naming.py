"""What the events about a referral, a session and a follow-up name, so that others know them."""

from typing import Any

from shared.discipline.tables import CareSession, FollowUp, Referral


def about_referral(referral: Referral) -> dict[str, Any]:
    """The fields of every event about a referral."""
    return {
        "patient_id": referral.patient_id,
        "referral_id": referral.id,
        "requester": referral.requester,
        "performer": referral.performer,
    }


def about_session(referral: Referral, session: CareSession) -> dict[str, Any]:
    """The fields of every event about a session."""
    return {**about_referral(referral), "session_id": session.id, "number": session.number}


def about_follow_up(referral: Referral, follow_up: FollowUp) -> dict[str, Any]:
    """The fields of every event about a follow-up."""
    return {
        **about_referral(referral),
        "follow_up_id": follow_up.id,
        "point": follow_up.point,
    }
