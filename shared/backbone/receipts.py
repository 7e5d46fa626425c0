"""What a subscriber answers (receipts), and how a service says that it is alive (heartbeats)."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from shared.backbone.envelope import Undecodable, limited
from shared.backbone.wire import Moment, Name, Number, Reason

RANK = {"waiting": 0, "sent": 1, "stored": 2, "held": 3, "parked": 3, "handled": 4, "skipped": 4}
"""How far a delivery is; a receipt never takes it back, except among held and parked."""

NUMBER_TAKEN = "another event came under this number: its service was set back to an older copy"
"""Why an event is set aside: it needs a new number from its service, or a person's decision."""

Said = Literal["stored", "held", "parked", "handled", "skipped"]


class Receipt(BaseModel):
    """`subscriber` says what became of an event of `source`.

    `error` names a reason, never patient data.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)
    source: Name
    event_id: UUID
    subscriber: Name
    state: Said
    at: Moment
    stored_at: Moment
    attempts: Number = 0
    error: Reason = ""


class Heartbeat(BaseModel):
    """A sign of life with the figures that a coordinator needs to see.

    `waiting`: deliveries not yet done, by subscriber. `open`: those deliveries as
    (event, subscriber, state), or None when there are more than `OPEN_LIMIT`.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)
    service: Name
    at: Moment
    waiting: dict[Name, Number] = {}
    oldest_waiting_at: Moment | None = None
    parked: Number = 0
    held: Number = 0
    dead: Number = 0
    """Frames that could not be read, kept for a person."""
    forgotten: Number = 0
    """Streams of which others know more than this service announced: it was set back in time."""
    open: list[tuple[UUID, Name, Name]] | None = None


OPEN_LIMIT = 200

_Receipts = TypeAdapter(list[Receipt])


def pack_receipts(receipts: list[Receipt]) -> bytes:
    return _Receipts.dump_json(receipts, exclude_defaults=True)


def unpack_receipts(frame: bytes) -> list[Receipt]:
    """The receipts of one frame, or `Undecodable`."""
    try:
        return _Receipts.validate_json(limited(frame))
    except ValidationError:
        raise Undecodable("the frame is not a list of receipts") from None


def unpack_heartbeat(frame: bytes) -> Heartbeat:
    """The heartbeat of one frame, or `Undecodable`."""
    try:
        return Heartbeat.model_validate_json(limited(frame))
    except ValidationError:
        raise Undecodable("the frame is not a heartbeat") from None
