"""What the coordinator's office does: listens, keeps accounts, and acts when something is late."""

from services.coordinator.actions import following_courses as following_courses
from services.coordinator.actions import following_referrals as following_referrals
from services.coordinator.actions.deciding import dismiss, remind_now, settle, take_back
from services.coordinator.actions.following import follow, needs
from services.coordinator.actions.leaving import is_only_corrected
from services.coordinator.actions.ledger import note_events, note_heartbeat, note_receipts
from services.coordinator.actions.moving import (
    is_any_pause_over,
    pause_until,
    resume_next,
    resume_now,
    transfer,
)
from services.coordinator.actions.obligations import escalate_next, is_anything_due
from services.coordinator.actions.redrawing import heed, is_any_wanted, redraw_next
from services.coordinator.actions.reviewing import review
from shared.events import Event
from shared.work import Work

__all__ = [
    "dismiss",
    "escalate_next",
    "hear",
    "is_any_pause_over",
    "is_any_wanted",
    "is_anything_due",
    "needs",
    "note_events",
    "note_heartbeat",
    "note_receipts",
    "pause_until",
    "redraw_next",
    "remind_now",
    "resume_next",
    "resume_now",
    "settle",
    "take_back",
    "transfer",
]


def hear(event: Event, work: Work) -> None:
    """Follow an event, and draw up again what is owed."""
    same = is_only_corrected(work, event)
    follow(event, work)
    if not same:
        review(event, work)
    heed(event, work)
