"""Takes frames from the queue: events into the inbox, receipts into the log."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from sqlalchemy import Column, Engine, func, select
from sqlalchemy.sql import Select
from sqlmodel import Session

from shared import faults
from shared.backbone import bus as queue
from shared.backbone import inbox, relay
from shared.backbone.bus import Frame
from shared.backbone.envelope import Undecodable
from shared.backbone.inbox.disputing import still_disputed
from shared.backbone.positions import unpack_positions
from shared.backbone.receipts import (
    OPEN_LIMIT,
    Heartbeat,
    Receipt,
    unpack_heartbeat,
    unpack_receipts,
)
from shared.backbone.tables import DeadFrame, Delivery, EventRow, Forgotten, InboxRow
from shared.database import table_of
from shared.running.frames import IN_ANOTHERS_NAME, of_kind, read_events, unwanted

if TYPE_CHECKING:
    from shared.running.running_service import RunningService

logger = structlog.get_logger()
FRAMES = 50
Content = TypeVar("Content")
Answers = dict[inbox.Key, Receipt | None]
"""What is said of each event that came; None when only the database knows it."""

_delivery, _event, _inbox = table_of(Delivery), table_of(EventRow), table_of(InboxRow)


_SET_ASIDE = select(
    select(func.count()).where(still_disputed).scalar_subquery().label("disputed"),
    select(func.count()).select_from(table_of(DeadFrame)).scalar_subquery().label("dead"),
    select(func.count()).select_from(table_of(Forgotten)).scalar_subquery().label("forgotten"),
)


class Receiver:
    """The consumer of one service. Nothing that is in a frame can break it."""

    def __init__(self, running: "RunningService") -> None:
        self._running = running
        self._handlers = running.service.handlers

    def receive(self, frames: list[Frame]) -> Answers:
        """Store what has arrived, and apply at once what comes next in its stream.

        The frames are acknowledged when all is answered.
        """
        if not frames:
            return {}
        heard, unread = read_events(frames)
        answers = self._take_in(frames, unread, heard[: inbox.BATCH])
        for first in range(inbox.BATCH, len(heard), inbox.BATCH):
            answers |= self._take_in([], [], heard[first : first + inbox.BATCH])
        return answers

    def _take_in(
        self, frames: list[Frame], unread: list[inbox.Unread], heard: list[inbox.Heard]
    ) -> Answers:
        """In one transaction; if it fails, the events are stored without being applied."""
        try:
            with Session(self._running.engine, expire_on_commit=False) as session:
                noted = self._note(session, frames, unread)
                answers = self._apply_at_once(session, heard)
        except Exception:  # of a handler, or another worker was quicker: the applier finds out
            with Session(self._running.engine) as session:
                noted = self._note(session, frames, unread)
                answers = self._keep(session, heard)
        if noted or any(answers.values()):
            self._running.changed(self._running.name)
        return answers

    def _apply_at_once(self, session: Session, heard: list[inbox.Heard]) -> Answers:
        passed = self._running.applier.apply_at_once(session, heard)
        faults.reach("receiver.before-commit")
        self._running.commit(session, passed.works)
        faults.reach("receiver.committed")
        faults.reach("applier.committed")
        unknown: Answers = dict.fromkeys((one.key for one in passed.waiting), None)
        return unknown | {one.key: self._handled(one) for one in passed.handled}

    def _keep(self, session: Session, heard: list[inbox.Heard]) -> Answers:
        inbox.keep(session.connection(), heard, self._running.now())
        faults.reach("receiver.before-commit")
        session.commit()
        faults.reach("receiver.committed")
        return dict.fromkeys((one.key for one in heard), None)

    def _handled(self, heard: inbox.Heard) -> Receipt:
        now, (source, event_id) = self._running.now(), heard.key
        return Receipt(
            source=source,
            event_id=event_id,
            subscriber=self._running.name,
            state="handled",
            at=now,
            stored_at=now,
        )

    def _note(self, session: Session, frames: list[Frame], unread: list[inbox.Unread]) -> bool:
        """All that is no event: receipts, signs of life, positions, and what cannot be read.

        Returns whether pages may show something else when it is committed.
        """
        connection, now = session.connection(), self._running.now()
        for one in unread:
            inbox.bury(connection, one.frame, one.reason, now, one.message)
        noted = self._note_receipts(session, of_kind(frames, queue.RECEIPTS))
        self._note_heartbeats(session, of_kind(frames, queue.HEARTBEAT))
        self._note_positions(session, of_kind(frames, queue.POSITIONS))
        for frame in frames:
            if reason := unwanted(frame):
                inbox.bury(connection, frame.body, reason, now)
        return noted

    def _note_receipts(self, session: Session, frames: list[Frame]) -> bool:
        """Returns whether there were any for the ledger."""
        receipts = [
            receipt
            for frame in frames
            for receipt in self._read(session, frame, unpack_receipts, _answering) or ()
        ]
        own = [receipt for receipt in receipts if receipt.source == self._running.name]
        relay.note_receipts(session.connection(), own)
        hook = self._handlers.on_receipts
        if hook and receipts:
            self._call(session, partial(hook, receipts, self._running.work_in(session)))
        return bool(hook and receipts)

    def _note_heartbeats(self, session: Session, frames: list[Frame]) -> None:
        hook = self._handlers.on_heartbeat
        for frame in frames:
            heartbeat = self._read(session, frame, unpack_heartbeat, lambda beat: {beat.service})
            if hook and heartbeat:
                self._call(session, partial(hook, heartbeat, self._running.work_in(session)))

    def _note_positions(self, session: Session, frames: list[Frame]) -> None:
        for frame in frames:
            told = self._read(session, frame, unpack_positions, lambda told: {told.subscriber})
            if told:
                self._running.refiller.note(session.connection(), told)

    def _read(
        self,
        session: Session,
        frame: Frame,
        unpack: Callable[[bytes], Content],
        speakers: Callable[[Content], set[str]],
    ) -> Content | None:
        """What the frame says, if those who speak in it have sent it."""
        try:
            content = unpack(frame.body)
            if frame.sender is None or speakers(content) <= {frame.sender}:
                return content
            reason = IN_ANOTHERS_NAME
        except Undecodable as error:
            reason = str(error)
        inbox.bury(session.connection(), frame.body, reason, self._running.now())
        return None

    def _call(self, session: Session, hook: Callable[[], None]) -> None:
        """A ledger that fails must never keep events from being stored."""
        try:
            with session.begin_nested():
                hook()
        except Exception as error:
            logger.error("ledger.failed", service=self._running.name, error=type(error).__name__)


def _answering(receipts: list[Receipt]) -> set[str]:
    return {receipt.subscriber for receipt in receipts}


def beat(engine: Engine, service: str, now: datetime) -> Heartbeat:
    """The sign of life of a service, with what it knows of its open deliveries."""
    waits = _delivery.c.next_try_at.is_not(None)
    with engine.connect() as connection:
        waiting = connection.execute(_count_by(_delivery.c.subscriber).where(waits)).all()
        states = connection.execute(
            _count_by(_inbox.c.state).where(_inbox.c.open_since.is_not(None))
        ).all()
        oldest = connection.execute(_OLDEST).scalar()
        opened = connection.execute(
            select(_delivery.c.event_id, _delivery.c.subscriber, _delivery.c.state)
            .where(waits)
            .limit(OPEN_LIMIT + 1)
        ).all()
        set_aside = connection.execute(_SET_ASIDE).one()
    of_state = dict(map(tuple, states))
    return Heartbeat(
        service=service,
        at=now,
        waiting=dict(map(tuple, waiting)),
        oldest_waiting_at=oldest,
        parked=of_state.get("parked", 0) + set_aside.disputed,
        held=of_state.get("held", 0),
        dead=set_aside.dead,
        forgotten=set_aside.forgotten,
        open=[(event, to, state) for event, to, state in opened]
        if len(opened) <= OPEN_LIMIT
        else None,
    )


def _oldest_waiting() -> Select[Any]:
    """When the oldest event was announced that not everybody has handled: ids grow with time."""
    waits = _delivery.c.next_try_at.is_not(None)
    # The offset keeps PostgreSQL from looking for it in the order of all ids, done with or not.
    ids = select(_delivery.c.event_id).where(waits).offset(0).subquery()
    first = select(ids.c.event_id).order_by(ids.c.event_id).limit(1)
    return select(_event.c.recorded_at).where(_event.c.id == first.scalar_subquery())


_OLDEST = _oldest_waiting()


def _count_by(column: Column[Any]) -> Select[Any]:
    return select(column, func.count()).group_by(column)
