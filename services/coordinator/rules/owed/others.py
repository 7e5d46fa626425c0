"""What is owed for a follow-up, a concern and an adverse event."""

from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from services.coordinator.rules.owed.kinds import ACKNOWLEDGE, ACKNOWLEDGE_EFFECT, FOLLOW_UP, Owed
from shared.calendar import to_utc


def owed_for_follow_up(
    follow_up_id: UUID,
    *,
    performer: str,
    requester: str,
    planned_at: datetime,
    due_on: date,
    zone: ZoneInfo,
) -> Owed:
    """A planned follow-up is owed on its day."""
    start = to_utc(due_on, time(0), zone)
    return Owed(FOLLOW_UP, performer, requester, follow_up_id, start, planned_at)


def owed_for_concern(
    concern_id: UUID, *, addressed_to: str, raised_by: str, raised_at: datetime, urgent: bool
) -> Owed:
    """A named person acknowledges a concern."""
    return Owed(
        ACKNOWLEDGE, addressed_to, raised_by, concern_id, raised_at, raised_at, urgent=urgent
    )


def owed_for_adverse_event(
    adverse_event_id: UUID,
    *,
    addressed_to: str,
    raised_by: str,
    reported_at: datetime,
    serious: bool,
) -> Owed:
    """A physician reads what a treatment did to a patient; a serious one on the same day."""
    return Owed(
        ACKNOWLEDGE_EFFECT,
        addressed_to,
        raised_by,
        adverse_event_id,
        reported_at,
        reported_at,
        urgent=serious,
    )
