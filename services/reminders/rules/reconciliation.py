"""When what was asked for is compared with the ledger, and how long each step may take."""

from datetime import time, timedelta

AT = time(12)
"""From this hour of the centre on: the morning's mails have gone by then [P]."""
PLANNED_WITHIN = timedelta(minutes=5)
HANDED_OVER_WITHIN = timedelta(hours=1)
WINDOW = timedelta(minutes=2)
"""A mail that was on its way when its matter ended is no mistake."""


def is_time(local: time) -> bool:
    """Whether it is late enough in the day."""
    return local >= AT


def differs(absent: int, overdue: int, after_end: int) -> bool:
    """Whether somebody must look."""
    return absent > 0 or overdue > 0 or after_end > 0
