"""Applies stored events in order: handler effects, position and own events in one transaction."""

from typing import TYPE_CHECKING, Any, NamedTuple

import structlog
from pydantic import ValidationError
from sqlmodel import Session

from shared import faults, tracing
from shared.backbone import inbox
from shared.backbone.envelope import Envelope, Undecodable, decode
from shared.database import is_disturbed
from shared.errors import Refused
from shared.events import Event, UnknownEvent
from shared.logs import detail, is_detailed
from shared.running.fetching import fetch
from shared.running.flushing import flush
from shared.work import Known, Work

if TYPE_CHECKING:
    from shared.running.running_service import RunningService

logger = structlog.get_logger()

BATCHES = 15
"""After so many the others have their turn: the sources, and whoever waits for an answer."""
UNREADABLE = (UnknownEvent, Undecodable, ValidationError)
"""No retry can help: this release cannot read the event."""


class Passed(NamedTuple):
    """What became of events that had just arrived: applied, or left in the inbox for its turn."""

    handled: list[inbox.Heard]
    waiting: list[inbox.Heard]
    works: list[Work]


class Applier:
    """Many events in one transaction; after a failure in halves, down to the one that fails."""

    def __init__(self, running: "RunningService") -> None:
        self._running = running

    def apply(self) -> list[inbox.Key]:
        """Apply what is ready. Returns the keys of all rows that changed their state."""
        keys: list[inbox.Key] = []
        for _ in range(BATCHES):
            found = self._apply_batch()
            keys += found
            if not found or self._running.stopping.is_set():
                break
        if keys:
            self._running.changed(self._running.name)
        return keys

    def _apply_batch(self) -> list[inbox.Key]:
        if not inbox.anything_ready(self._running.glance, self._running.now()):
            return []
        with Session(self._running.engine, expire_on_commit=False) as session:
            found = inbox.ready(session.connection(), self._running.now())
            try:
                self._apply_rows(session, found.rows)
            except Exception:
                session.rollback()
                return self._find_failures()
        return found.held + [(row.source, row.event_id) for row in found.rows]

    def apply_at_once(self, session: Session, heard: list[inbox.Heard]) -> Passed:
        """Store events and apply those that come next in their streams, in the same transaction.

        Whatever goes wrong, the caller has to undo all of it: the events are stored first, then.
        """
        connection, now = session.connection(), self._running.now()
        following, waiting = inbox.in_turn(connection, heard)
        if not inbox.keep_handled(connection, following, now):
            raise inbox.Overtaken
        inbox.keep(connection, waiting, now)
        works = self._handle(session, [one.envelope for one in following])
        faults.reach("applier.applied")
        reached = {one.stream: one.envelope.deliveryseq or 0 for one in following}
        if inbox.advance(connection, reached):
            self._running.bell.set()
        return Passed(following, waiting, works)

    def _apply_rows(self, session: Session, rows: list[Any]) -> None:
        works = self._handle(session, [decode(row.body) for row in rows])
        faults.reach("applier.applied")
        inbox.mark_handled(session.connection(), rows, self._running.now())
        self._running.commit(session, works)
        faults.reach("applier.committed")

    def _handle(self, session: Session, envelopes: list[Envelope]) -> list[Work]:
        """Call the handlers of these events, one after the other."""
        handlers = self._running.service.handlers
        read = [
            (envelope, event := envelope.event(), handlers.needed(event)) for envelope in envelopes
        ]
        known = fetch(session, [needs for _, _, needs in read if needs])
        works = []
        for envelope, event, needs in read:
            if needs is None:
                session.flush()  # it may look for rows that the event before it has made
            works.append(self._apply_one(session, known, envelope, event))
        if handlers.on_heard and works:
            handlers.on_heard(works)
        flush(session)
        return works

    def _apply_one(self, session: Session, known: Known, envelope: Envelope, event: Event) -> Work:
        running = self._running
        work = running.work_in(
            session, actor=f"service:{running.name}", cause=envelope, known=known
        )
        with tracing.following(work.trace):
            running.service.handlers.apply(running.name, event, work)
            if is_detailed():
                detail("event.applied", service=work.service, event_id=str(envelope.id))
        return work

    def _find_failures(self) -> list[inbox.Key]:
        """What is ready, in transactions that succeed; failures are put off, what follows waits."""
        with self._running.engine.begin() as connection:
            found = inbox.ready(connection, self._running.now())
        blocked: set[inbox.Key] = set()
        self._apply_halves(found.rows, blocked)
        return found.held + [(row.source, row.event_id) for row in found.rows]

    def _apply_halves(self, rows: list[Any], blocked: set[inbox.Key]) -> None:
        rows = [row for row in rows if (row.source, row.stream) not in blocked]
        if not rows:
            return
        try:
            with Session(self._running.engine, expire_on_commit=False) as session:
                self._apply_rows(session, rows)
        except Exception as error:  # whatever it is, the event is kept and shown
            if is_disturbed(error):
                raise  # it is no event's fault, and none may be parked for it
            if len(rows) > 1:
                self._apply_halves(rows[: len(rows) // 2], blocked)
                self._apply_halves(rows[len(rows) // 2 :], blocked)
                return
            blocked.add((rows[0].source, rows[0].stream))
            if not isinstance(error, inbox.Overtaken):
                self._put_off(rows[0], error)

    def _put_off(self, row: Any, error: Exception) -> None:
        running, reason = self._running, why(error)
        with running.engine.begin() as connection:
            state = inbox.mark_failed(
                connection, row, reason, running.now(), isinstance(error, UNREADABLE)
            )
        logger.warning(
            "event.not-applied",
            service=running.name,
            source=row.source,
            event_id=str(row.event_id),
            kind=row.kind,
            state=state,
            reason=reason,
            correlation_id=correlation_of(row.body),
        )


def correlation_of(body: str) -> str | None:
    """Under which id the event was announced, as far as its envelope can be read."""
    try:
        return str(decode(body).correlationid)
    except Undecodable:
        return None


def why(error: Exception) -> str:
    """The reason as it may be shown and logged: our own sentences, else only the kind of error."""
    if isinstance(error, Refused):
        return error.sentence
    if isinstance(error, (UnknownEvent, Undecodable)):
        return str(error)
    if isinstance(error, ValidationError):
        places = ", ".join(".".join(map(str, e["loc"])) for e in error.errors(include_input=False))
        return f"the event does not have the form of its version: {places}"
    return type(error).__name__
