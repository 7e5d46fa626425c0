"""Two services at work while their queue goes away and comes back: nothing waits or is lost."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from kombu import Connection  # type: ignore[attr-defined]
from sqlalchemy import text

from shared import faults
from shared.backbone import deliveries, relay
from shared.backbone.bus import Bus, link, topology
from shared.backbone.verify import verify
from shared.clock import SystemClock
from shared.identifiers import new_id
from shared.running import Team, line
from shared.settings import Settings
from tests.backbone import pair
from tests.backbone.books import states
from tests.backbone.pair import Heard, ask, numbers
from tests.nodes.programs import until
from tests.nodes.proxy import Proxy

CUTS = 4
pytestmark = [pytest.mark.broker, pytest.mark.slow]


@pytest.fixture
def wire(server: Settings) -> Iterator[Proxy]:
    with Proxy(server.queue_url) as wire:
        yield wire


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds instead of minutes, so that a test sees the end of them."""
    for module, name, seconds in (
        (link, "CONNECTING", 1.0),
        (link, "HEARTBEAT", 2),
        (link, "BETWEEN_BEATS", 5),
        (relay, "CONFIRMING", 1.0),
        (line, "LONGEST_WAIT", 1.0),
        (deliveries, "FIRST_WAIT", timedelta(seconds=0.5)),
    ):
        monkeypatch.setattr(module, name, seconds)


@pytest.fixture
def team(server: Settings, wire: Proxy) -> Iterator[Team]:
    """Two services that run, each in its thread."""
    settings = server.model_copy(update={"queue_url": wire.url})
    pair.prepare(settings.data_dir)
    team = pair.build(settings, SystemClock())
    team.start()
    yield team
    pair.poisoned.clear()
    wire.heal()
    team.stop()


def asked_and_heard(team: Team, count: int) -> Callable[[], bool]:
    def all_is_done() -> bool:
        return all(
            states(team, name, "delivery") == {"handled": count} for name in ("asker", "answerer")
        )

    return all_is_done


def problems(team: Team) -> list[str]:
    return verify({running.name: running.reader for running in team}, settled=True)


@contextmanager
def black_hole(wire: Proxy) -> Iterator[None]:
    wire.to_server.swallow()
    wire.to_client.swallow()
    yield
    wire.heal()
    wire.reset()


@pytest.mark.usefixtures("impatient")
def test_a_service_goes_on_without_its_queue_and_catches_up_by_itself(
    team: Team, wire: Proxy
) -> None:
    patient, other = new_id(), new_id()
    pair.poisoned.add(1)
    ask(team["asker"], patient, 1)
    until(lambda: states(team, "answerer", "inbox") == {"retry": 1})
    with black_hole(wire):
        until(lambda: not team._lines["answerer"].is_open)
        pair.poisoned.clear()
        until(lambda: numbers(team["answerer"], Heard, patient) == [1], "nothing is applied")
        for number in range(2, 12):
            ask(team["asker"], other, number)
        assert states(team, "asker", "delivery").keys() <= {"waiting", "sent", "stored"}
    until(asked_and_heard(team, 11))
    assert numbers(team["answerer"], Heard, other) == list(range(2, 12))
    assert problems(team) == []


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("moment", ["to_server", "to_client"])
def test_a_line_that_is_cut_again_and_again_in_the_middle_of_a_word(
    team: Team, wire: Proxy, moment: str
) -> None:
    patient = new_id()
    for number in range(CUTS):
        getattr(wire, moment).cut_after(700 + 331 * number)
        ask(team["asker"], patient, number)
        until(lambda: len(numbers(team["answerer"], Heard, patient)) > number)  # noqa: B023
    wire.heal()
    until(asked_and_heard(team, CUTS))
    assert numbers(team["answerer"], Heard, patient) == list(range(CUTS))
    assert problems(team) == []


