"""What a person decided about an event that a service could not apply."""

from typing import ClassVar
from uuid import UUID

from shared.events.base import Event
from shared.sealing import Sealed


class DeliveryEvent(Event):
    """A decision about the event `event_id` of `source`, which is parked at `subscriber`.

    Each decision is a stream of its own: it is never stuck behind what it sets free.
    """

    stream_field: ClassVar[str] = "decision_id"
    house_only: ClassVar[bool] = True
    decision_id: UUID
    event_id: UUID
    source: str
    subscriber: str


class DeliveryRetried(DeliveryEvent, kind="delivery.retried"):
    """A person asked that the event is tried again now."""


class DeliverySkipped(DeliveryEvent, kind="delivery.skipped"):
    """A person passed over the event for good; `note` says why."""

    note: Sealed
