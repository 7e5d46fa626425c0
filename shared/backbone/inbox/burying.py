"""Keeps bytes from the queue that are no message of ours, each of them once, for a person."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, update

from shared.backbone.envelope import MAX_FRAME_BYTES
from shared.backbone.tables import DeadFrame
from shared.database import insert_new, table_of
from shared.identifiers import new_id

_dead = table_of(DeadFrame)


def bury(
    connection: Connection, frame: bytes, reason: str, now: datetime, unread: bytes | None = None
) -> None:
    """Keep a frame because of what could not be read in it: all of it, or one message.

    Of a frame that is larger than any of ours only the beginning is kept. Whatever is sent again,
    alone or among others, is counted and not kept again.
    """
    digest = sha256(frame if unread is None else unread).hexdigest()
    again = update(_dead).where(_dead.c.digest == digest).values(times=_dead.c.times + 1)
    if not connection.execute(again).rowcount:
        names = {"id": new_id(), "digest": digest, "times": 1}
        row = {**names, "received_at": now, "reason": reason, "frame": frame[:MAX_FRAME_BYTES]}
        insert_new(connection, DeadFrame, [row])
