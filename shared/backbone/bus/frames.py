"""What travels between the services: frames of bytes, each with a word for what is in it."""

from collections.abc import Callable
from dataclasses import dataclass

EVENTS = "application/cloudevents-batch+json"
RECEIPTS = "application/vnd.relais.receipts+json"
HEARTBEAT = "application/vnd.relais.heartbeat+json"
POSITIONS = "application/vnd.relais.positions+json"


class QueueAway(Exception):
    """The queue cannot be reached, or broke. The sentence holds no address and no password."""


@dataclass(frozen=True)
class Frame:
    """One message of the queue, as bytes; `acknowledge` when it is stored.

    `dead_lettered`: the queue gave it up, after it was handed out too often. `sender`: whose user
    of the queue server has sent it, as the server vouches; None where all have the same user.
    """

    content_type: str
    body: bytes
    acknowledge: Callable[[], None]
    dead_lettered: bool = False
    tag: int = 0
    sender: str | None = None
