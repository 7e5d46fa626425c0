"""Reading the story of a patient: what happened, in the order it happened, and who knows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, tuple_
from sqlmodel import col

from services.coordinator.actions.reading import member_in, names_of
from services.coordinator.tables import EventDelivery, Happening
from shared.database import table_of
from shared.events import Note, Sealed
from shared.sealing import Unsealable
from shared.work import Work

PAGE = 40
QUIET = (
    "measurement.recorded",
    "obligation.opened",
    "obligation.met",
    "obligation.cancelled",
)
"""Kinds that tell a reader nothing that the event before them did not tell."""


@dataclass(frozen=True)
class Line:
    """One event of the story, with what is sealed in it opened, and its deliveries."""

    id: UUID
    at: Any
    stream: UUID
    kind: str
    source: str
    who: str
    told: str
    """The member whom it reached, of a reminder."""
    data: Mapping[str, Any]
    words: str
    deliveries: Sequence[Row[Any]]


@dataclass(frozen=True)
class Story:
    """Part of a story, newest first; `after` leads to what came before it."""

    lines: Sequence[Line]
    after: UUID | None


def read_story(work: Work, patient_id: UUID, after: UUID | None = None) -> Story:
    """The events of a patient, newest first."""
    order = tuple_(col(Happening.at), col(Happening.id))
    chosen = select(table_of(Happening)).where(
        col(Happening.patient_id) == patient_id, col(Happening.kind).not_in(QUIET)
    )
    known = select(col(Happening.at)).where(col(Happening.id) == after)
    if after and (last := work.first(known)) is not None:
        chosen = chosen.where(order < tuple_(last, after))
    newest = chosen.order_by(col(Happening.at).desc(), col(Happening.id).desc())
    rows = work.session.execute(newest.limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    return Story(lines_of(work, shown), shown[-1].id if len(rows) > PAGE else None)


def lines_of(work: Work, rows: Sequence[Row[Any]]) -> list[Line]:
    """These events as lines of a story."""
    deliveries = deliveries_of(work, [row.id for row in rows])
    names = names_of(work, {i for row in rows for i in (member_in(row.actor), _told(row)) if i})
    return [
        Line(
            id=row.id,
            at=row.at,
            stream=row.stream,
            kind=row.kind,
            source=row.source,
            who=names.get(member_in(row.actor) or row.id, ""),
            told=names.get(_told(row) or row.id, ""),
            data=row.data,
            words=_words(work, row),
            deliveries=deliveries.get(row.id, ()),
        )
        for row in rows
    ]


def _told(row: Row[Any]) -> UUID | None:
    member_id = row.data.get("member_id")
    return UUID(member_id) if member_id else None


def _words(work: Work, row: Row[Any]) -> str:
    """What somebody wrote: a question, an answer, a note. Empty when it was erased."""
    for name in ("question", "answer", "note", "report"):
        sealed = row.data.get(name)
        if isinstance(sealed, dict) and sealed.get("sealed"):
            try:
                return work.open(Sealed(**sealed), Note, row.stream).text
            except Unsealable:
                return ""
    return ""


def deliveries_of(work: Work, event_ids: Sequence[UUID]) -> dict[UUID, list[Row[Any]]]:
    """What became of these events at each of their subscribers."""
    chosen = select(table_of(EventDelivery)).where(col(EventDelivery.event_id).in_(event_ids))
    found: dict[UUID, list[Row[Any]]] = {}
    for row in work.session.execute(chosen.order_by(col(EventDelivery.subscriber))):
        found.setdefault(row.event_id, []).append(row)
    return found
