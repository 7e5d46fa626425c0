"""A service's line to the queue: when it is laid again, what is logged, what wakes a service."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from time import monotonic

import pytest
from structlog.testing import capture_logs

from shared.backbone.bus import Bus, QueueAway, weakness
from shared.clock import SystemClock
from shared.running.bell import Bell
from shared.running.line import LONGEST_WAIT, Line
from shared.settings import Settings
from tests.backbone import pair
from tests.nodes.programs import until


class Exchange:
    """A queue that is there or not, and counts who tries."""

    def __init__(self) -> None:
        self.is_there, self.tries, self.now = True, 0, 0.0

    def open(self) -> Bus:
        self.tries += 1
        if not self.is_there:
            raise QueueAway("the queue cannot be reached (ConnectionRefusedError)")
        return Bus(Settings(), "asker")

    def pass_time(self, seconds: float, line: Line) -> int:
        """How often the line was tried in so many seconds, looked at ten times a second."""
        before = self.tries
        for _ in range(int(seconds * 10)):
            self.now += 0.1
            line.bus()
        return self.tries - before


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


@pytest.fixture
def line(exchange: Exchange) -> Iterator[Line]:
    line = Line(exchange.open, "asker", lambda: exchange.now)
    yield line
    line.close()


def test_a_line_is_laid_once_and_kept(line: Line, exchange: Exchange) -> None:
    bus = line.bus()
    assert bus
    exchange.pass_time(60, line)
    assert line.bus() is bus
    assert exchange.tries == 1


def test_an_outage_is_looked_into_less_and_less_often(line: Line, exchange: Exchange) -> None:
    exchange.is_there = False
    first = exchange.pass_time(30, line)
    assert 5 <= first <= 12
    exchange.pass_time(120, line)
    later = exchange.pass_time(600, line)
    assert 600 / LONGEST_WAIT <= later <= 2 * 600 / LONGEST_WAIT + 1


def test_the_line_comes_back_within_the_longest_wait(line: Line, exchange: Exchange) -> None:
    exchange.is_there = False
    exchange.pass_time(3600, line)
    exchange.is_there = True
    assert exchange.pass_time(LONGEST_WAIT, line) == 1
    assert line.bus()


def test_services_do_not_come_back_all_at_once(exchange: Exchange) -> None:
    exchange.is_there = False
    lines = [Line(exchange.open, "asker", lambda: exchange.now) for _ in range(40)]
    for line in lines:
        line.bus()
    exchange.tries = 0
    exchange.now += 0.375
    for line in lines:
        line.bus()
    assert 0 < exchange.tries < len(lines)


def test_a_line_that_breaks_at_once_is_not_laid_in_a_hurry(line: Line, exchange: Exchange) -> None:
    """Opening it proves nothing: only a turn that went well ends an outage."""
    for _ in range(600):
        exchange.now += 0.1
        if line.bus():
            line.lost(QueueAway("broke"))
    assert exchange.tries < 20


def test_an_outage_is_logged_once_and_without_the_address(line: Line, exchange: Exchange) -> None:
    exchange.is_there = False
    with capture_logs() as logs:
        exchange.pass_time(300, line)
        exchange.is_there = True
        exchange.pass_time(LONGEST_WAIT, line)
        line.proved()
        line.proved()
    assert [log["event"] for log in logs] == ["queue.away", "queue.back"]
    assert logs[0]["reason"] == "the queue cannot be reached (ConnectionRefusedError)"


@pytest.mark.parametrize(
    "url",
    [
        "amqp://rtms:hunter2@127.0.0.1:1/pain",
        "amqp://rtms:hunter2@broker.invalid:5672/pain",
        "amqps://rtms:hunter2@127.0.0.1:1/pain",
        "amqp://rtms:hunter2@127.0.0.1:1/pain;amqp://rtms:hunter2@127.0.0.1:2/pain",
        "redis://:hunter2@127.0.0.1:1/0",
        "sqla+sqlite:////nowhere/hunter2/queue.db",
        "pigeon://rtms:hunter2@broker",
    ],
)
@pytest.mark.filterwarnings("ignore:The ``noload`` loader:sqlalchemy.exc.SADeprecationWarning")
def test_why_the_queue_is_away_names_neither_address_nor_password(url: str) -> None:
    with pytest.raises(QueueAway) as caught:
        Bus(Settings(queue_url=url), "rtms_unit").take(1)
    said = repr(caught.value)
    assert not [part for part in ("hunter2", "127.0.0.1", "broker", "rtms:") if part in said]
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("url", "loses"),
    [
        ("memory://", ""),
        ("amqp://a@b", ""),
        ("amqps://a@b", ""),
        ("filesystem:///var/queue", "what a service holds when it is killed, and what is read"),
        ("sqla+sqlite:////var/queue.db", "what a service holds when it is killed; and it keeps"),
        ("redis://b", "what it has not yet written to the disk"),
        ("rediss://b", "what it has not yet written to the disk"),
        ("sqs://b", "nobody knows what"),
    ],
)
def test_a_queue_that_is_not_meant_for_a_centre_is_warned_of(url: str, loses: str) -> None:
    assert weakness(url).startswith(loses)
    assert bool(weakness(url)) == bool(loses)


def test_the_start_says_what_the_queue_would_lose(tmp_path: Path) -> None:
    settings = pair.prepare(tmp_path).model_copy(update={"queue_url": "filesystem://"})
    team = pair.build(settings, SystemClock())
    with capture_logs() as logs:
        team.start()
        team.stop()
    assert [log["loses"] for log in logs if log["event"] == "queue.weak"] == [
        weakness("filesystem://")
    ]


def test_a_refused_connection_is_tried_once_and_at_once() -> None:
    """kombu waits two seconds and tries again, in the middle of a service's work."""
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        visits: list[int] = []

        def shut_the_door() -> None:
            while True:
                try:
                    visitor, _ = door.accept()
                except OSError:
                    return
                visits.append(1)
                visitor.close()

        doorman = Thread(target=shut_the_door, daemon=True)
        doorman.start()
        port = door.getsockname()[1]
        with pytest.raises(QueueAway):
            Bus(Settings(queue_url=f"amqp://guest:guest@127.0.0.1:{port}//"), "asker")
        door.shutdown(socket.SHUT_RDWR)
        doorman.join(10)
    assert visits == [1]


def woken(wait: Callable[[], object]) -> bool:
    """Whether somebody who may wait for a minute is woken long before."""
    begun = monotonic()
    wait()
    return monotonic() - begun < 30


def test_a_bell_wakes_who_waits_for_it_and_a_socket() -> None:
    near, far = socket.socketpair()
    with near, far:
        bell = Bell()
        waiting = Thread(target=bell.wait_or_read, args=(near.fileno(), 60))
        waiting.start()
        until(lambda: bell._pipe is not None)
        bell.set()
        waiting.join(30)
        assert not waiting.is_alive()
        assert woken(lambda: bell.wait_or_read(near.fileno(), 60)), "it has rung already"
        bell.clear()
        bell.wait_or_read(near.fileno(), 0.01)
        assert not bell.is_set()
        far.send(b"!")
        assert woken(lambda: bell.wait_or_read(near.fileno(), 60)), "something can be read"


def test_a_bell_that_nobody_hears_can_be_rung_for_ever() -> None:
    near, far = socket.socketpair()
    with near, far:
        bell = Bell()
        bell.wait_or_read(near.fileno(), 0)
        for _ in range(100_000):
            bell.set()
        bell.clear()
        assert woken(lambda: bell.wait_or_read(near.fileno(), 0.01))
