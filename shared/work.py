"""The unit of work: what a route, a handler and a job all get, and all they get."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlalchemy.sql import Select
from sqlmodel import Session, SQLModel

from shared import tracing
from shared.access import audit
from shared.access.viewer import TOKEN_ACTOR, Viewer
from shared.backbone.envelope import Envelope
from shared.database import table_of
from shared.errors import NotAllowed, NotFound
from shared.events import Event
from shared.i18n import N_
from shared.sealing import Sealed, Sealer
from shared.settings import Settings
from shared.tracing import Trace

if TYPE_CHECKING:
    from shared.service import Directory

Row = TypeVar("Row", bound=SQLModel)
Known = dict[tuple[type[SQLModel], object], SQLModel | None]
"""Rows by table and key that were looked for already; None for those that do not exist."""
Content = TypeVar("Content", bound=BaseModel)


def key_of(row: SQLModel) -> object:
    """The key of a row, as `Work.find` wants it: a tuple where it has several columns."""
    values = tuple(getattr(row, column.name) for column in table_of(type(row)).primary_key)
    return values[0] if len(values) == 1 else values


@dataclass
class Work:
    """One transaction. Whoever opened the door commits it; nobody else may.

    `viewer` is the signed-in member, or None when an event, the clock or a service acts.
    `cause` is the envelope of the event that is being handled.
    `practice` is what a discipline adds of its own (`shared.discipline.practice`).
    """

    service: str
    session: Session
    now: datetime
    settings: Settings
    directory: "Directory"
    sealer: Sealer
    actor: str
    viewer: Viewer | None = None
    cause: Envelope | None = None
    practice: object = None
    trace: Trace = field(default_factory=tracing.here)
    known: Known = field(default_factory=dict)
    """What was read for this work and others of its transaction, all in one go."""
    announced: list[Event] = field(default_factory=list)
    decided: list[tuple[str, UUID]] = field(default_factory=list)
    """Events (source, id) that a person decided about here, so that their senders hear of it."""

    @property
    def correlation(self) -> UUID:
        """What belongs together has the same, in events, logs and mails."""
        return self.trace.correlation

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.zone)

    @property
    def today(self) -> date:
        """The date at the centre."""
        return self.now.astimezone(self.zone).date()

    @property
    def said_at(self) -> datetime:
        """When the event that is handled was announced; now, when somebody acts."""
        return self.cause.time if self.cause else self.now

    def get(self, table: type[Row], key: object) -> Row:
        """The row with this key, or `NotFound`."""
        row = self.find(table, key)
        if row is None:
            raise NotFound
        return row

    def find(self, table: type[Row], key: object) -> Row | None:
        """The row with this key, or None."""
        if (table, key) in self.known:
            return cast(Row | None, self.known[table, key])
        return self.session.get(table, key)

    def hold(self, table: type[Row], key: object) -> Row | None:
        """The row with this key as it is now, locked until this work is done; or None.

        Read anew although a page has loaded it already: somebody may have changed it since.
        """
        row = self.session.get(table, key, with_for_update=True, populate_existing=True)
        if (table, key) in self.known:
            self.known[table, key] = row
        return row

    def all(self, statement: Select[Any]) -> Sequence[Any]:
        """All objects (of the first column) that a select finds."""
        return self.session.execute(statement).scalars().all()

    def first(self, statement: Select[Any]) -> Any:
        """The first object that a select finds, or None."""
        return self.session.execute(statement.limit(1)).scalars().first()

    def add(self, row: SQLModel) -> None:
        """Keep a new row."""
        self.session.add(row)
        if self.known:
            self.known[type(row), key_of(row)] = row

    def announce(self, event: Event) -> None:
        """Tell the others. The event exists if and only if this work is committed."""
        self.announced.append(event)

    def seal(self, content: BaseModel, stream: UUID) -> Sealed:
        return self.sealer.seal(content, stream)

    def open(self, sealed: Sealed, form: type[Content], stream: UUID) -> Content:
        return self.sealer.open(sealed, form, stream)

    def require(self, *roles: str, unit: str = "") -> None:
        """Raise `NotAllowed` unless the viewer may; events and the clock always may.

        Whoever brings a token may only what its route is for.
        """
        if self.viewer is not None:
            self.viewer.require(*roles, unit=unit)
        elif not self.actor.startswith("service:") or self.actor.startswith(TOKEN_ACTOR):
            raise NotAllowed

    def require_opened(self, patient_id: UUID) -> None:
        """Let a part of a page refresh itself only for whoever opened the page: that is audited."""
        since = self.now - timedelta(hours=self.settings.sign_in_hours)
        if not audit.was_read(self.session, self.actor, patient_id, since):
            raise NotAllowed(N_("Open the whole page first."))

    def audit(self, action: str, patient_id: UUID | None, outcome: str = "ok") -> None:
        """Leave the trace of a read or write of a patient's record, in this transaction."""
        audit.record(self.session, self.now, self.actor, action, patient_id, outcome)
