"""Reading the ledger: events, what became of them, and how the services are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, func, select, tuple_
from sqlalchemy.sql import Select
from sqlmodel import col

from services.coordinator.actions.figures import Condition, is_stuck
from services.coordinator.actions.outages import kept_for
from services.coordinator.actions.story import Line, lines_of
from services.coordinator.rules.board import identifier, is_down
from services.coordinator.rules.deliveries import DONE, STUCK_VIEW
from services.coordinator.tables import DELIVERY_STATES, EventDelivery, Happening, ServiceLight
from shared.calendar import day_bounds
from shared.database import table_of
from shared.events import EVENTS
from shared.work import Work

PAGE = 50
LONGEST_KIND = 60
UNFINISHED = tuple(state for state in DELIVERY_STATES if state not in DONE)


@dataclass(frozen=True)
class Asked:
    """What of the ledger is shown."""

    service: str = ""
    state: str = ""
    kind: str = ""
    patient: UUID | None = None
    after: UUID | None = None


@dataclass(frozen=True)
class Light:
    """How a service is: its last sign of life, and what waits for it."""

    service: str
    beat_at: Any
    is_down: bool
    waiting: int
    oldest_waiting_at: Any
    parked: int
    held: int
    dead: int = 0
    forgotten: int = 0


class _Unfinished(NamedTuple):
    """How many deliveries to a subscriber stand in a state, and since when the oldest of them."""

    subscriber: str
    state: str
    many: int
    oldest_at: datetime


@dataclass(frozen=True)
class Ledger:
    """One page of the ledger."""

    lines: Sequence[Line]
    after: UUID | None
    lights: Sequence[Light]
    counts: Mapping[str, int]
    kinds: Sequence[str]


def read_asked(work: Work, query: Mapping[str, str]) -> Asked:
    """What an address asks for; what it cannot mean is left out."""
    service, state = query.get("service", ""), query.get("state", "")
    return Asked(
        service=service if service in {one.name for one in work.directory.subscribers} else "",
        state=state if state in (*DELIVERY_STATES, STUCK_VIEW) else "",
        kind=query.get("kind", "")[:LONGEST_KIND],
        patient=identifier(query.get("patient", "")),
        after=identifier(query.get("after", "")),
    )


def read_ledger(work: Work, asked: Asked) -> Ledger:
    """The newest events that were asked for, with what became of each at every subscriber."""
    happenings = table_of(Happening)
    order = tuple_(happenings.c.at, happenings.c.id)
    chosen = select(happenings).where(*_conditions(work, asked))
    known = select(happenings.c.at).where(happenings.c.id == asked.after)
    if asked.after and (last := work.first(known)) is not None:
        chosen = chosen.where(order < tuple_(last, asked.after))
    newest = chosen.order_by(happenings.c.at.desc(), happenings.c.id.desc()).limit(PAGE + 1)
    rows = work.session.execute(newest).all()
    unfinished = _unfinished(work)
    return Ledger(
        lines=lines_of(work, rows[:PAGE]),
        after=rows[PAGE - 1].id if len(rows) > PAGE else None,
        lights=_lights(work, unfinished),
        counts=_counts(work, unfinished),
        kinds=sorted({kind for kind, _ in EVENTS}),
    )


def _conditions(work: Work, asked: Asked) -> list[Condition]:
    conditions: list[Condition] = []
    if asked.kind:
        conditions.append(col(Happening.kind) == asked.kind)
    if asked.patient:
        conditions.append(col(Happening.stream) == asked.patient)
    if asked.state and asked.state not in DONE:  # few: found by their state, not event by event
        conditions.append(col(Happening.id).in_(_events_with(work, asked)))
    elif asked.service or asked.state:
        of_event = _events_with(work, asked).where(col(EventDelivery.event_id) == Happening.id)
        conditions.append(of_event.exists())
    return conditions


def _events_with(work: Work, asked: Asked) -> Select[Any]:
    """The events with a delivery to this service, in this state."""
    found = select(col(EventDelivery.event_id))
    if asked.service:
        found = found.where(col(EventDelivery.subscriber) == asked.service)
    if asked.state == STUCK_VIEW:
        return found.where(is_stuck(work))
    return found.where(col(EventDelivery.state) == asked.state) if asked.state else found


def _lights(work: Work, unfinished: Sequence[_Unfinished]) -> list[Light]:
    """Whoever hears events, also one that never gave a sign."""
    rows = {row.service: row for row in work.session.execute(select(table_of(ServiceLight)))}
    kept, oldest = kept_for(rows.values()), _oldest(unfinished)
    return [
        _light(work, name, rows.get(name), kept.get(name, 0), oldest.get(name))
        for name in (plate.name for plate in work.directory.subscribers)
    ]


def _light(work: Work, service: str, row: Row[Any] | None, waiting: int, oldest: Any) -> Light:
    if row is None:
        return Light(service, None, False, waiting, None, 0, 0)
    told = {name: getattr(row, name) for name in ("parked", "held", "dead", "forgotten")}
    down = is_down(row.beat_at, work.now)
    return Light(service, row.beat_at, down, waiting, oldest if waiting else None, **told)


def _unfinished(work: Work) -> list[_Unfinished]:
    """What is not at its end, in one look."""
    subscriber, state = col(EventDelivery.subscriber), col(EventDelivery.state)
    oldest = func.min(col(EventDelivery.recorded_at))
    found = select(subscriber, state, func.count(), oldest).where(state.in_(UNFINISHED))
    rows = work.session.execute(found.group_by(subscriber, state))
    return [_Unfinished(*row) for row in rows]


def _oldest(unfinished: Sequence[_Unfinished]) -> dict[str, datetime]:
    """Since when the oldest event waits that a service has not handled, for each service."""
    latest_first = sorted(unfinished, key=lambda some: some.oldest_at, reverse=True)
    return {some.subscriber: some.oldest_at for some in latest_first}


def _counts(work: Work, unfinished: Sequence[_Unfinished]) -> dict[str, int]:
    """How many deliveries stand in each state that is not the end, and today's events."""
    found = dict.fromkeys(UNFINISHED, 0)
    for some in unfinished:
        found[some.state] += some.many
    begin, _ = day_bounds(work.today, work.zone)
    today = select(func.count()).select_from(Happening).where(col(Happening.at) >= begin)
    found["today"] = work.session.execute(today).scalar() or 0
    return found
