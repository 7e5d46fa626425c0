"""What the backbone keeps in every service's database: the log, its deliveries, and the inbox."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, MetaData, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from shared.identifiers import new_id

OPEN_STATES = ("waiting", "sent", "stored", "held", "parked")
DONE_STATES = ("handled", "skipped")


class Table(SQLModel):
    """The tables of the backbone have a catalogue of their own."""

    metadata: ClassVar[MetaData] = MetaData()


def _unfinished(name: str, while_set: str, *columns: str) -> Index:
    """An index of what is not done with, which is little, however long the log has become."""
    rows = text(f"{while_set} is not null")
    return Index(name, *columns, sqlite_where=rows, postgresql_where=rows)


class EventRow(Table, table=True):
    """A fact that this service announced; never changed. The log is the outbox."""

    __tablename__ = "event"
    __table_args__ = (Index("event_stream", "stream", "id"),)

    id: UUID = Field(primary_key=True)
    stream: UUID
    kind: str
    version: int
    recorded_at: datetime
    body: str = Field(sa_type=Text)
    """The whole envelope as JSON, without the number of a delivery."""


class Delivery(Table, table=True):
    """One event for one subscriber: waiting -> sent -> stored -> handled, held, parked, skipped.

    `next_try_at` is set as long as the subscriber has not said that it is done with the event.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("subscriber", "stream", "delivery_seq"),
        _unfinished(
            "delivery_unfinished", "next_try_at", "subscriber", "state", "next_try_at", "event_id"
        ),
        CheckConstraint(
            "state in ('waiting','sent','stored','held','parked','handled','skipped')",
            name="delivery_state",
        ),
    )

    event_id: UUID = Field(primary_key=True, foreign_key="event.id")
    subscriber: str = Field(primary_key=True)
    stream: UUID
    delivery_seq: int
    state: str = "waiting"
    attempts: int = 0
    next_try_at: datetime | None = None
    sent_at: datetime | None = None
    stored_at: datetime | None = None
    handled_at: datetime | None = None
    error: str = ""


class StreamCounter(Table, table=True):
    """The last number given to a delivery of one stream to one subscriber."""

    __tablename__ = "stream_counter"

    subscriber: str = Field(primary_key=True)
    stream: UUID = Field(primary_key=True)
    last_seq: int


class InboxRow(Table, table=True):
    """An event of another service, stored whole: new -> handled; held, retry or parked between.

    It is never deleted: it is what makes a repeated delivery harmless.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("source", "stream", "delivery_seq"),
        _unfinished("inbox_unfinished", "open_since", "state", "open_since"),
        _unfinished("inbox_next_try", "next_try_at", "next_try_at"),
        CheckConstraint(
            "state in ('new','held','retry','parked','handled','skipped')", name="inbox_state"
        ),
    )

    source: str = Field(primary_key=True)
    event_id: UUID = Field(primary_key=True)
    stream: UUID
    delivery_seq: int
    kind: str
    version: int
    body: str = Field(sa_type=Text)
    state: str = "new"
    open_since: datetime | None = None
    """When it was stored, as long as it is neither handled nor skipped."""
    attempts: int = 0
    next_try_at: datetime | None = None
    stored_at: datetime
    handled_at: datetime | None = None
    error: str = ""
    decided_by: str = ""
    """Who skipped it, and `error` then says why."""


class Position(Table, table=True):
    """How far this service has applied one stream of one source."""

    __tablename__ = "position"

    source: str = Field(primary_key=True)
    stream: UUID = Field(primary_key=True)
    last_seq: int


class DeadFrame(Table, table=True):
    """Bytes from the queue that are no message of ours, kept for a person to look at."""

    __tablename__ = "dead_frame"
    __table_args__ = (UniqueConstraint("digest", name="dead_frame_once"),)

    id: UUID = Field(primary_key=True, default_factory=new_id)
    digest: str
    """The SHA-256 of what could not be read: what is sent again and again is kept once."""
    times: int = 1
    received_at: datetime
    reason: str
    frame: bytes


class Disputed(Table, table=True):
    """An event whose number another event had before: its source was restored from an older copy.

    It is kept whole beside the inbox, parked, until the source gives it a number of its own or a
    person passes over it.
    """

    __tablename__ = "disputed"
    __table_args__ = (CheckConstraint("state in ('parked','skipped')", name="disputed_state"),)

    source: str = Field(primary_key=True)
    event_id: UUID = Field(primary_key=True)
    stream: UUID
    delivery_seq: int
    kind: str
    body: str = Field(sa_type=Text)
    state: str = "parked"
    stored_at: datetime
    handled_at: datetime | None = None
    error: str = ""
    decided_by: str = ""


class Forgotten(Table, table=True):
    """A subscriber knows more of a stream than this service announced: it was set back in time.

    `announced` is what this database says, `known` what the subscriber has.
    """

    __tablename__ = "forgotten"

    subscriber: str = Field(primary_key=True)
    stream: UUID = Field(primary_key=True)
    announced: int
    known: int
    noticed_at: datetime


class Worker(Table, table=True):
    """A process that stores and applies this service's events; it signs while its loop turns."""

    __tablename__ = "worker"

    id: UUID = Field(primary_key=True)
    role: str
    """What it does here: `worker` alone, or `house` with the pages in the same process."""
    seen_at: datetime
