"""Answers who has an event, since when, and what they did with it; reads and never writes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import eq, ge
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select, union_all

from shared.backbone.inbox.disputing import still_disputed
from shared.backbone.tables import (
    DONE_STATES,
    DeadFrame,
    Delivery,
    Disputed,
    EventRow,
    Forgotten,
    InboxRow,
)
from shared.database import table_of

_event, _delivery, _inbox = table_of(EventRow), table_of(Delivery), table_of(InboxRow)
_disputed, _dead, _forgotten = table_of(Disputed), table_of(DeadFrame), table_of(Forgotten)


@dataclass(frozen=True)
class Wanted:
    """Which events of a log are asked for; what is left empty does not narrow the choice."""

    kind: str = ""
    stream: UUID | None = None
    since: datetime | None = None

    def conditions(self) -> list[Any]:
        asked: list[tuple[Callable[[Any, Any], Any], Any, object]] = [
            (eq, _event.c.kind, self.kind),
            (eq, _event.c.stream, self.stream),
            (ge, _event.c.recorded_at, self.since),
        ]
        return [compare(column, given) for compare, column, given in asked if given]


def newest(connection: Connection, wanted: Wanted, limit: int) -> list[Row[Any]]:
    """The newest events of a log, the oldest of them first."""
    chosen = select(_event).where(*wanted.conditions())
    rows = connection.execute(chosen.order_by(_event.c.id.desc()).limit(limit)).all()
    return list(reversed(rows))


def event(connection: Connection, event_id: UUID) -> Row[Any] | None:
    """An event of this log."""
    return connection.execute(select(_event).where(_event.c.id == event_id)).first()


def deliveries(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, list[Row[Any]]]:
    """What became of these events at each subscriber, as their producer knows it."""
    found: dict[UUID, list[Row[Any]]] = defaultdict(list)
    chosen = select(_delivery).where(_delivery.c.event_id.in_(ids))
    for row in connection.execute(chosen.order_by(_delivery.c.subscriber)) if ids else ():
        found[row.event_id].append(row)
    return found


def stored(connection: Connection, source: str, event_id: UUID) -> Row[Any] | None:
    """An event as it stands in the inbox of a subscriber."""
    columns = ("state", "stored_at", "handled_at", "attempts", "error", "decided_by")
    chosen = select(*(_inbox.c[name] for name in columns)).where(
        _inbox.c.source == source, _inbox.c.event_id == event_id
    )
    return connection.execute(chosen).first()


def caused_by(connection: Connection, cause: UUID) -> list[Any]:
    """What this service announced because of an event; all of it is younger than its cause."""
    named = _event.c.body.contains(f'"causationid":"{cause}"', autoescape=True)
    chosen = select(_event.c.id, _event.c.kind, _event.c.recorded_at).where(_event.c.id > cause)
    return list(connection.execute(chosen.where(named).order_by(_event.c.id)).all())


def parked(connection: Connection) -> list[Row[Any]]:
    """What this service could not apply, the oldest first."""
    names = ("source", "event_id", "stream", "kind", "stored_at", "error")
    tried = select(*(_inbox.c[name] for name in names), _inbox.c.attempts).where(
        _inbox.c.state == "parked"
    )
    aside = select(*(_disputed.c[name] for name in names), _disputed.c.delivery_seq * 0).where(
        still_disputed
    )
    both = union_all(tried, aside).subquery()
    return list(connection.execute(select(both).order_by(both.c.stored_at)).all())


@dataclass(frozen=True)
class Figures:
    """How a service stands: its log by subscriber and state, its inbox by state, what is odd."""

    events: int
    deliveries: Sequence[Row[Any]]
    inbox: dict[str, int]
    odd: dict[str, int]


def figures(connection: Connection) -> Figures:
    """Counted in the database."""
    tried = func.sum(_delivery.c.attempts).label("sends")
    waits = func.min(_event.c.recorded_at).filter(_delivery.c.state.not_in(DONE_STATES))
    by_state = (
        select(_delivery.c.subscriber, _delivery.c.state, func.count().label("many"), tried)
        .add_columns(waits.label("oldest"))
        .join(_event, _event.c.id == _delivery.c.event_id)
        .group_by(_delivery.c.subscriber, _delivery.c.state)
        .order_by(_delivery.c.subscriber, _delivery.c.state)
    )
    states = select(_inbox.c.state, func.count()).group_by(_inbox.c.state)
    tables = {"frames that could not be read": _dead, "streams that it forgot": _forgotten}
    return Figures(
        events=_count(connection, select(func.count()).select_from(_event)),
        deliveries=connection.execute(by_state).all(),
        inbox={state: count for state, count in connection.execute(states)},  # noqa: C416 - rows are no pairs to a type checker
        odd={
            said: _count(connection, select(func.count()).select_from(table))
            for said, table in tables.items()
        },
    )


def _count(connection: Connection, statement: Any) -> int:
    return int(connection.execute(statement).scalar() or 0)


def subscribers(connections: Iterable[Connection]) -> set[str]:
    """Everybody whom any of these logs has ever sent something."""
    chosen = select(_delivery.c.subscriber).distinct()
    return {name for connection in connections for name in connection.execute(chosen).scalars()}
