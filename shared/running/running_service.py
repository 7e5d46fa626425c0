"""A service that runs: opens work, sends what it announced, stores and applies what it hears."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from shared import faults, tracing
from shared.access.viewer import Viewer
from shared.backbone import inbox, log, relay, turned_back, workers
from shared.backbone.bus import Bus
from shared.backbone.envelope import Envelope, Origin
from shared.backbone.receipts import Receipt, pack_receipts
from shared.clock import Running
from shared.database import glance, read_engine, try_alone, write_engine
from shared.events import Event
from shared.identifiers import new_id
from shared.running.applier import Applier
from shared.running.bell import Bell
from shared.running.house import House
from shared.running.measures import Measures
from shared.running.receiver import FRAMES, Answers, Receiver, beat
from shared.running.refilling import Refiller
from shared.service import Job, Service, WorkPlace
from shared.work import Known, Work

HEARTBEAT = timedelta(seconds=5)
MOST_AT_ONCE = 1000


class RunningService:
    """One service, its database and its place at the queue."""

    def __init__(self, service: Service, house: House) -> None:
        self.service, self.name, self.house = service, service.plate.name, house
        self.settings, self.mailer = house.settings, house.mailer
        self.directory, self.sealer = house.directory, house.sealer
        self.engine = write_engine(self.settings.database(self.name), durable=house.durable)
        self.reader = read_engine(self.settings.database(self.name))
        self.glance = glance(self.reader)
        self.bell, self.stopping = Bell(), threading.Event()
        self.ring: Callable[[str], None] = lambda _: None
        self.changed: Callable[[str], None] = lambda _: None
        self.measures = Measures()
        self.applier = Applier(self)
        self._receiver = Receiver(self)
        self.refiller = Refiller(self)
        self._beat_at: datetime | None = None
        self._turned_at: datetime | None = None
        self.worker_id, self.role = new_id(), "house"
        self.signed: Callable[[], None] = lambda: None
        self._signed_at: datetime | None = None
        self._unanswered: Answers = {}
        self._held_back = False
        """Whether more is to be sent as soon as somebody has answered."""

    def now(self) -> datetime:
        return self.house.clock.now()

    def running(self) -> Running:
        return self.house.clock.running()

    @contextmanager
    def work(self, actor: str = "", viewer: Viewer | None = None) -> Iterator[Work]:
        """Open a transaction; commit it at the end with what it announced, or undo all of it."""
        with Session(self.engine, expire_on_commit=False) as session:
            work = self.work_in(session, actor=actor, viewer=viewer)
            yield work
            self.commit(session, [work])
        self.changed(self.name)

    @contextmanager
    def look(self, viewer: Viewer | None = None) -> Iterator[Work]:
        """Open a transaction that can only read."""
        with Session(self.reader) as session:
            yield self.work_in(session, viewer=viewer)

    def work_in(
        self,
        session: Session,
        *,
        actor: str = "",
        viewer: Viewer | None = None,
        cause: Envelope | None = None,
        known: Known | None = None,
    ) -> Work:
        """A unit of work inside a transaction that the caller has opened."""
        return Work(
            service=self.name,
            session=session,
            now=self.now(),
            settings=self.settings,
            directory=self.directory,
            sealer=self.sealer,
            actor=actor or (viewer.actor if viewer else f"service:{self.name}"),
            viewer=viewer,
            cause=cause,
            known={} if known is None else known,
            practice=self.service.practice,
            trace=_trace_of(cause) if cause else tracing.here(),
        )

    def commit(self, session: Session, works: list[Work]) -> None:
        """Write the announced events and commit; the relay is woken when there are any."""
        session.flush()
        self._write_log(session, works)
        faults.reach("work.before-commit")
        session.commit()
        faults.reach("work.committed")
        announced = [event for work in works for event in work.announced]
        for event in announced:
            self.measures.announced(self.name, event.kind)
        self._unanswered.update((key, None) for work in works for key in work.decided)
        if announced or self._unanswered:
            self.bell.set()

    def _write_log(self, session: Session, works: list[Work]) -> None:
        log.write_all(
            session.connection(),
            [one for work in works if work.announced for one in _said(work)],
            lambda event: self.house.audience(event, self.name),
        )

    def open_bus(self) -> Bus:
        """This service's own connection to the queue, for the thread that calls."""
        others = self.house.hearing
        return Bus(self.settings, self.name, others.get(self.name, ()), others)

    def turn(self, bus: Bus | None, *, look: bool = True) -> bool:
        """Send, receive, apply and answer once. Returns whether anything moved.

        Without a `look` into the database only what has arrived is seen to. Frames are acknowledged
        last: what is lost before that is sent again, and answered again. Without a queue what is
        stored is applied, and answered when there is one again.
        """
        self._heed_the_clock()
        if bus is None:
            return self._apply() > 0
        look = look or self._held_back
        sent = self._send(bus) if look else 0
        frames = bus.take(FRAMES)
        try:
            answers = self._receiver.receive(frames)
            self._unanswered.update(answers)
            if look or None in answers.values():
                self._apply()
            answered = self._answer(bus)
        finally:
            # Even after a failure: a queue stops giving to whoever acknowledges nothing.
            bus.acknowledge(frames)
        faults.reach("turn.acknowledged")
        if sent >= relay.BATCH or len(frames) >= FRAMES or answered >= inbox.BATCH:
            self.bell.set()
        return bool(sent or frames or answered)

    def _heed_the_clock(self) -> None:
        """After a start, and after the clock was turned back: nothing waits for a wrong moment."""
        now, before = self.now(), self._turned_at
        self._turned_at = now
        if before is None or now < before:
            with self.engine.begin() as connection:
                turned_back.hasten(connection, now)

    def _apply(self) -> int:
        keys = self.applier.apply()
        self._unanswered.update(dict.fromkeys(keys, None))
        return len(keys)

    def _send(self, bus: Bus) -> int:
        if bus.blocked:
            return 0
        with self.glance.connect() as connection:
            due = relay.turns(connection, self.now())
        self._held_back = any(turn.room < relay.BATCH for turn in due)
        ready = [turn for turn in due if turn.room]
        return relay.send_due(self.engine, bus, ready, self.now(), self.ring) if ready else 0

    def _answer(self, bus: Bus) -> int:
        """Tell each source, and who keeps the ledger, what became of its events here."""
        answers = {} if bus.blocked else dict(self._unanswered)
        if not answers:
            return 0
        said: dict[str, list[Receipt]] = defaultdict(list)
        for receipt in self._receipts(answers):
            said[receipt.source].append(receipt)
        for source, receipts in sorted(said.items()):
            bus.answer(source, pack_receipts(receipts))
            self.ring(source)
        for keeper in self.house.ledger_keepers:
            self.ring(keeper)
        for key in answers:
            self._unanswered.pop(key, None)
        faults.reach("turn.answered")
        return len(answers)

    def _receipts(self, answers: Answers) -> list[Receipt]:
        """What is known already, and for the rest what the inbox says now."""
        known = [receipt for receipt in answers.values() if receipt]
        asked = [key for key, receipt in answers.items() if not receipt]
        if not asked:
            return known
        with self.glance.connect() as connection:
            return known + inbox.receipts_for(connection, asked, self.name, self.now())

    def beat_if_due(self, bus: Bus | None) -> None:
        """Give a sign of life, every few seconds, and say how far this service is when it came."""
        now = self.now()
        if bus is None:
            return
        if self._beat_at is None or not timedelta(0) <= now - self._beat_at < HEARTBEAT:
            self._beat_at = now
            bus.beat(self.name, beat(self.reader, self.name, now).model_dump_json().encode())
        self.refiller.report(bus)

    def sign_if_due(self) -> None:
        """Leave a sign that somebody works for this service, every few seconds."""
        now = self.now()
        if self._signed_at is None or not timedelta(0) <= now - self._signed_at < workers.EVERY:
            self._signed_at = now
            self.signed()
            workers.sign(self.engine, self.worker_id, self.role, now)

    def run_job(self, job: Job) -> int:
        """Run a job until nothing more is due, one transaction for each piece of work."""
        return self._repeat(lambda: self._piece(job))

    def run_outside_job(self, job: Callable[[WorkPlace], bool]) -> int:
        """Run a job that opens its own transactions until nothing more is due."""
        return self._repeat(lambda: job(self))

    def _piece(self, job: Job) -> bool:
        with Session(self.engine, expire_on_commit=False) as session:
            what = f"{self.name} {job.__module__} {job.__qualname__}"
            if not try_alone(session.connection(), what):
                return False  # another process is at it
            work = self.work_in(session)
            more = job(work)
            self.commit(session, [work])
        if more:
            self.changed(self.name)
        return more

    def _repeat(self, piece: Callable[[], bool]) -> int:
        for done in range(MOST_AT_ONCE):
            if self.stopping.is_set() or not piece():
                return done
        return MOST_AT_ONCE

    def skip(self, source: str, event_id: UUID, who: str, reason: str) -> bool:
        """Pass over a parked event, in the name of a person who says why."""
        with self.engine.begin() as connection:
            done = inbox.skip(connection, (source, event_id), who, reason, self.now())
        self._unanswered[source, event_id] = None
        self.bell.set()
        return done

    def retry(self, source: str, event_id: UUID) -> bool:
        """Try a parked event again now."""
        with self.engine.begin() as connection:
            done = inbox.retry(connection, (source, event_id), self.now())
        self.bell.set()
        return done

    def leave(self) -> None:
        """Take the sign of life back: from now on nobody here works."""
        if self._signed_at is not None:
            workers.leave(self.engine, self.worker_id)

    def close(self) -> None:
        self.engine.dispose()
        self.reader.dispose()


def _trace_of(cause: Envelope) -> tracing.Trace:
    """What an event causes belongs to the trace in which it was announced."""
    return tracing.continued(cause.correlationid, cause.traceparent, cause.tracestate)


def _said(work: Work) -> list[tuple[Origin, Event]]:
    """What a work announced, with on whose behalf and in answer to what."""
    origin = Origin(
        service=work.service,
        now=work.now,
        actor=work.actor,
        correlation=work.correlation,
        causation=work.cause.id if work.cause else None,
        traceparent=work.trace.parent,
        tracestate=work.trace.state,
    )
    return [(origin, event) for event in work.announced]
