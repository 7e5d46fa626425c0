"""Ways in which a receiver goes deaf, hangs, or loses what it was given: none of them here."""

import os
import re
import socket
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from time import monotonic

import pytest
from kombu import Connection  # type: ignore[attr-defined]
from sqlalchemy import text

from shared.backbone.bus import Bus, QueueAway, link, topology
from shared.clock import SystemClock
from shared.settings import Settings
from tests.backbone import pair
from tests.nodes.programs import until
from tests.nodes.proxy import Proxy
from tests.transport.taking import take, take_frames

pytestmark = [pytest.mark.broker, pytest.mark.slow]
Open = Callable[[Settings, str], Bus]
SOON = 20
HEAD = 7
"""Bytes before what a frame says."""


@pytest.fixture
def wire(server: Settings) -> Iterator[Proxy]:
    with Proxy(server.queue_url) as wire:
        yield wire


@pytest.fixture
def by_wire(server: Settings, wire: Proxy) -> Settings:
    return server.model_copy(update={"queue_url": wire.url})


@pytest.fixture
def quick_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "HEARTBEAT", 2)
    monkeypatch.setattr(link, "BETWEEN_BEATS", 5)


def in_time(work: Callable[[], object]) -> None:
    """Do what a careless library would hang in; it has to end."""
    thread = Thread(target=work, daemon=True)
    thread.start()
    thread.join(SOON)
    assert not thread.is_alive(), "it hangs"


@pytest.mark.usefixtures("quick_heart")
def test_an_idle_service_keeps_its_line(server: Settings, opened: Open) -> None:
    """The server drops whoever sends no heartbeat, which nobody does by himself."""
    asker, answerer = opened(server, "asker"), opened(server, "answerer")
    end = monotonic() + 7
    while monotonic() < end:
        assert [*asker.take(1, 0.2), *answerer.take(1, 0.2)] == []
    asker.tell("answerer", b"[]")
    assert take(answerer, 1) == [b"[]"]


@pytest.mark.usefixtures("quick_heart")
def test_a_line_that_is_open_at_one_end_only_is_noticed(
    by_wire: Settings, wire: Proxy, opened: Open
) -> None:
    """Bytes vanish both ways and nothing breaks: only the missing heartbeat tells."""
    asker = opened(by_wire, "asker")
    wire.to_client.swallow()
    wire.to_server.swallow()
    with pytest.raises(QueueAway, match="ConnectionForced"):
        until(lambda: bool(asker.take(1, 0.2)))


def test_leaving_a_dead_server_asks_it_nothing(
    by_wire: Settings, wire: Proxy, opened: Open
) -> None:
    """`close` would wait for the server's goodbye."""
    asker = opened(by_wire, "asker")
    wire.to_client.hold()
    in_time(asker.close)


