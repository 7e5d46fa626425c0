"""Stores what arrives, each event once, and says to its sender what has become of it."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, select, tuple_
from sqlalchemy.sql import Select

from shared import faults
from shared.backbone import batches
from shared.backbone.envelope import Envelope, Undecodable, decode, split
from shared.backbone.inbox.burying import bury
from shared.backbone.inbox.disputing import dispute, disputed
from shared.backbone.inbox.keys import KEYS, Key, is_given
from shared.backbone.receipts import Receipt, Said
from shared.backbone.tables import InboxRow
from shared.database import table_of

_inbox = table_of(InboxRow)


def store(connection: Connection, frames: Iterable[bytes], now: datetime) -> list[Key]:
    """Insert what the frames hold; what is there already stays. Returns all keys seen."""
    rows = [row for frame in frames for row in _rows(connection, frame, now)]
    if batches.insert(connection, _inbox, rows, only_new=True) < len(rows):
        dispute(connection, rows)
    faults.reach("inbox.stored")
    return [(row["source"], row["event_id"]) for row in rows]


def _rows(connection: Connection, frame: bytes, now: datetime) -> list[dict[str, Any]]:
    """The events of a frame; one that cannot be read keeps none of its neighbours out."""
    found = []
    try:
        for text in split(frame):
            try:
                found.append(_row(_deliverable(text), text, now))
            except Undecodable as error:
                bury(connection, frame, str(error), now, text.encode())
    except Undecodable as error:
        bury(connection, frame, str(error), now)
    return found


def _deliverable(text: str) -> Envelope:
    envelope = decode(text)
    if envelope.deliveryseq is None:
        raise Undecodable("the message has no delivery number")
    return envelope


def _row(envelope: Envelope, text: str, now: datetime) -> dict[str, Any]:
    """The row of an event, with its message as it came: also what only a later release reads."""
    return {
        "source": envelope.service,
        "event_id": envelope.id,
        "stream": envelope.subject,
        "delivery_seq": envelope.deliveryseq,
        "kind": envelope.kind,
        "version": envelope.version,
        "body": text,
        "state": "new",
        "open_since": now,
        "stored_at": now,
        "error": "",
        "decided_by": "",
        "attempts": 0,
    }


def any_of(keys: list[Key]) -> Any:
    """The rows of these events."""
    return tuple_(_inbox.c.source, _inbox.c.event_id).in_(keys)


def receipts_for(
    connection: Connection, keys: list[Key], subscriber: str, now: datetime
) -> list[Receipt]:
    """What this service can say of these events now. Also the answer to a repeated delivery."""
    asked = KEYS.values(connection, keys)
    rows = list(connection.execute(_standing(connection.dialect.name), asked).all())
    if len(rows) < len(set(keys)):
        rows += disputed(connection, keys)
    said: dict[str, Said] = {"new": "stored", "retry": "stored"}
    return [
        Receipt(
            source=row.source,
            event_id=row.event_id,
            subscriber=subscriber,
            state=said.get(row.state, row.state),
            at=row.handled_at or now,
            stored_at=row.stored_at,
            attempts=getattr(row, "attempts", 0),
            # What a person wrote stays here: only our own sentences travel in the open.
            error="" if row.state == "skipped" else row.error,
        )
        for row in rows
    ]


@cache
def _standing(dialect: str) -> Select[Any]:
    names = ("source", "event_id", "state", "handled_at", "stored_at", "attempts", "error")
    given = KEYS.table(dialect)
    return select(*(_inbox.c[name] for name in names)).join(given, is_given(given))
