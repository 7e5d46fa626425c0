"""The queue between the services, and the only file that knows kombu.

The queue is a bell and a carrier, never the truth: whatever it loses, the log sends again.
"""

# mypy: disable-error-code="no-untyped-call,attr-defined"
# kombu has no types; this file is where they end.
import socket
from collections.abc import Sequence
from dataclasses import dataclass

from kombu import Connection, Consumer, Exchange, Message, Producer, Queue, binding
from kombu.transport.memory import Channel, Transport

EVENTS = "application/cloudevents-batch+json"
RECEIPTS = "application/vnd.relais.receipts+json"
HEARTBEAT = "application/vnd.relais.heartbeat+json"

EXCHANGE = "relais.v1"


@dataclass(frozen=True)
class Frame:
    """One message of the queue, as bytes; `acknowledge` when it is stored."""

    content_type: str
    body: bytes
    _message: Message

    def acknowledge(self) -> None:
        self._message.ack()


class Bus:
    """A service's own connection to the queue. One thread uses it; it is never shared."""

    def __init__(self, url: str, service: str, hears: Sequence[str]) -> None:
        """`hears`: routing keys besides the service's own events, such as `receipt.#`."""
        self._frames: list[Frame] = []
        self._connection = Connection(url)
        channel = self._connection.channel()
        exchange = Exchange(EXCHANGE, type="topic", durable=True)
        # One queue with many bindings: a consumer keeps only one Queue object for each name.
        keys = [f"event.{service}", f"receipt.{service}", *hears]
        queue = Queue(
            f"relais.{service}.v1",
            bindings=[binding(exchange, routing_key=key) for key in keys],
            durable=True,
        )
        queue(channel).declare()
        self._producer = Producer(channel, exchange=exchange, auto_declare=True)
        self._consumer = Consumer(
            channel, [queue], on_message=self._arrived, prefetch_count=1000, auto_declare=False
        )
        self._consumer.consume()

    def tell(self, subscriber: str, body: bytes) -> None:
        """Publish a batch of events to one subscriber's queue."""
        self._publish(f"event.{subscriber}", body, EVENTS)

    def answer(self, source: str, body: bytes) -> None:
        """Publish receipts to the service that announced."""
        self._publish(f"receipt.{source}", body, RECEIPTS)

    def beat(self, service: str, body: bytes) -> None:
        """Publish a sign of life."""
        self._publish(f"heartbeat.{service}", body, HEARTBEAT)

    def take(self, limit: int, timeout: float = 0) -> list[Frame]:
        """What has arrived, up to `limit` frames; waits `timeout` seconds for the first."""
        self._frames = []
        while len(self._frames) < limit:
            try:
                self._connection.drain_events(timeout=0 if self._frames else timeout)
            except socket.timeout:  # noqa: UP041 - kombu's own name for "nothing there"
                break
        return self._frames

    def close(self) -> None:
        """Drop the connection without asking the peer, which may be dead."""
        self._connection.collect()

    def _arrived(self, message: Message) -> None:
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        self._frames.append(Frame(str(message.content_type), body, message))

    def _publish(self, routing_key: str, body: bytes, content_type: str) -> None:
        self._producer.publish(
            body,
            routing_key=routing_key,
            content_type=content_type,
            content_encoding="binary",
            delivery_mode=2,
            mandatory=True,
        )


def forget_memory() -> None:
    """Empty the queues that live in this process, as the end of the process would."""
    Transport.global_state.clear()
    Channel.queues.clear()


def lose_memory(service: str) -> None:
    """Lose what waits in one service's queue of this process, for tests of lost queues."""
    Channel.queues[f"relais.{service}.v1"].queue.clear()
