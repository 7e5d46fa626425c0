"""Queues without a server of their own kind: in this process, in a folder, in a database, in Redis.

Every frame goes straight into the queues that it is for. The exchanges of these transports forget
their bindings, treat an unknown one as another kind, or give a frame back to all queues at once.
"""

# mypy: disable-error-code="no-untyped-call,attr-defined"
# kombu has no types; this file and `rabbit.py` are where they end.
import socket
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from kombu import Connection, Consumer, Message, Producer, Queue
from kombu.transport.memory import Channel as Memory
from kombu.transport.memory import Transport as MemoryTransport

from shared.backbone.bus import topology
from shared.backbone.bus.frames import Frame, QueueAway

PREFETCH = 100
UNREADABLE = (ValueError, KeyError, TypeError)
"""Half a file that somebody was still writing: it is lost, and sent again like all that is lost."""


class Embedded:
    """A connection of one thread to queues that keep no bindings and confirm nothing.

    `others`: what every service hears beside its own, since nobody else remembers it.
    """

    blocked = False

    def __init__(
        self,
        url: str,
        options: dict[str, Any],
        prefix: str,
        service: str,
        others: Mapping[str, Sequence[str]],
    ) -> None:
        self._prefix, self._others = prefix, others
        self._memory = url.startswith("memory:")
        self._frames: deque[Frame] = deque()
        self._tickets, self._untaken = 0, set[int]()
        with _in_words():
            self._connection = Connection(url, transport_options=options)
            self._channel = self._connection.channel()
            self._producer = Producer(self._channel, auto_declare=False)
            self._consumer = Consumer(
                self._channel,
                [Queue(topology.queue(prefix, service), durable=True)],
                on_message=self._arrived,
                on_decode_error=self._arrived,
                prefetch_count=PREFETCH,
            )
            self._consumer.consume()

    def publish(self, key: str, body: bytes, content_type: str, *, watched: bool) -> int:
        """Hand over a frame. Only the queues of this process can tell that there is none."""
        self._tickets += 1
        with _in_words():
            for queue in self._queues_for(key):
                if self._memory and queue not in Memory.queues:
                    self._untaken |= {self._tickets} if watched else set()
                    continue
                self._producer.publish(
                    body,
                    exchange="",
                    routing_key=queue,
                    content_type=content_type,
                    content_encoding="binary",
                    delivery_mode=2,
                )
        return self._tickets

    def refused(self, timeout: float) -> set[int]:  # noqa: ARG002 - nothing is waited for
        told, self._untaken = self._untaken, set()
        return told

    def take(self, limit: int, timeout: float) -> list[Frame]:
        with _in_words():
            while len(self._frames) < limit and self._drain(0 if self._frames else timeout):
                pass
        return [self._frames.popleft() for _ in range(min(limit, len(self._frames)))]

    def acknowledge(self, frames: Sequence[Frame]) -> None:
        with _in_words():
            for frame in frames:
                frame.acknowledge()

    def bind(self) -> None:
        """There is nothing that could be unbound."""

    def fileno(self) -> None:
        """Whoever waits has to look now and then, or to be told."""

    def close(self) -> None:
        """Give back what was taken and not acknowledged, where the transport can."""
        with suppress(Exception):
            self._connection.close()

    def _queues_for(self, key: str) -> list[str]:
        word, _, name = key.partition(".")
        hearing = {to for to, keys in self._others.items() if f"{word}.#" in keys}
        if word != topology.HEARTBEAT:
            hearing.add(name)
        return [topology.queue(self._prefix, to) for to in sorted(hearing)]

    def _drain(self, timeout: float) -> bool:
        try:
            self._connection.drain_events(timeout=timeout)
        except socket.timeout:  # noqa: UP041 - kombu's own name for "nothing there"
            return False
        except UNREADABLE:
            return True
        return True

    def _arrived(self, message: Message, _error: Exception | None = None) -> None:
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        self._frames.append(Frame(str(message.content_type), body, message.ack))


def forget_memory() -> None:
    """Empty the queues that live in this process, as the end of the process would."""
    MemoryTransport.global_state.clear()
    Memory.queues.clear()


def lose_memory(service: str, prefix: str = "relais") -> None:
    """Lose what waits in one service's queue of this process, for tests of lost queues."""
    Memory.queues[topology.queue(prefix, service)].queue.clear()


@contextmanager
def _in_words() -> Iterator[None]:
    """Whatever goes wrong inside is the queue: nothing of the library's own errors escapes."""
    try:
        yield
    except Exception as error:
        raise QueueAway(f"the queue cannot be used ({type(error).__name__})") from None
