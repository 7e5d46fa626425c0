"""Applies stored events in order: handler effects, position and own events in one transaction."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import structlog
from pydantic import ValidationError
from sqlalchemy import select
from sqlmodel import Session, SQLModel

from shared import faults, tracing
from shared.backbone import inbox
from shared.backbone.envelope import Envelope, Undecodable, decode
from shared.database import is_disturbed, table_of
from shared.errors import Refused
from shared.events import Event, UnknownEvent
from shared.logs import detail
from shared.work import Work

if TYPE_CHECKING:
    from shared.running.running_service import RunningService

logger = structlog.get_logger()

BATCHES = 15
"""After so many the others have their turn: the sources, and whoever waits for an answer."""
UNREADABLE = (UnknownEvent, Undecodable, ValidationError)
"""No retry can help: this release cannot read the event."""


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
        if not inbox.anything_ready(self._running.reader, self._running.now()):
            return []
        with Session(self._running.engine, expire_on_commit=False) as session:
            found = inbox.ready(session.connection(), self._running.now())
            try:
                self._apply_rows(session, found.rows)
            except Exception:
                session.rollback()
                return self._find_failures()
        return found.held + [(row.source, row.event_id) for row in found.rows]

    def _apply_rows(self, session: Session, rows: list[Any]) -> None:
        read = [(envelope := decode(row.body), envelope.event()) for row in rows]
        fetched = self._fetch(session, [event for _, event in read])
        works = [self._apply_one(session, *one) for one in read]
        faults.reach("applier.applied")
        inbox.mark_handled(session.connection(), rows, self._running.now())
        self._running.commit(session, works)
        faults.reach("applier.committed")
        fetched.clear()

    def _fetch(self, session: Session, events: list[Event]) -> list[SQLModel]:
        """Read what the handlers are going to ask for in one go; the session forgets it else."""
        needed: dict[type[SQLModel], set[object]] = defaultdict(set)
        for event in events:
            for table, key in self._running.service.handlers.needed(event) or ():
                needed[table].add(key)
        return [row for table, keys in needed.items() for row in _rows_of(session, table, keys)]

    def _apply_one(self, session: Session, envelope: Envelope, event: Event) -> Work:
        running = self._running
        work = running.work_in(session, actor=f"service:{running.name}", cause=envelope)
        with tracing.following(work.trace):
            if running.service.handlers.needed(event) is None:
                session.flush()  # it may look for rows that the event before it has made
            running.service.handlers.apply(running.name, event, work)
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


def _rows_of(session: Session, table: type[SQLModel], keys: set[object]) -> Sequence[SQLModel]:
    """The rows with these keys, which have one column."""
    key = table_of(table).primary_key.columns[0]
    return session.execute(select(table).where(key.in_(keys))).scalars().all()


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
