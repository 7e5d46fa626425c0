"""Checks of one log: every event has its deliveries, and they are numbered without a gap."""

import json
from collections.abc import Collection, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, outerjoin, select
from sqlalchemy.sql import Select

from shared.backbone.tables import DONE_STATES, Delivery, EventRow, Forgotten, StreamCounter
from shared.backbone.verify.findings import Report
from shared.backbone.verify.snapshots import Snapshot, side_by_side
from shared.database import table_of

_event, _delivery = table_of(EventRow), table_of(Delivery)
_counter, _forgotten = table_of(StreamCounter), table_of(Forgotten)
_numbers = (
    select(
        _delivery.c.subscriber,
        _delivery.c.stream,
        func.count().label("many"),
        func.min(_delivery.c.delivery_seq).label("first"),
        func.max(_delivery.c.delivery_seq).label("last"),
    )
    .group_by(_delivery.c.subscriber, _delivery.c.stream)
    .subquery()
)


def plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """An identifier as a text, which sorts the same: a million of them need no objects."""
    return cast(column, String)


def check_log(log: Snapshot, known: Collection[str], report: Report) -> None:
    """Everything that the log of one service can say alone. `known`: who can hear events here."""
    _check_audiences(log, report)
    _check_numbers(log, report)
    _check_stuck(log, report)
    _check_strangers(log, known, report)
    _check_forgotten(log, report)


def _check_audiences(log: Snapshot, report: Report) -> None:
    """Each event has a delivery for everybody whom it names; log and state are the same."""
    events = log.rows(select(plain(_event.c.id), _event.c.body).order_by(_event.c.id), "events")
    for event, told in side_by_side(events, _subscribers(log), width=1):
        report.compared["events"] += event is not None
        audience = _audience(event[1]) if event else None
        if audience is None:
            report.problem(f"{log.service}: event {(event or told)[0]} cannot be read")
        elif not audience <= (told[1] if told else set()):
            report.problem(f"{log.service}: event {event[0]} lacks a delivery")


def _subscribers(log: Snapshot) -> Iterator[tuple[Any, set[str]]]:
    columns = (plain(_delivery.c.event_id), _delivery.c.subscriber)
    rows = log.rows(select(*columns).order_by(_delivery.c.event_id))
    for event_id, group in groupby(rows, key=lambda row: row[0]):
        yield event_id, {row[1] for row in group}


def _audience(body: str) -> set[str] | None:
    try:
        return set(json.loads(body)["audience"].split())
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _check_numbers(log: Snapshot, report: Report) -> None:
    """Counted in the database: as many numbers as the last one says, from 1 on."""
    same = and_(
        _counter.c.subscriber == _numbers.c.subscriber, _counter.c.stream == _numbers.c.stream
    )
    wrong = or_(
        func.coalesce(_numbers.c.many, 0) != _counter.c.last_seq,
        func.coalesce(_numbers.c.last, 0) != _counter.c.last_seq,
        and_(_numbers.c.many > 0, _numbers.c.first != 1),
    )
    counted = outerjoin(_counter, _numbers, same)
    gaps = select(_counter.c.subscriber, _counter.c.stream).select_from(counted).where(wrong)
    uncounted = (
        select(_numbers.c.subscriber, _numbers.c.stream)
        .select_from(outerjoin(_numbers, _counter, same))
        .where(_counter.c.stream.is_(None))
    )
    for found in (gaps, uncounted):
        for subscriber, stream in log.rows(found):
            where = between(log.service, subscriber, stream)
            report.problem(f"{where}: the numbers of the deliveries have a gap")


def between(source: str, subscriber: str, stream: object) -> str:
    """How a stream between two services is called in sentences."""
    return f"{source} -> {subscriber}, stream {stream}"


def _check_stuck(log: Snapshot, report: Report) -> None:
    """As long as a subscriber is not done, there is a moment at which it is sent again."""
    forgotten = select(func.count()).where(
        _delivery.c.next_try_at.is_(None), _delivery.c.state.not_in(DONE_STATES)
    )
    (row,) = log.all(forgotten)
    if row[0]:
        report.problem(f"{log.service}: {row[0]} unfinished deliveries are never sent again")


def _check_strangers(log: Snapshot, known: Collection[str], report: Report) -> None:
    """Deliveries for somebody whose books are not here, or who does not exist."""
    for subscriber, state, count in log.all(_open_by_subscriber()):
        if subscriber not in known:
            report.notice(
                f"{log.service}: {count} deliveries ({state}) are kept for {subscriber}, "
                "who does not belong to this house any more; 'relais events close' ends that"
            )


def _open_by_subscriber() -> Select[Any]:
    return (
        select(_delivery.c.subscriber, _delivery.c.state, func.count())
        .where(_delivery.c.next_try_at.is_not(None))
        .group_by(_delivery.c.subscriber, _delivery.c.state)
        .order_by(_delivery.c.subscriber, _delivery.c.state)
    )


def check_outside(log: Snapshot, outside: Collection[str], report: Report) -> None:
    """Subscribers whose own books nobody here can read: what their receipts say must do."""
    for subscriber, state, count in log.all(_open_by_subscriber()):
        if subscriber in outside:
            report.under_way(f"{log.service} -> {subscriber}: {count} deliveries are {state}")


def _check_forgotten(log: Snapshot, report: Report) -> None:
    counted = select(_forgotten.c.subscriber, func.count()).group_by(_forgotten.c.subscriber)
    for subscriber, count in log.all(counted):
        report.problem(
            f"{subscriber} knows more of {count} streams than {log.service} announced: "
            f"{log.service} was set back to an older copy"
        )
