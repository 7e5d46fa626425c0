"""What the exchange does with a message, and with the news of the house."""

from services.interop.actions.forgetting import forget_refusals
from services.interop.actions.listing import PAGE_SIZE, Listed, list_messages
from services.interop.actions.people import learn
from services.interop.actions.receiving import Receipt, receive, refuse
from services.interop.actions.referrals import note_end

__all__ = [
    "PAGE_SIZE",
    "Listed",
    "Receipt",
    "forget_refusals",
    "learn",
    "list_messages",
    "note_end",
    "receive",
    "refuse",
]