@pytest.fixture
def stepped(server: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    """Two services without threads, who wait for a receipt for longer than any test does."""
    monkeypatch.setattr(deliveries, "FIRST_WAIT", deliveries.LONGEST_WAIT)
    pair.prepare(server.data_dir)
    team = pair.build(server, SystemClock())
    team.tick()
    yield team
    team.stop()


def lose_queue(team: Team, service: str) -> None:
    name = topology.queue(team.settings.queue_prefix, service)
    with Connection(team.settings.queue_url) as connection:  # type: ignore[no-untyped-call]
        connection.default_channel.queue_delete(name)


def after_some_turns(team: Team, done: Callable[[], bool]) -> None:
    def after_a_turn() -> bool:
        team.tick()
        return done()

    until(after_a_turn)


def test_what_was_lost_with_a_queue_is_sent_again_when_its_service_is_back(stepped: Team) -> None:
    patient = new_id()
    stepped._lines["answerer"].close()
    ask(stepped["asker"], patient, 1)
    stepped._take_turn(stepped["asker"])
    assert states(stepped, "asker", "delivery") == {"sent": 1}
    lose_queue(stepped, "answerer")
    after_some_turns(stepped, lambda: numbers(stepped["answerer"], Heard, patient) == [1])


def test_a_lost_receipt_is_asked_for_when_the_line_is_back(stepped: Team) -> None:
    patient = new_id()
    ask(stepped["asker"], patient, 1)
    stepped._take_turn(stepped["asker"])
    stepped._lines["asker"].close()
    answerer = stepped["answerer"]
    until(lambda: stepped._take_turn(answerer) and numbers(answerer, Heard, patient) == [1])
    lose_queue(stepped, "asker")
    after_some_turns(stepped, lambda: states(stepped, "asker", "delivery") == {"handled": 1})


@pytest.mark.parametrize("error", [TimeoutError, OSError, ConnectionRefusedError, ValueError])
def test_an_error_of_a_handler_is_never_taken_for_one_of_the_queue(
    team: Team, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """kombu's own loop takes a handler's TimeoutError for silence and OSError for a lost line."""

    class Choking(error):  # type: ignore[misc,valid-type]
        """The answerer fails in just this way."""

    monkeypatch.setattr(pair, "Poison", Choking)
    lost: list[object] = []
    monkeypatch.setattr(line.Line, "lost", lambda _, reason: lost.append(reason))
    patient, other = new_id(), new_id()
    pair.poisoned.add(1)
    ask(team["asker"], patient, 1)
    until(lambda: states(team, "answerer", "inbox").keys() & {"retry"} != set())
    ask(team["asker"], other, 2)
    until(lambda: numbers(team["answerer"], Heard, other) == [2])
    pair.poisoned.clear()
    until(lambda: numbers(team["answerer"], Heard, patient) == [1])
    assert lost == []


class Slow(set[int]):
    """Makes the answerer think about each question for longer than the server has patience."""

    asked = 0

    def __contains__(self, _: object) -> bool:
        self.asked += 1
        threading.Event().wait(8)
        return False


@pytest.mark.usefixtures("impatient")
def test_a_handler_that_outlasts_the_patience_of_the_server_runs_once(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A consumer that handles before it acknowledges gets the same frame again and again."""
    slow, patient = Slow(), new_id()
    monkeypatch.setattr(pair, "poisoned", slow)
    ask(team["asker"], patient, 1)
    until(asked_and_heard(team, 1))
    assert (numbers(team["answerer"], Heard, patient), slow.asked) == ([1], 1)


def test_each_thread_has_a_line_of_its_own(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two threads on one connection read each other's answers and hang."""
    users: dict[int, set[int]] = defaultdict(set)
    take, publish = Bus.take, Bus._publish

    def taking(bus: Bus, *given: float) -> object:
        users[id(bus)].add(threading.get_ident())
        return take(bus, *given)  # type: ignore[arg-type]

    def publishing(bus: Bus, *given: object) -> int:
        users[id(bus)].add(threading.get_ident())
        return publish(bus, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Bus, "take", taking)
    monkeypatch.setattr(Bus, "_publish", publishing)
    for number in range(5):
        ask(team["asker"], new_id(), number)
    until(asked_and_heard(team, 5))
    assert len(users) == 2
    assert all(len(threads) == 1 for threads in users.values())


def test_nothing_is_locked_while_the_queue_is_spoken_to(team: Team) -> None:
    """A transaction that is open during a publish holds everybody up when the queue is slow."""
    written: list[str] = []

    def write_meanwhile(point: str) -> None:
        if point in ("relay.published", "relay.confirmed", "turn.answered"):
            with team["asker"].engine.begin() as one, team["answerer"].engine.begin() as two:
                for connection in (one, two):
                    connection.execute(text("update stream_counter set last_seq = last_seq"))
            written.append(point)

    faults.install(write_meanwhile)
    try:
        ask(team["asker"], new_id(), 1)
        until(asked_and_heard(team, 1))
    finally:
        faults.install(None)
    assert set(written) == {"relay.published", "relay.confirmed", "turn.answered"}
