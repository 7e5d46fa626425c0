"""What the reminder service does: plan who is told, hand the mails over, show and repeat them."""

from services.reminders.actions.bounces import (
    note_read,
    note_trouble,
    read_up_to,
    take_back,
    trouble,
)
from services.reminders.actions.mailbox import (
    PAGE_SIZE,
    About,
    Filed,
    count_by_state,
    list_mails,
    open_reminder,
    read,
    resend,
)
from services.reminders.actions.matters import close, escalate, open_matter
from services.reminders.actions.samples import Sample, sample, samples
from services.reminders.actions.sending import Claimed, claim, is_anything_due, record

__all__ = [
    "PAGE_SIZE",
    "About",
    "Claimed",
    "Filed",
    "Sample",
    "claim",
    "close",
    "count_by_state",
    "escalate",
    "is_anything_due",
    "list_mails",
    "note_read",
    "note_trouble",
    "open_matter",
    "open_reminder",
    "read",
    "read_up_to",
    "record",
    "resend",
    "sample",
    "samples",
    "take_back",
    "trouble",
]