def test_half_a_frame_and_then_silence_holds_nobody_up(
    server: Settings, by_wire: Settings, wire: Proxy, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a timeout of zero the library spins for ever when it has read the head of a frame."""
    asker, answerer = opened(server, "asker"), opened(by_wire, "answerer")

    def half(data: bytes, to: object) -> None:
        to.sendall(data[: HEAD + 2])  # type: ignore[attr-defined]
        wire.to_client.swallow()
        monkeypatch.undo()

    monkeypatch.setattr(wire.to_client, "carry", half)
    asker.tell("answerer", b"[]")
    asker.refused(30)
    in_time(lambda: answerer.take(1, 1))
    in_time(lambda: answerer.take(1))
    in_time(lambda: answerer.tell("asker", b"[]"))


def test_a_queue_that_is_deleted_is_made_again(server: Settings, opened: Open) -> None:
    """The server cancels the consumer; a loop that does not notice waits for ever."""
    asker, answerer = opened(server, "asker"), opened(server, "answerer")
    with Connection(server.queue_url) as other:  # type: ignore[no-untyped-call]
        other.default_channel.queue_delete(topology.queue(server.queue_prefix, "answerer"))
    with pytest.raises(QueueAway, match="ConsumerCancelled"):
        until(lambda: bool(answerer.take(1, 0.2)))
    again = opened(server, "answerer")
    asker.tell("answerer", b"[]")
    assert take(again, 1) == [b"[]"]


def test_a_channel_that_the_server_closes_is_not_opened_again_in_silence(
    server: Settings, by_wire: Settings, wire: Proxy, opened: Open
) -> None:
    """The library opens it anew, in the middle of reading, and nobody listens on the new one."""
    answerer = opened(by_wire, "answerer")
    answerer._queue._link.transport.sock.settimeout(0.1)  # type: ignore[union-attr]
    wire.to_client.slow_down(1)
    with Connection(server.queue_url) as other:  # type: ignore[no-untyped-call]
        other.default_channel.exchange_delete(topology.exchange(server.queue_prefix))
    answerer.answer("asker", b"receipt")
    with pytest.raises(QueueAway):
        until(lambda: bool(answerer.take(1)))


def test_a_binding_that_is_removed_comes_back_with_the_next_sign_of_life(
    server: Settings, opened: Open
) -> None:
    """Nobody tells a consumer that its queue gets nothing any more."""
    asker, answerer = opened(server, "asker"), opened(server, "answerer")
    prefix = server.queue_prefix
    with Connection(server.queue_url) as other:  # type: ignore[no-untyped-call]
        other.default_channel.queue_unbind(
            topology.queue(prefix, "answerer"), topology.exchange(prefix), "event.answerer"
        )
    ticket = asker.tell("answerer", b"[]")
    assert asker.refused(30) == {ticket}
    answerer.beat("answerer", b"alive")

    def taken() -> bool:
        ticket = asker.tell("answerer", b"[]")
        return ticket not in asker.refused(30)

    until(taken)
    assert take(answerer, 1) == [b"[]"]


def test_a_frame_that_kills_whoever_takes_it_is_given_up_and_kept(
    server: Settings, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A delivery limit without a place for dead letters deletes it without a trace."""
    monkeypatch.setattr(topology, "MOST_DELIVERIES", 2)
    asker = opened(server, "asker")
    opened(server, "answerer").close()
    asker.tell("answerer", b"deadly")
    for _ in range(3):
        answerer = opened(server, "answerer")
        [frame] = take_frames(answerer, 1, keep=True)
        assert (frame.body, frame.dead_lettered) == (b"deadly", False)
        answerer.close()
    [frame] = take_frames(opened(server, "answerer"), 1)
    assert (frame.body, frame.dead_lettered) == (b"deadly", True)


def test_what_the_queue_gave_up_is_kept_for_a_person(
    server: Settings, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason stands beside it, and the figure of dead frames is the alarm."""
    monkeypatch.setattr(topology, "MOST_DELIVERIES", 1)
    pair.prepare(server.data_dir)
    opened(server, "answerer").close()
    opened(server, "asker").tell("answerer", b'[{"deadly": true}]')
    for _ in range(2):
        answerer = opened(server, "answerer")
        take(answerer, 1, keep=True)
        answerer.close()
    team = pair.build(server, SystemClock())

    def buried() -> list[tuple[str, bytes]]:
        team.settle()
        with team["answerer"].reader.connect() as connection:
            rows = connection.execute(text("select reason, frame from dead_frame"))
            return [(row.reason, row.frame) for row in rows]

    until(lambda: bool(buried()))
    assert buried() == [("dead-lettered by the queue", b'[{"deadly": true}]')]
    team.stop()


def test_nothing_is_ever_given_back_to_the_queue() -> None:
    """Where it would come in again is not where it was: later events of the patient overtake it."""
    for file in Path(link.__file__).parent.glob("*.py"):
        code = file.read_text(encoding="utf-8")
        assert not re.search("requeue|basic_reject|basic_nack\\(|message-ttl|x-expires", code)


def test_a_bad_line_has_more_than_a_second(server: Settings, opened: Open) -> None:
    """The library's own limit for what was sent and not yet acknowledged by the other machine."""
    with socket.socket(fileno=os.dup(opened(server, "asker").fileno() or 0)) as line:
        limit = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    assert limit == link.TCP_SILENCE == 10_000


def test_a_dead_letter_needs_all_of_its_arguments() -> None:
    """With one of them missing the server falls back to giving up without a confirm."""
    arguments = topology.queue_arguments("centre", "rtms_unit")
    assert arguments == {
        "x-queue-type": "quorum",
        "x-delivery-limit": 20,
        "x-dead-letter-exchange": "centre.dead.v1",
        "x-dead-letter-routing-key": "rtms_unit",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        "x-max-length-bytes": 256 * 1024 * 1024,
    }


def test_a_queue_that_is_there_with_other_settings_is_named(server: Settings) -> None:
    """The arguments of a queue cannot be changed; the server only says 406."""
    name = topology.queue(server.queue_prefix, "answerer")
    with Connection(server.queue_url) as other:  # type: ignore[no-untyped-call]
        other.default_channel.queue_declare(name, durable=True, auto_delete=False)
    with pytest.raises(QueueAway, match=f"{name} is there with other settings"):
        Bus(server, "answerer")


@pytest.mark.parametrize(
    "properties",
    [
        {"headers": {"compression": "application/x-gzip"}},
        {"headers": {"compression": "no such thing"}},
        {"content_type": "application/x-python-serialize"},
        {"content_encoding": "utf-99"},
        {"properties": {"message_id": b"\xff\xfe", "type": b"\xc3"}, "priority": 255},
    ],
    ids=[
        "compressed",
        "compressed somehow",
        "pickled",
        "encoded somehow",
        "odd properties",
    ],
)
def test_nothing_that_a_frame_says_of_itself_is_acted_upon(
    server: Settings, opened: Open, properties: dict[str, object]
) -> None:
    """kombu decompresses and unpickles as a frame asks, and fails where nobody can catch it."""
    answerer, bomb = opened(server, "answerer"), zlib.compress(b"0" * 1_000_000)
    with Connection(server.queue_url) as other:  # type: ignore[no-untyped-call]
        channel = other.channel()
        message = channel.prepare_message(bomb, **properties)
        channel.basic_publish(message, topology.exchange(server.queue_prefix), "event.answerer")
    [frame] = take_frames(answerer, 1)
    assert frame.body == bomb


def test_frames_that_arrive_while_we_publish_are_kept(server: Settings, opened: Open) -> None:
    """They come in on the same line, between two confirms."""
    asker, answerer = opened(server, "asker"), opened(server, "answerer")
    for number in range(20):
        answerer.tell("asker", b"%d" % number)
    answerer.refused(30)
    for _ in range(20):
        asker.tell("answerer", b"[]")
        asker.refused(30)
    assert take(asker, 20) == [b"%d" % number for number in range(20)]
