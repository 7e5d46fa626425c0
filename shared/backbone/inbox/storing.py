"""Stores what arrives, each event once, and says to its sender what has become of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, tuple_
from sqlalchemy.sql import Select

from shared import faults
from shared.backbone import batches
from shared.backbone.envelope import Envelope, Undecodable, decode, split
from shared.backbone.inbox.disputing import dispute, disputed
from shared.backbone.inbox.keys import KEYS, Key, is_given
from shared.backbone.receipts import Receipt, Said
from shared.backbone.tables import InboxRow
from shared.database import table_of

_inbox = table_of(InboxRow)


class Heard:
    """An event that has arrived; its text as it came also holds what only a later release reads."""

    __slots__ = ("envelope", "key", "stream", "text")

    def __init__(self, envelope: Envelope, text: str) -> None:
        source = envelope.service
        self.envelope, self.text = envelope, text
        self.key: Key = (source, envelope.id)
        self.stream: Key = (source, envelope.subject)


class Unread(NamedTuple):
    """What could not be read in a frame, and why; `message` is None when it is all of it."""

    frame: bytes
    reason: str
    message: bytes | None = None


def read(frames: Iterable[bytes]) -> tuple[list[Heard], list[Unread]]:
    """The events of the frames; one that cannot be read keeps none of its neighbours out."""
    heard: list[Heard] = []
    unread: list[Unread] = []
    for frame in frames:
        try:
            for text in split(frame):
                try:
                    heard.append(Heard(_deliverable(text), text))
                except Undecodable as error:
                    unread.append(Unread(frame, str(error), text.encode()))
        except Undecodable as error:
            unread.append(Unread(frame, str(error)))
    return heard, unread


def _deliverable(text: str) -> Envelope:
    envelope = decode(text)
    if envelope.deliveryseq is None:
        raise Undecodable("the message has no delivery number")
    return envelope


def keep(connection: Connection, heard: Sequence[Heard], now: datetime) -> None:
    """Insert events that are to be applied; those that are there already stay as they are."""
    rows = [_row(one, now) for one in heard]
    if batches.insert(connection, _inbox, rows, only_new=True) < len(rows):
        dispute(connection, rows)
    faults.reach("inbox.stored")


def keep_handled(connection: Connection, heard: Sequence[Heard], now: datetime) -> bool:
    """Insert events that are applied in this transaction. False if one of them was there before."""
    handled = {"state": "handled", "open_since": None, "handled_at": now}
    rows = [_row(one, now) | handled for one in heard]
    return batches.insert(connection, _inbox, rows, only_new=True) == len(rows)


def _row(heard: Heard, now: datetime) -> dict[str, Any]:
    envelope = heard.envelope
    return {
        "source": heard.key[0],
        "event_id": envelope.id,
        "stream": envelope.subject,
        "delivery_seq": envelope.deliveryseq,
        "kind": envelope.kind,
        "version": envelope.version,
        "body": heard.text,
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
