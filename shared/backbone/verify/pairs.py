"""Compares what one service announced with what another has stored, stream by stream."""

from collections import Counter
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from shared.backbone.tables import DONE_STATES, Delivery, InboxRow, Position, StreamCounter
from shared.backbone.verify.findings import Report
from shared.backbone.verify.logs import between, plain
from shared.backbone.verify.snapshots import Books, Rows, Snapshot, side_by_side
from shared.database import table_of

_delivery, _inbox = table_of(Delivery), table_of(InboxRow)
_counter, _position = table_of(StreamCounter), table_of(Position)
NOT_STORED = ("waiting", "sent")
ASKED_AGAIN = 500


class Doubt(NamedTuple):
    """A receipt says more of an event than the inbox did when it was looked at, or less."""

    stream: Any
    number: int
    event_id: Any
    there: str


class Pair:
    """One producer and one subscriber."""

    def __init__(self, books: Books, source: str, subscriber: str, report: Report) -> None:
        self._books, self._source, self._subscriber = books, source, subscriber
        self._report = report
        self._doubts: list[Doubt] = []
        self._under_way: Counter[str] = Counter()

    def compare(self) -> None:
        """Go through both books side by side, in the order of streams and numbers."""
        self._compare_ends()
        for sent, stored in side_by_side(self._sent(), self._stored()):
            self._report.compared["deliveries"] += sent is not None
            self._judge(sent, stored)
            if len(self._doubts) >= ASKED_AGAIN:
                self._ask_again()
        self._ask_again()
        for state, count in sorted(self._under_way.items()):
            name = f"{self._source} -> {self._subscriber}"
            self._report.under_way(f"{name}: {count} deliveries are {state}")

    def _sent(self) -> Rows:
        columns = (plain(_delivery.c.stream), _delivery.c.delivery_seq)
        more = (plain(_delivery.c.event_id), _delivery.c.state)
        chosen = select(*columns, *more).where(_delivery.c.subscriber == self._subscriber)
        ordered = chosen.order_by(_delivery.c.stream, _delivery.c.delivery_seq)
        return self._log.rows(ordered, f"deliveries to {self._subscriber}")

    def _stored(self) -> Rows:
        columns = (plain(_inbox.c.stream), _inbox.c.delivery_seq)
        more = (plain(_inbox.c.event_id), _inbox.c.state)
        chosen = select(*columns, *more).where(_inbox.c.source == self._source)
        ordered = chosen.order_by(_inbox.c.stream, _inbox.c.delivery_seq)
        return self._inbox_of.rows(ordered, f"events from {self._source}")

    @property
    def _log(self) -> Snapshot:
        return self._books.logs[self._source]

    @property
    def _inbox_of(self) -> Snapshot:
        return self._books.inboxes[self._subscriber]

    def _judge(self, sent: Any, stored: Any) -> None:
        if sent is None:
            self._problem(stored[0], f"number {stored[1]} was stored but never announced")
        elif stored is not None and stored[2] != sent[2]:
            self._problem(sent[0], f"number {sent[1]} is one event there and another one here")
        elif sent[3] in DONE_STATES or (stored is None and sent[3] not in NOT_STORED):
            if stored is None or stored[3] != sent[3]:
                self._doubts.append(Doubt(*sent))
        else:
            self._under_way[sent[3]] += 1

    def _ask_again(self) -> None:
        """What was stored or applied while we read is no problem: look at it as it is now."""
        if not self._doubts:
            return
        ids = [UUID(str(doubt.event_id)) for doubt in self._doubts]
        found = select(_inbox.c.event_id, _inbox.c.state).where(
            _inbox.c.source == self._source, _inbox.c.event_id.in_(ids)
        )
        with self._books.now(self._subscriber) as connection:
            here = {row.event_id: row.state for row in connection.execute(found)}
        for doubt, event_id in zip(self._doubts, ids, strict=True):
            self._settle(doubt, here.get(event_id, "missing"))
        self._doubts = []

    def _settle(self, doubt: Doubt, here: str) -> None:
        finished = doubt.there in DONE_STATES
        if (here != doubt.there) if finished else (here == "missing"):
            said = f"number {doubt.number} is {doubt.there} there, {here} here"
            self._problem(doubt.stream, said)
        elif not finished:
            self._under_way[doubt.there] += 1

    def _compare_ends(self) -> None:
        """No subscriber is ahead of what was announced to it."""
        chosen = (plain(_counter.c.stream), _counter.c.last_seq)
        counted = select(*chosen).where(_counter.c.subscriber == self._subscriber)
        reached = select(plain(_position.c.stream), _position.c.last_seq).where(
            _position.c.source == self._source, _position.c.last_seq > 0
        )
        ends = side_by_side(
            self._log.rows(counted.order_by(_counter.c.stream)),
            self._inbox_of.rows(reached.order_by(_position.c.stream)),
            width=1,
        )
        for announced, applied in ends:
            last = announced[1] if announced else 0
            if applied is not None and applied[1] > last:
                said = f"{applied[1]} are applied, {last} announced"
                self._problem(applied[0], f"{said}: {self._source} was set back to an older copy")

    def _problem(self, stream: object, sentence: str) -> None:
        where = between(self._source, self._subscriber, stream)
        self._report.problem(f"{where}: {sentence}")
