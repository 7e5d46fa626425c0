"""What the coordinator's office does: listens, keeps accounts, and acts when something is late."""

from services.coordinator.actions import following_courses as following_courses
from services.coordinator.actions import following_referrals as following_referrals
from services.coordinator.actions.deciding import can_be_taken_back, remind_now, settle, take_back
from services.coordinator.actions.following import follow, needs
from services.coordinator.actions.ledger import note_events, note_heartbeat, note_receipts
from services.coordinator.actions.obligations import escalate_next, is_anything_due
from services.coordinator.actions.reviewing import review
from shared.events import Event
from shared.work import Work

__all__ = [
    "can_be_taken_back",
    "escalate_next",
    "hear",
    "is_anything_due",
    "needs",
    "note_events",
    "note_heartbeat",
    "note_receipts",
    "remind_now",
    "settle",
    "take_back",
]


def hear(event: Event, work: Work) -> None:
    """Follow an event, and draw up again what is owed."""
    follow(event, work)
    review(event, work)
