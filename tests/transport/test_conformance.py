"""What every kind of queue does, and what some do not: the table of features, tried."""

import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from shared.backbone.bus import EVENTS, HEARTBEAT, POSITIONS, RECEIPTS, Bus
from shared.settings import Settings
from tests.nodes.programs import until
from tests.transport.taking import take, take_frames
from tests.transport.transports import BEYOND_A_PROCESS, Transport

pytestmark = pytest.mark.slow
Open = Callable[[Settings, str], Bus]


def test_an_event_reaches_its_subscriber_and_nobody_else(settings: Settings, opened: Open) -> None:
    asker, answerer, keeper = (opened(settings, name) for name in ("asker", "answerer", "keeper"))
    ticket = asker.tell("answerer", b"[1]")
    assert ticket not in asker.refused(30)
    assert take(answerer, 1) == [b"[1]"]
    assert not [*asker.take(9), *answerer.take(9), *keeper.take(9)]


def test_receipts_and_signs_of_life_also_reach_who_keeps_the_ledger(
    settings: Settings, opened: Open
) -> None:
    asker, answerer, keeper = (opened(settings, name) for name in ("asker", "answerer", "keeper"))
    answerer.answer("asker", b"receipt")
    answerer.beat("answerer", b"alive")
    answerer.report("asker", b"positions")
    asker.refused(30)
    heard = {frame.content_type: frame.body for frame in take_frames(keeper, 2)}
    assert heard == {RECEIPTS: b"receipt", HEARTBEAT: b"alive"}
    own = {frame.content_type: frame.body for frame in take_frames(asker, 2)}
    assert own == {RECEIPTS: b"receipt", POSITIONS: b"positions"}
    assert not [*asker.take(9), *answerer.take(9), *keeper.take(9)]


@pytest.mark.parametrize(
    "body", [b'[{"__type__":"x","__value__":1}]', b"\x00\xff\xce[", "é∑".encode(), b"x" * 300_000]
)
def test_bytes_arrive_as_they_were_sent(settings: Settings, opened: Open, body: bytes) -> None:
    asker, answerer = opened(settings, "asker"), opened(settings, "answerer")
    asker.tell("answerer", body)
    [frame] = take_frames(answerer, 1)
    assert (frame.body, frame.content_type, frame.dead_lettered) == (body, EVENTS, False)


def test_what_was_acknowledged_is_not_seen_again(settings: Settings, opened: Open) -> None:
    asker, answerer = opened(settings, "asker"), opened(settings, "answerer")
    for number in range(5):
        asker.tell("answerer", b"%d" % number)
    take(answerer, 5)
    answerer.close()
    asker.tell("answerer", b"next")
    assert take(opened(settings, "answerer"), 1) == [b"next"]


def test_frames_come_in_the_order_in_which_they_were_sent(
    settings: Settings, opened: Open, transport: Transport
) -> None:
    asker, answerer = opened(settings, "asker"), opened(settings, "answerer")
    sent = [b"%d" % number for number in range(30)]
    for body in sent:
        asker.tell("answerer", body)
    came = take(answerer, len(sent))
    assert sorted(came) == sorted(sent)
    assert came == sent or not transport.keeps_order


def test_two_workers_of_a_service_share_its_queue(settings: Settings, opened: Open) -> None:
    asker, first, second = (opened(settings, n) for n in ("asker", "answerer", "answerer"))
    sent = {b"%d" % number for number in range(40)}
    for body in sorted(sent):
        asker.tell("answerer", body)
    came: list[bytes] = []

    def all_came() -> bool:
        for bus in (first, second):
            frames = bus.take(3)
            bus.acknowledge(frames)
            came.extend(frame.body for frame in frames)
        return len(came) >= len(sent)

    until(all_came)
    assert sorted(came) == sorted(sent)


def test_a_frame_that_no_queue_takes_is_told(
    settings: Settings, opened: Open, transport: Transport
) -> None:
    asker, _ = opened(settings, "asker"), opened(settings, "answerer")
    taken, untaken = asker.tell("answerer", b"[]"), asker.tell("nobody", b"[]")
    refused = asker.refused(30)
    assert taken not in refused
    assert (untaken in refused) == transport.tells_untaken
    assert asker.refused(30) == set(), "it is told once"


def test_after_a_clean_end_what_was_taken_comes_back_to_its_own_queue_alone(
    settings: Settings, opened: Open, transport: Transport
) -> None:
    asker, answerer, keeper = (opened(settings, name) for name in ("asker", "answerer", "keeper"))
    answerer.answer("asker", b"receipt")
    take(asker, 1, keep=True)
    take(keeper, 1)
    asker.close()
    again = opened(settings, "asker")
    if transport.returns_at_close:
        assert take(again, 1) == [b"receipt"]
    assert not [*again.take(9, 0.1), *keeper.take(9, 0.1), *answerer.take(9)]


def test_a_sender_need_not_know_the_queue_of_its_subscriber(
    settings: Settings, opened: Open, transport: Transport
) -> None:
    """With exchanges, files and tables lose what is sent before the sender has met the queue."""
    asker = opened(settings, "asker")
    ticket = asker.tell("answerer", b"early")
    refused = asker.refused(30)
    assert (ticket in refused) == transport.tells_untaken
    if not refused:
        assert take(opened(settings, "answerer"), 1) == [b"early"]


@pytest.mark.parametrize("transport", BEYOND_A_PROCESS, indirect=True)
def test_a_consumer_is_killed_with_a_frame_in_its_hands(
    settings: Settings, opened: Open, transport: Transport
) -> None:
    asker, answerer, keeper = (opened(settings, name) for name in ("asker", "answerer", "keeper"))
    answerer.close()
    asker.tell("answerer", b"first")
    asker.refused(30)
    command = [sys.executable, "-m", "tests.transport.taking", settings.model_dump_json()]
    died = subprocess.run(command, check=False, timeout=60)
    assert died.returncode == -signal.SIGKILL
    asker.tell("answerer", b"second")
    expected = [b"first", b"second"] if transport.returns_taken else [b"second"]
    assert take(opened(settings, "answerer"), len(expected)) == expected
    assert not [*asker.take(9), *keeper.take(9)]
