"""What is away just now: a service that says nothing, or the broker that carries all they say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import col

from services.coordinator.rules import board
from services.coordinator.tables import ServiceLight
from shared.backbone.tables import Worker
from shared.database import table_of
from shared.work import Work


@dataclass(frozen=True)
class Outages:
    """`broker_since`: when it was last heard of, if it is away; else the services that are."""

    broker_since: datetime | None
    down: Sequence[Row[Any]]
    kept: Mapping[str, int]
    """How many events all services together keep for each service."""


def outages_in(work: Work) -> Outages:
    """By the signs of life that came through the queue; one more look when something is silent."""
    lights = work.session.execute(select(table_of(ServiceLight))).all()
    down = [light for light in lights if board.is_down(light.beat_at, work.now)]
    kept = kept_for(lights)
    own = next((light for light in down if light.service == work.service), None)
    if own is not None and _works_itself(work):
        return Outages(max(light.beat_at for light in lights), (), kept)
    return Outages(None, down, kept)


def _works_itself(work: Work) -> bool:
    """Whether a worker of this service signs its database: then it is the queue that is away."""
    signed = work.session.execute(select(func.max(col(Worker.seen_at)))).scalar()
    return signed is not None and not board.is_down(signed, work.now)


def kept_for(lights: Iterable[Row[Any]]) -> dict[str, int]:
    """How many events all services together keep for each service."""
    kept: dict[str, int] = {}
    for light in lights:
        for subscriber, count in light.waiting.items():
            kept[subscriber] = kept.get(subscriber, 0) + count
    return kept
