"""Facts about follow-up: what was planned after the care, and what was found."""

from datetime import date
from uuid import UUID

from shared.events.base import PatientEvent


class FollowUpEvent(PatientEvent):
    """`point` is the follow-up point: week-1, month-1, month-3, month-6 or other."""

    follow_up_id: UUID
    referral_id: UUID
    requester: str
    performer: str
    point: str


class FollowUpPlanned(FollowUpEvent, kind="follow_up.planned"):
    """A follow-up is due on a date."""

    due_on: date


class FollowUpDone(FollowUpEvent, kind="follow_up.done"):
    """The follow-up was done: average pain (NRS 0-10) and impression of change (PGIC 1-7)."""

    nrs: int | None = None
    pgic: int | None = None
    npsi: int | None = None
    """Total of the NPSI, 0-100."""
    keeping_up: tuple[str, ...] = ()
    """What keeps the gain: psychological-care, psycho-physical-therapy, movement."""


class FollowUpCancelled(FollowUpEvent, kind="follow_up.cancelled"):
    """The follow-up is no longer wanted."""

    reason_code: str
