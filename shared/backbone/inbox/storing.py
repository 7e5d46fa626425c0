"""Stores what arrives, each event once, and says to its sender what has become of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select, tuple_

from shared import faults
from shared.backbone.envelope import Envelope, Undecodable, decode, split
from shared.backbone.inbox.burying import bury
from shared.backbone.inbox.disputing import dispute, disputed
from shared.backbone.receipts import Receipt, Said
from shared.backbone.tables import InboxRow
from shared.database import insert_new, table_of

Key = tuple[str, UUID]
"""(source, event id), the identity of an event."""

_inbox = table_of(InboxRow)


def store(connection: Connection, frames: Iterable[bytes], now: datetime) -> list[Key]:
    """Insert what the frames hold; what is there already stays. Returns all keys seen."""
    envelopes: list[Envelope] = []
    for frame in frames:
        envelopes += _decode(connection, frame, now)
    rows = [_row(envelope, now) for envelope in envelopes]
    if insert_new(connection, InboxRow, rows) < len(rows):
        dispute(connection, rows)
    faults.reach("inbox.stored")
    return [(envelope.service, envelope.id) for envelope in envelopes]


def _decode(connection: Connection, frame: bytes, now: datetime) -> list[Envelope]:
    """The envelopes of a frame; one that cannot be read keeps none of its neighbours out."""
    found = []
    try:
        for text in split(frame):
            try:
                found.append(_deliverable(text))
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


def _row(envelope: Envelope, now: datetime) -> dict[str, Any]:
    return {
        "source": envelope.service,
        "event_id": envelope.id,
        "stream": envelope.subject,
        "delivery_seq": envelope.deliveryseq,
        "kind": envelope.kind,
        "version": envelope.version,
        "body": envelope.model_dump_json(),
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
    rows = list(connection.execute(select(_inbox).where(any_of(keys))).all())
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
