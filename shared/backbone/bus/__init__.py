"""The queue between the services, and the only package that knows kombu.

The queue is a bell and a carrier, never the truth: whatever it loses, the log sends again.
"""

from collections.abc import Mapping, Sequence

from shared.backbone.bus import topology
from shared.backbone.bus.addresses import address, embedded_options, users, weakness
from shared.backbone.bus.embedded import Embedded, forget_memory, lose_memory
from shared.backbone.bus.frames import (
    EVENTS,
    HEARTBEAT,
    POSITIONS,
    RECEIPTS,
    Frame,
    QueueAway,
)
from shared.backbone.bus.rabbit import Rabbit
from shared.settings import Settings

__all__ = [
    "EVENTS",
    "HEARTBEAT",
    "POSITIONS",
    "RECEIPTS",
    "Bus",
    "Frame",
    "QueueAway",
    "forget_memory",
    "lose_memory",
    "weakness",
]

NOBODY: Mapping[str, Sequence[str]] = {}


class Bus:
    """A service's own connection to the queue. One thread uses it; it is never shared.

    Every method raises `QueueAway` when the queue is gone: close this one, and open another.
    """

    def __init__(
        self,
        settings: Settings,
        service: str,
        hears: Sequence[str] = (),
        others: Mapping[str, Sequence[str]] = NOBODY,
    ) -> None:
        """`hears`: routing keys besides the service's own, such as `receipt.#`.

        `others`: the same of every service, for the kinds of queue that remember no bindings.
        """
        url, prefix = address(settings, service), settings.queue_prefix
        self._queue: Rabbit | Embedded
        if url.startswith(("amqp:", "amqps:")):
            ca_file = str(settings.queue_ca_file or "")
            self._queue = Rabbit(url, ca_file, prefix, service, hears, users=users(settings))
        else:
            url, options = embedded_options(url, settings.data_dir)
            self._queue = Embedded(url, options, prefix, service, {**others, service: hears})

    def tell(self, subscriber: str, body: bytes) -> int:
        """Publish a frame of events to one subscriber's queue; the ticket may come back refused."""
        return self._publish(f"{topology.EVENT}.{subscriber}", body, EVENTS)

    def answer(self, source: str, body: bytes) -> None:
        """Publish receipts to the service that announced."""
        self._publish(f"{topology.RECEIPT}.{source}", body, RECEIPTS)

    def beat(self, service: str, body: bytes) -> None:
        """Publish a sign of life, and bind the own queue again in case somebody unbound it."""
        self._queue.bind()
        self._publish(f"{topology.HEARTBEAT}.{service}", body, HEARTBEAT)

    def report(self, source: str, body: bytes) -> None:
        """Tell a service how far its events were applied here."""
        self._publish(f"{topology.POSITIONS}.{source}", body, POSITIONS)

    def refused(self, timeout: float) -> set[int]:
        """The tickets of frames that no queue took; waits once for all answers."""
        return self._queue.refused(timeout)

    @property
    def blocked(self) -> bool:
        """True while the queue server is full and takes nothing; what it has, it still gives."""
        return self._queue.blocked

    def take(self, limit: int, timeout: float = 0) -> list[Frame]:
        """What has arrived, up to `limit` frames; waits `timeout` seconds for the first."""
        return self._queue.take(limit, timeout)

    def acknowledge(self, frames: Sequence[Frame]) -> None:
        """Thank for all frames of the last `take` at once."""
        if frames:
            self._queue.acknowledge(frames)

    def fileno(self) -> int | None:
        """Of the socket on which frames arrive; None where there is no such thing."""
        return self._queue.fileno()

    def close(self) -> None:
        """Leave the queue. Never waits for a peer that may be dead."""
        self._queue.close()

    def _publish(self, routing_key: str, body: bytes, content_type: str) -> int:
        watched = content_type == EVENTS
        return self._queue.publish(routing_key, body, content_type, watched=watched)
