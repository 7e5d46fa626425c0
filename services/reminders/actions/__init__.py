"""What the reminder service does: plan who is told, hand the mails over, show and repeat them."""

from services.reminders.actions.acknowledging import (
    is_reminder,
    open_reminder,
    try_to_take_care,
)
from services.reminders.actions.appointments import book, cancel, move, rearrange
from services.reminders.actions.asking import Asked, asked_of_people, needs_a_person
from services.reminders.actions.bounces import (
    note_read,
    note_trouble,
    read_up_to,
    take_back,
    trouble,
)
from services.reminders.actions.feeds import close_feed, fetch, open_feed, own_feed
from services.reminders.actions.filing import page_of_entry
from services.reminders.actions.holding import is_clock_changed, is_held, note_clock, release
from services.reminders.actions.mailbox import (
    PAGE_SIZE,
    About,
    Filed,
    count_by_state,
    list_mails,
    read,
    resend,
)
from services.reminders.actions.matters import close, escalate, open_matter
from services.reminders.actions.outcomes import Claimed, GivenBack, Outcome, record
from services.reminders.actions.reconciling import compare, is_comparison_due, newest
from services.reminders.actions.refusing import (
    refuse_digests,
    takes_no_digests,
    want_digests,
    whose,
)
from services.reminders.actions.samples import Sample, sample, samples
from services.reminders.actions.sending import claim, is_anything_due, may_still_go
from services.reminders.rules.timing import is_time_left

__all__ = [
    "PAGE_SIZE",
    "About",
    "Asked",
    "Claimed",
    "Filed",
    "GivenBack",
    "Outcome",
    "Sample",
    "asked_of_people",
    "book",
    "cancel",
    "claim",
    "close",
    "close_feed",
    "compare",
    "count_by_state",
    "escalate",
    "fetch",
    "is_anything_due",
    "is_clock_changed",
    "is_comparison_due",
    "is_held",
    "is_reminder",
    "is_time_left",
    "list_mails",
    "may_still_go",
    "move",
    "needs_a_person",
    "newest",
    "note_clock",
    "note_read",
    "note_trouble",
    "open_feed",
    "open_matter",
    "open_reminder",
    "own_feed",
    "page_of_entry",
    "read",
    "read_up_to",
    "rearrange",
    "record",
    "refuse_digests",
    "release",
    "resend",
    "sample",
    "samples",
    "take_back",
    "takes_no_digests",
    "trouble",
    "try_to_take_care",
    "want_digests",
    "whose",
]
