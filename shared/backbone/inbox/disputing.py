"""Sets aside an event whose number another event has: its source was restored from an older copy.

The inbox never holds two events under one number. The second one is not lost for that: it is kept
whole, said to be parked, and shown with its reason. It arrives after all when its source gives it a
number of its own.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, select, update

from shared.backbone.inbox.keys import KEYS, is_given
from shared.backbone.receipts import NUMBER_TAKEN
from shared.backbone.tables import Disputed, InboxRow
from shared.database import insert_new, table_of

_inbox, _disputed = table_of(InboxRow), table_of(Disputed)
_COPIED = ("source", "event_id", "stream", "delivery_seq", "kind", "body", "stored_at")
_arrived = exists().where(
    _inbox.c.source == _disputed.c.source, _inbox.c.event_id == _disputed.c.event_id
)
still_disputed: ColumnElement[bool] = and_(_disputed.c.state == "parked", ~_arrived)
"""Set aside, and neither arrived under another number nor passed over."""


def dispute(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Keep what the inbox did not take although it has never seen it: its number was taken."""
    keys = [(row["source"], row["event_id"]) for row in rows]
    given = KEYS.table(connection.dialect.name)
    found = connection.execute(
        select(_inbox.c.source, _inbox.c.event_id).join(given, is_given(given)),
        KEYS.values(connection, keys),
    ).all()
    known = {(row.source, row.event_id) for row in found}
    strangers = [row for row, key in zip(rows, keys, strict=True) if key not in known]
    said = {"state": "parked", "error": NUMBER_TAKEN, "decided_by": ""}
    insert_new(
        connection, Disputed, [{name: row[name] for name in _COPIED} | said for row in strangers]
    )


def disputed(connection: Connection, keys: list[tuple[str, UUID]]) -> list[Row[Any]]:
    """Those of these events that were set aside and have not arrived since."""
    given = KEYS.table(connection.dialect.name)
    same = (_disputed.c.source == given.c.source) & (_disputed.c.event_id == given.c.event_id)
    chosen = select(_disputed).join(given, same).where(~_arrived)
    return list(connection.execute(chosen, KEYS.values(connection, keys)).all())


def pass_over(
    connection: Connection, key: tuple[str, UUID], who: str, reason: str, now: datetime
) -> bool:
    """Let a named person pass over an event that was set aside. Returns whether there was one."""
    done = connection.execute(
        update(_disputed)
        .where(_disputed.c.source == key[0], _disputed.c.event_id == key[1], still_disputed)
        .values(state="skipped", handled_at=now, error=reason, decided_by=who)
    )
    return done.rowcount == 1
