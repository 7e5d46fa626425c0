"""What was announced in the house, what became of it everywhere, and what was decided about it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Index, Text
from sqlmodel import Field

from services.coordinator.tables.base import Table, one_of
from shared.identifiers import new_id

DELIVERY_STATES = ("waiting", "sent", "stored", "held", "parked", "handled", "skipped")


class Happening(Table, table=True):
    """An event of the house, whoever announced it: a line of the story, a row of the ledger."""

    __tablename__ = "happening"
    __table_args__ = (
        Index("happening_list", "at", "id"),
        Index("happening_story", "patient_id", "at", "id"),
        Index("happening_kind", "kind", "at", "id"),
    )

    id: UUID = Field(primary_key=True)
    source: str
    kind: str
    version: int
    at: datetime
    actor: str
    stream: UUID
    patient_id: UUID | None = None
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """As it was announced: names and free text stay sealed."""


class EventDelivery(Table, table=True):
    """What became of an event at one subscriber, by its receipts and by heartbeats."""

    __tablename__ = "event_delivery"
    __table_args__ = (
        one_of("state", DELIVERY_STATES, "event_delivery_state"),
        Index("event_delivery_state", "state", "subscriber", "event_id"),
        Index("event_delivery_source", "source", "state", "recorded_at"),
    )

    event_id: UUID = Field(primary_key=True)
    subscriber: str = Field(primary_key=True)
    source: str
    state: str = "waiting"
    recorded_at: datetime
    stored_at: datetime | None = None
    handled_at: datetime | None = None
    attempts: int = 0
    error: str = ""


class ServiceLight(Table, table=True):
    """The last sign of life of a service, with its own figures."""

    __tablename__ = "service_light"

    service: str = Field(primary_key=True)
    beat_at: datetime
    waiting: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    oldest_waiting_at: datetime | None = None
    parked: int = 0
    held: int = 0
    dead: int = 0
    """Frames that it could not read."""
    forgotten: int = 0
    """Streams of which others know more than it announced."""


class DeliveryDecision(Table, table=True):
    """What a coordinator decided about a parked event, and why. Kept for good."""

    __tablename__ = "delivery_decision"
    __table_args__ = (
        one_of("verb", ("retry", "skip"), "delivery_decision_verb"),
        Index("delivery_decision_event", "event_id", "subscriber", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    event_id: UUID
    subscriber: str
    verb: str
    at: datetime
    by: str
    reason: str = Field(default="", sa_type=Text)
