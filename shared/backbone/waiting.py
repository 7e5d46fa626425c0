"""When a clock is set back, nothing goes on waiting for a time that was wrong."""

from datetime import datetime

from sqlalchemy import Connection, update

from shared.backbone.deliveries import LONGEST_WAIT
from shared.backbone.inbox.applying import PARKED_WAIT
from shared.backbone.tables import Delivery, InboxRow
from shared.database import table_of

_LIMITS = ((table_of(Delivery), 2 * LONGEST_WAIT), (table_of(InboxRow), 2 * PARKED_WAIT))
"""Twice the longest wait there is: clocks of two machines may differ a little."""


def wait_no_longer_than_ever(connection: Connection, now: datetime) -> None:
    """Make due now what would be tried again later than any wait can explain."""
    for table, longest in _LIMITS:
        connection.execute(
            update(table).where(table.c.next_try_at > now + longest).values(next_try_at=now)
        )
