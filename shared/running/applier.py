"""Applies stored events in order: handler effects, position and own events in one transaction."""

from typing import TYPE_CHECKING, Any

import structlog
from pydantic import ValidationError
from sqlmodel import Session

from shared import faults, tracing
from shared.backbone import inbox
from shared.backbone.envelope import Undecodable, decode
from shared.errors import Refused
from shared.events import UnknownEvent
from shared.logs import detail
from shared.work import Work

if TYPE_CHECKING:
    from shared.running.running_service import RunningService

logger = structlog.get_logger()

UNREADABLE = (UnknownEvent, Undecodable, ValidationError)
"""No retry can help: this release cannot read the event."""


class Applier:
    """Many events in one transaction when all goes well, one by one after a failure."""

    def __init__(self, running: "RunningService") -> None:
        self._running = running

    def apply(self) -> list[inbox.Key]:
        """Apply what is ready. Returns the keys of all rows that changed their state."""
        if not inbox.anything_ready(self._running.reader, self._running.now()):
            return []
        keys = self._apply_together()
        if keys is None:
            keys = self._apply_one_by_one()
        if keys:
            self._running.changed(self._running.name)
        return keys + self._hold_early()

    def _apply_together(self) -> list[inbox.Key] | None:
        """Apply all that is ready; None when something in it failed and nothing was changed."""
        with Session(self._running.engine, expire_on_commit=False) as session:
            rows = inbox.ready(session.connection(), self._running.now())
            if not rows:
                return []
            try:
                self._apply_rows(session, rows)
            except Exception:  # found out one by one
                session.rollback()
                return None
        return [(row.source, row.event_id) for row in rows]

    def _apply_rows(self, session: Session, rows: list[Any]) -> None:
        works = [self._apply_row(session, row) for row in rows]
        faults.reach("applier.applied")
        inbox.mark_handled(session.connection(), rows, self._running.now())
        self._running.commit(session, works)
        faults.reach("applier.committed")

    def _apply_row(self, session: Session, row: Any) -> Work:
        envelope = decode(row.body)
        work = self._running.work_in(session, actor=f"service:{self._running.name}", cause=envelope)
        with tracing.following(work.trace):
            self._running.service.handlers.apply(self._running.name, envelope.event(), work)
            session.flush()
            detail("event.applied", service=work.service, event_id=str(envelope.id))
        return work

    def _apply_one_by_one(self) -> list[inbox.Key]:
        """Apply each row that is ready in a transaction of its own; put failures off."""
        keys, blocked = [], set()
        with self._running.reader.connect() as connection:
            rows = inbox.ready(connection, self._running.now())
        for row in rows:
            if (row.source, row.stream) in blocked:
                continue
            keys.append((row.source, row.event_id))
            if not self._apply_alone(row):
                blocked.add((row.source, row.stream))
        return keys

    def _apply_alone(self, row: Any) -> bool:
        try:
            with Session(self._running.engine, expire_on_commit=False) as session:
                self._apply_rows(session, [row])
        except Exception as error:  # whatever it is, the event is kept and shown
            self._put_off(row, error)
            return False
        return True

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

    def _hold_early(self) -> list[inbox.Key]:
        with self._running.engine.begin() as connection:
            return inbox.hold_early(connection)


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
