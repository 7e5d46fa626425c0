"""The queue server RabbitMQ: what production runs on, made to fail in words and never to hang."""

# mypy: disable-error-code="no-untyped-call,attr-defined"
# kombu has no types; this file, `link.py` and `embedded.py` are where they end.
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any

import structlog
from amqp.exceptions import NotFound

from shared.backbone.bus import topology
from shared.backbone.bus.addresses import Users
from shared.backbone.bus.confirms import Confirms
from shared.backbone.bus.frames import Frame, QueueAway
from shared.backbone.bus.link import connect
from shared.backbone.bus.words import in_words, named

logger = structlog.get_logger()
PREFETCH = 100
AT_ONCE = 0.001
"""Seconds, and never zero: with zero the library spins for ever on half a frame."""
PARTING = 0.2
MOST_STUCK = 2
"""Queues of a service: its own, and the one of dead letters."""


class Stuck(QueueAway):
    """The server is well and this queue is not: after a kill it may have no leader, for ever.

    (rabbitmq-server issues 10070 and 15725.) Until it is deleted it also stops whoever sends to it.
    """

    def __init__(self, queue: str) -> None:
        super().__init__(f"{queue} does not answer")
        self.queue = queue


class Rabbit:
    """A connection of one thread: it publishes, hears the confirms, and consumes."""

    def __init__(
        self,
        url: str,
        ca_file: str,
        prefix: str,
        service: str,
        hears: Sequence[str],
        *,
        users: Users | None,
    ) -> None:
        self._users = users
        # The server refuses whoever says that he is somebody else, and hands on who he is.
        self._vouched = {"user_id": users.user(service)} if users else {}
        self._prefix, self._service = prefix, service
        self._queue, self._exchange = topology.queue(prefix, service), topology.exchange(prefix)
        self._keys = [*topology.own_keys(service), *hears]
        self._frames: deque[Frame] = deque()
        self._confirms = Confirms()
        self.blocked = False
        self._link: Any = None
        self._open(partial(connect, url, ca_file, partial(setattr, self, "blocked")), MOST_STUCK)

    def _open(self, dial: Callable[[], Any], most_stuck: int) -> None:
        try:
            with in_words():
                self._link = dial()
                self._declare()
                self._begin()
        except Stuck as stuck:
            self.close()
            if not most_stuck:
                raise
            _remove(stuck.queue, dial)
            self._open(dial, most_stuck - 1)
        except QueueAway:
            self.close()
            raise

    def _declare(self) -> None:
        """Make what is this service's own, and the exchanges when nobody else has."""
        self._channel = self._link.channel()
        dead, given_up = topology.dead_exchange(self._prefix), self._dead_queue
        self._declare_exchange(self._exchange)
        self._declare_exchange(dead)
        self._declare_queue(given_up, topology.dead_queue_arguments())
        self._declare_queue(self._queue, topology.queue_arguments(self._prefix, self._service))
        with named(given_up):
            self._channel.queue_bind(given_up, dead, routing_key=self._service)
        with named(self._queue):
            self.bind(nowait=False)

    @property
    def _dead_queue(self) -> str:
        return topology.dead_queue(self._prefix, self._service)

    def _declare_exchange(self, name: str) -> None:
        declare = partial(
            self._channel.exchange_declare, name, "topic", durable=True, auto_delete=False
        )
        with named(name):
            try:
                declare(passive=True)
            except NotFound:  # which closed the channel, and the library has opened it again
                declare()

    def _declare_queue(self, name: str, arguments: topology.Arguments) -> None:
        try:
            with named(name):
                self._channel.queue_declare(
                    name, durable=True, auto_delete=False, arguments=dict(arguments)
                )
        except TimeoutError:
            raise Stuck(name) from None

    def bind(self, *, nowait: bool = True) -> None:
        """Say again what this queue is for: a binding that somebody removed is told to nobody."""
        if self.blocked:
            return
        with in_words():
            for key in self._keys:
                self._channel.queue_bind(self._queue, self._exchange, key, nowait=nowait)

    def _begin(self) -> None:
        channel = self._channel
        channel.confirm_select()
        channel.events["basic_ack"].add(self._confirms.acked)
        channel.events["basic_nack"].add(self._confirms.nacked)
        channel.events["basic_return"].add(self._returned)
        channel.basic_qos(0, PREFETCH, False)
        self._consume(self._queue, self._arrived)
        self._consume(self._dead_queue, partial(self._arrived, given_up=True))

    def _consume(self, queue: str, arrived: Callable[[Any], None]) -> None:
        try:
            self._channel.basic_consume(queue, callback=arrived)
        except TimeoutError:
            raise Stuck(queue) from None

    def publish(self, key: str, body: bytes, content_type: str, *, watched: bool) -> int:
        """Hand over a frame. A watched one that is not taken comes back in `refused`."""
        ticket = self._confirms.new_ticket()
        if self.blocked:
            self._confirms.not_published(ticket, watched=watched)
            return ticket
        with in_words():
            message = self._channel.prepare_message(
                body,
                content_type=content_type,
                properties={"delivery_mode": 2, "message_id": str(ticket), **self._vouched},
            )
            self._channel.basic_publish(message, self._exchange, key, mandatory=watched)
        self._confirms.published(ticket, watched=watched)
        return ticket

    def refused(self, timeout: float) -> set[int]:
        """Wait until every watched frame is answered; `QueueAway` when it takes too long."""
        deadline = monotonic() + timeout
        with in_words():
            while self._confirms.waiting and not self.blocked:
                left = deadline - monotonic()
                if left <= 0:
                    raise QueueAway("the queue did not confirm in time")
                self._drain(left)
        self._confirms.give_up()
        return self._confirms.refused()

    def take(self, limit: int, timeout: float) -> list[Frame]:
        with in_words():
            self._link.heartbeat_tick()
            while len(self._frames) < limit and self._drain(0 if self._frames else timeout):
                pass
        return [self._frames.popleft() for _ in range(min(limit, len(self._frames)))]

    def acknowledge(self, frames: Sequence[Frame]) -> None:
        """Thank for these frames and for all before them, in one word."""
        with in_words():
            self._channel.basic_ack(max(frame.tag for frame in frames), multiple=True)

    def fileno(self) -> int:
        """Of the socket, for whoever waits for the queue and for something else."""
        return int(self._link.transport.sock.fileno())

    def close(self) -> None:
        """Drop the connection without asking the peer, which may be dead."""
        _leave(self._link)

    def _drain(self, timeout: float) -> bool:
        """Read one thing that the server says; False when it says nothing."""
        try:
            self._link.drain_events(timeout=max(timeout, AT_ONCE))
        except TimeoutError:
            # The library opens a closed channel again while it reads; nobody listens on that one.
            if not self._channel.is_open:
                raise QueueAway("the queue server has closed the channel") from None
            return False
        return True

    def _arrived(self, message: Any, *, given_up: bool = False) -> None:
        tag = message.delivery_tag
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        kind = str(message.properties.get("content_type"))
        user = str(message.properties.get("user_id", ""))
        sender = self._users.service(user) if self._users else None
        thanks = partial(self._acknowledge, tag)
        self._frames.append(Frame(kind, body, thanks, given_up, tag, sender))

    def _acknowledge(self, tag: int) -> None:
        with in_words():
            self._channel.basic_ack(tag)

    def _returned(self, _error: Exception, _exchange: str, _key: str, message: Any) -> None:
        self._confirms.returned(int(message.properties["message_id"]))


def _remove(queue: str, dial: Callable[[], Any]) -> None:
    """Delete a queue that does not answer: the server gives it five seconds, and then uses force.

    What it held is sent again by those who sent it.
    """
    with in_words():
        link = dial()
        try:
            link.channel().queue_delete(queue)
        finally:
            _leave(link)
    logger.warning("queue.removed", queue=queue, why="it did not answer after the server was back")


def _leave(link: Any) -> None:
    """Drop a connection without asking the peer, which may be dead."""
    with suppress(Exception):
        link.transport.sock.settimeout(PARTING)  # TLS would say farewell, and wait
    with suppress(Exception):
        link.collect()
