"""How a service is doing, as its own tables tell it: what waits, since when, and what is stuck.

Each question is answered from what is open, or from the newest few rows: never from all events.
"""

from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import Column, Connection, Engine, func, select
from sqlalchemy.sql import Select

from shared.backbone.tables import DeadFrame, Delivery, EventRow, Forgotten, InboxRow, Worker
from shared.database import table_of

NEWEST = 500
"""So many of the newest deliveries say how fast they are handled at present."""
MOST_COUNTED = 10_000
"""Nobody needs to know how many more unreadable frames or forgotten streams there are."""

_delivery, _event, _inbox = table_of(Delivery), table_of(EventRow), table_of(InboxRow)
_dead, _worker, _forgotten = table_of(DeadFrame), table_of(Worker), table_of(Forgotten)


@dataclass(frozen=True)
class OpenDeliveries:
    """Deliveries of one subscriber in one state, and the moment the oldest was announced."""

    subscriber: str
    state: str
    count: int
    oldest_at: datetime


@dataclass(frozen=True)
class Lately:
    """What the newest deliveries to one subscriber show.

    `sends`: how often each was published, 1 when nothing had to be sent again.
    `median_lag`, `longest_lag`: seconds from stored to handled; None while none is handled.
    """

    subscriber: str
    sends: float
    median_lag: float | None
    longest_lag: float | None


@dataclass(frozen=True)
class Figures:
    """One service at one moment."""

    deliveries: list[OpenDeliveries]
    lately: list[Lately]
    inbox: dict[str, int]
    dead_frames: int
    forgotten_streams: int
    """Streams of which others know more than the service: it was set back to an older copy."""
    workers: dict[str, datetime]
    """When a worker of each role gave its last sign of life."""


def figures_of(reader: Engine) -> Figures:
    """Ask the service's database; a few indexed questions."""
    with reader.connect() as connection:
        return Figures(
            deliveries=_open_deliveries(connection),
            lately=_lately(connection),
            inbox=_pairs(connection, _inbox_states),
            dead_frames=_some(connection, _dead.c.id),
            forgotten_streams=_some(connection, _forgotten.c.stream),
            workers=_pairs(connection, _last_signs),
        )


_inbox_states = (
    select(_inbox.c.state, func.count())
    .where(_inbox.c.open_since.is_not(None))
    .group_by(_inbox.c.state)
)
_last_signs = select(_worker.c.role, func.max(_worker.c.seen_at)).group_by(_worker.c.role)


def _pairs(connection: Connection, query: Select[Any]) -> dict[str, Any]:
    return dict(map(tuple, connection.execute(query)))


def _open_deliveries(connection: Connection) -> list[OpenDeliveries]:
    query = (
        select(
            _delivery.c.subscriber,
            _delivery.c.state,
            func.count(),
            func.min(_event.c.recorded_at),
        )
        .join_from(_delivery, _event)
        .where(_delivery.c.next_try_at.is_not(None))
        .group_by(_delivery.c.subscriber, _delivery.c.state)
    )
    return [OpenDeliveries(*row) for row in connection.execute(query)]


def _lately(connection: Connection) -> list[Lately]:
    # Ids grow with time, so that the primary key finds the newest.
    query = (
        select(
            _delivery.c.subscriber,
            _delivery.c.attempts,
            _delivery.c.stored_at,
            _delivery.c.handled_at,
        )
        .order_by(_delivery.c.event_id.desc())
        .limit(NEWEST)
    )
    by_subscriber: dict[str, list[Any]] = {}
    for row in connection.execute(query):
        by_subscriber.setdefault(row.subscriber, []).append(row)
    return [_summary(name, rows) for name, rows in sorted(by_subscriber.items())]


def _summary(name: str, rows: list[Any]) -> Lately:
    sends = [row.attempts for row in rows if row.attempts]
    lags = [
        max((row.handled_at - row.stored_at).total_seconds(), 0.0)
        for row in rows
        if row.stored_at and row.handled_at
    ]
    return Lately(
        subscriber=name,
        sends=sum(sends) / len(sends) if sends else 1.0,
        median_lag=median(lags) if lags else None,
        longest_lag=max(lags, default=None),
    )


def _some(connection: Connection, column: Column[Any]) -> int:
    some = select(column).limit(MOST_COUNTED).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())
