"""What a person can do with a parked event: have it tried again, or pass over it."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from shared.backbone.inbox.applying import close
from shared.backbone.inbox.disputing import pass_over
from shared.backbone.inbox.keys import Key
from shared.backbone.inbox.storing import any_of
from shared.backbone.inbox.streams import advance
from shared.backbone.tables import InboxRow
from shared.database import table_of

_inbox = table_of(InboxRow)


def retry(connection: Connection, key: Key, now: datetime) -> bool:
    """Try a parked event again now. Returns whether it was parked."""
    done = connection.execute(
        update(_inbox)
        .where(any_of([key]), _inbox.c.state == "parked")
        .values(state="retry", attempts=0, next_try_at=now)
    )
    return done.rowcount == 1


def skip(connection: Connection, key: Key, who: str, reason: str, now: datetime) -> bool:
    """Let a named person pass over a parked event, with a reason. Returns whether it was parked."""
    row = connection.execute(
        select(_inbox).where(any_of([key]), _inbox.c.state == "parked")
    ).first()
    if row is None:
        return pass_over(connection, key, who, reason, now)
    close(connection, key, "skipped", now, error=reason, decided_by=who)
    advance(connection, {(row.source, row.stream): row.delivery_seq})
    return True
