"""Lets a clock that was turned back delay nothing: what is put off for longer than ever is due."""

from datetime import datetime

from sqlalchemy import Connection, update

from shared.backbone import deliveries
from shared.backbone.inbox import applying
from shared.backbone.tables import Delivery, InboxRow
from shared.database import table_of

_delivery, _inbox = table_of(Delivery), table_of(InboxRow)


def hasten(connection: Connection, now: datetime) -> int:
    """Make due what waits for a moment that only a wrong clock can have named. Returns how many."""
    latest = {
        _delivery: now + 2 * deliveries.LONGEST_WAIT,
        _inbox: now + 2 * applying.PARKED_WAIT,
    }
    return sum(
        connection.execute(
            update(table).where(table.c.next_try_at > moment).values(next_try_at=now)
        ).rowcount
        for table, moment in latest.items()
    )
