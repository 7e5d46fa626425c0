"""The ledger: every event of the house, and what became of it at each of its subscribers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import case, func, or_, update
from sqlalchemy.sql import Update
from sqlmodel import col, select

from services.coordinator.rules.deliveries import DONE, may_follow
from services.coordinator.tables import EventDelivery, Happening, ServiceLight
from shared.backbone import batches
from shared.backbone.envelope import Envelope, decode
from shared.backbone.receipts import Heartbeat, Receipt
from shared.backbone.tables import EventRow
from shared.database import table_of
from shared.events import PatientEvent, event_class
from shared.work import Work

SURELY_KNOWN = timedelta(seconds=30)
"""A heartbeat speaks for the events of its service that are at least this old."""


_deliveries, _happenings = table_of(EventDelivery), table_of(Happening)


class _Mark(NamedTuple):
    """What is known of a delivery: its state, since when, when it was stored, what went wrong."""

    event_id: UUID
    subscriber: str
    state: str
    at: datetime
    stored_at: datetime | None = None
    attempts: int = 0
    error: str = ""


def note_events(works: Sequence[Work]) -> None:
    """Write down events that were heard together, and who else has to hear each of them."""
    work, heard = works[0], [work.cause for work in works if work.cause]
    if not _note(work, heard):
        _mark(work, [_Mark(one.id, work.service, "handled", work.now) for one in heard])


def note_receipts(receipts: list[Receipt], work: Work) -> None:
    """Write down what subscribers say, also of events that are not heard yet."""
    own = {receipt.event_id for receipt in receipts if receipt.source == work.service}
    if own:
        _note_own(work, own)
    rows = [_from_receipt(receipt) for receipt in receipts]
    batches.insert(work.session.connection(), _deliveries, rows, only_new=True)
    _mark(work, [_mark_of(receipt) for receipt in receipts])


def note_heartbeat(heartbeat: Heartbeat, work: Work) -> None:
    """A service is alive. What it says of its open deliveries mends what lost receipts left."""
    light = work.find(ServiceLight, heartbeat.service)
    if light and light.beat_at > heartbeat.at:
        return
    told = {"waiting", "oldest_waiting_at", "parked", "held", "dead", "forgotten"}
    figures = heartbeat.model_dump(include=told)
    work.session.merge(ServiceLight(service=heartbeat.service, beat_at=heartbeat.at, **figures))
    if heartbeat.service == work.service:
        _note_own(work, {event_id for event_id, _, _ in heartbeat.open or ()})
    if heartbeat.open is not None:
        _mend(work, heartbeat, heartbeat.open)


def _note_own(work: Work, event_ids: Iterable[UUID]) -> None:
    """Nobody hears oneself: what this service announced is taken from its own log."""
    wanted = set(event_ids)
    known = select(Happening.id).where(col(Happening.id).in_(wanted))
    wanted -= set(work.session.execute(known).scalars())
    bodies = select(EventRow.body).where(col(EventRow.id).in_(wanted))
    _note(work, [decode(body) for body in work.session.execute(bodies).scalars()] if wanted else [])


def _note(work: Work, envelopes: Sequence[Envelope]) -> bool:
    """Whether nothing was known of any of their deliveries."""
    connection = work.session.connection()
    batches.insert(connection, _happenings, [_happening(one) for one in envelopes], only_new=True)
    rows = [
        _delivery(one.id, name, one.service, one.time)
        | ({"state": "handled", "handled_at": work.now} if name == work.service else {})
        for one in envelopes
        for name in one.subscribers
    ]
    return batches.insert(connection, _deliveries, rows, only_new=True) == len(rows)


def _happening(envelope: Envelope) -> dict[str, Any]:
    about_patient = issubclass(event_class(envelope.kind, envelope.version), PatientEvent)
    return {
        "id": envelope.id,
        "source": envelope.service,
        "kind": envelope.kind,
        "version": envelope.version,
        "at": envelope.time,
        "actor": envelope.actor,
        "stream": envelope.subject,
        "patient_id": envelope.subject if about_patient else None,
        "data": envelope.data,
    }


def _delivery(event_id: UUID, subscriber: str, source: str, at: Any) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "subscriber": subscriber,
        "source": source,
        "state": "waiting",
        "recorded_at": at,
        "handled_at": None,
        "attempts": 0,
        "error": "",
    }


def _from_receipt(receipt: Receipt) -> dict[str, Any]:
    return _delivery(receipt.event_id, receipt.subscriber, receipt.source, receipt.at)


def _mark_of(receipt: Receipt) -> _Mark:
    return _Mark(
        receipt.event_id,
        receipt.subscriber,
        receipt.state,
        receipt.at,
        receipt.stored_at,
        receipt.attempts,
        receipt.error,
    )


def _mark(work: Work, marks: Iterable[_Mark]) -> None:
    """Move deliveries on, many at once; nothing ever takes one back from handled."""
    by_state: dict[str, dict[tuple[UUID, str], _Mark]] = defaultdict(dict)
    for mark in marks:
        by_state[mark.state][mark.event_id, mark.subscriber] = mark
    connection = work.session.connection()
    for state, of_state in by_state.items():
        rows = [(*key, m.at, m.stored_at, m.attempts, m.error) for key, m in of_state.items()]
        moving = _moving(connection.dialect.name, state)
        connection.execute(moving, _MARKS.values(connection, rows))


_columns = _deliveries.c
_MARKS = batches.Batch(
    _columns.event_id,
    _columns.subscriber,
    _columns.handled_at,
    _columns.stored_at,
    _columns.attempts,
    _columns.error,
)


@cache
def _moving(dialect: str, state: str) -> Update:
    """The statement that moves deliveries on to a state."""
    given = _MARKS.table(dialect)
    values: dict[str, Any] = {
        "state": state,
        "stored_at": func.coalesce(_columns.stored_at, given.c.stored_at),
        # A heartbeat knows the state only: what the receipt said of the reason stays.
        "attempts": case(
            (given.c.attempts > _columns.attempts, given.c.attempts), else_=_columns.attempts
        ),
        "error": func.coalesce(func.nullif(given.c.error, ""), _columns.error),
    }
    if state in DONE:
        values["handled_at"] = given.c.handled_at
    return (
        update(_deliveries)
        .where(
            _columns.event_id == given.c.event_id,
            _columns.subscriber == given.c.subscriber,
            or_(*(_columns.state == before for before in may_follow(state))),
        )
        .values(values)
    )


def _mend(work: Work, heartbeat: Heartbeat, opened: Sequence[tuple[UUID, str, str]]) -> None:
    """What a service no longer counts as open was handled, even if the receipt never came."""
    still_open = {(event_id, subscriber) for event_id, subscriber, _ in opened}
    _mark(work, [_Mark(event_id, to, state, heartbeat.at) for event_id, to, state in opened])
    unfinished = select(EventDelivery.event_id, EventDelivery.subscriber).where(
        col(EventDelivery.source) == heartbeat.service,
        col(EventDelivery.state).not_in(DONE),
        col(EventDelivery.recorded_at) < heartbeat.at - SURELY_KNOWN,
    )
    lost = [
        _Mark(e, to, "handled", heartbeat.at, heartbeat.at) for e, to in _keys(work, unfinished)
    ]
    _mark(work, [mark for mark in lost if (mark.event_id, mark.subscriber) not in still_open])


def _keys(work: Work, statement: Any) -> list[tuple[UUID, str]]:
    return [(row.event_id, row.subscriber) for row in work.session.execute(statement).all()]
