"""Signs of life of the processes that work for a service: is anybody there to apply its events?"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine, delete, func, select, update

from shared.backbone.tables import Worker
from shared.database import insert_new, table_of

EVERY = timedelta(seconds=5)
FRESH = timedelta(seconds=30)
"""A sign that is older says that nobody works: the process is gone, frozen, or it hangs."""
_KEPT = timedelta(days=1)

_worker = table_of(Worker)


def sign(engine: Engine, worker: UUID, role: str, now: datetime) -> None:
    """Say that this process works; those that have been silent for a day are forgotten."""
    with engine.begin() as connection:
        insert_new(connection, Worker, [{"id": worker, "role": role, "seen_at": now}])
        connection.execute(update(_worker).where(_worker.c.id == worker).values(seen_at=now))
        connection.execute(delete(_worker).where(_worker.c.seen_at < now - _KEPT))


def leave(engine: Engine, worker: UUID) -> None:
    """Say that this process ends, so that nobody waits until its last sign is old."""
    with engine.begin() as connection:
        connection.execute(delete(_worker).where(_worker.c.id == worker))


def last_seen(reader: Engine) -> datetime | None:
    """The newest sign of life of any process that works for the service."""
    with reader.connect() as connection:
        return connection.execute(select(func.max(_worker.c.seen_at))).scalar()


def anybody_works(reader: Engine, now: datetime) -> bool:
    """Whether a process has signed lately."""
    newest = last_seen(reader)
    return newest is not None and now - newest < FRESH
