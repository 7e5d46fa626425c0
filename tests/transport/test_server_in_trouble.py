"""A queue server that is full, frozen, killed or strict: on a node of this file alone."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from amqp.exceptions import AccessRefused
from kombu import Connection  # type: ignore[attr-defined]
from sqlalchemy import select
from structlog.testing import capture_logs

from shared.backbone.bus import RECEIPTS, Bus, QueueAway, link, rabbit, topology
from shared.backbone.bus.words import in_words
from shared.backbone.envelope import numbered
from shared.backbone.permissions import Permissions, permissions, subscriber_permissions
from shared.backbone.receipts import Receipt, pack_receipts
from shared.backbone.tables import DeadFrame, EventRow
from shared.clock import SystemClock
from shared.database import table_of
from shared.identifiers import new_id
from shared.running import Team
from shared.running.frames import IN_ANOTHERS_NAME
from shared.settings import Settings
from tests.backbone import pair
from tests.backbone.books import states
from tests.nodes.programs import until
from tests.nodes.rabbit import PrivateRabbit
from tests.transport.conftest import HEARS
from tests.transport.taking import take

pytestmark = [pytest.mark.nodes, pytest.mark.slow]
Open = Callable[[Settings, str], Bus]
PREFIX, GUARDED = "centre-1", "centre-2"
PASSWORD = "of a test"
HUGE = b"x" * 200_000


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateRabbit]:
    with PrivateRabbit(tmp_path_factory.mktemp("rabbit")) as node:
        yield node


@pytest.fixture
def centre(node: PrivateRabbit, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, queue_url=node.url, queue_prefix=PREFIX)


def test_a_full_server_takes_nothing_and_holds_nobody_up(
    node: PrivateRabbit, centre: Settings, opened: Open
) -> None:
    """It stops reading from whoever publishes: a careless sender hangs in the middle of a word."""
    asker, answerer = opened(centre, "asker"), opened(centre, "answerer")
    answerer.tell("asker", b"before")
    answerer.refused(30)
    node.alarm(on=True)

    def is_blocked() -> bool:
        asker.tell("answerer", HUGE)
        asker.refused(30)
        return asker.blocked

    until(is_blocked)
    tickets = {asker.tell("answerer", HUGE) for _ in range(100)}
    assert asker.refused(30) == tickets, "all are told at once, without a wait"
    asker.answer("answerer", b"receipt")
    asker.beat("asker", b"alive")
    assert take(asker, 1) == [b"before"], "what it has it still gives"
    node.alarm(on=False)
    until(lambda: not asker.take(1, 0.2) and not asker.blocked)
    ticket = asker.tell("answerer", b"after")
    assert asker.refused(30) == set(), ticket
    until(lambda: b"after" in take(answerer, 1))


def test_a_frozen_server_is_left_in_time(
    node: PrivateRabbit, centre: Settings, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps the connection and says nothing: without a limit every publish waits for ever."""
    asker = opened(centre, "asker")
    monkeypatch.setattr(link, "PATIENCE", 2.0)
    monkeypatch.setattr(link, "CONNECTING", 1.0)
    node.freeze()
    try:
        asker.tell("asker", b"[]")
        with pytest.raises(QueueAway, match="did not confirm in time"):
            asker.refused(1)
        asker.close()
        with pytest.raises(QueueAway, match="cannot be reached"):
            Bus(centre, "asker")
    finally:
        node.resume()
    until(lambda: bool(opened(centre, "asker")))


def test_what_is_confirmed_outlives_the_server(
    node: PrivateRabbit, centre: Settings, opened: Open
) -> None:
    opened(centre, "answerer").close()
    asker = opened(centre, "asker")
    for number in range(50):
        asker.tell("answerer", b"%d" % number)
    assert asker.refused(30) == set()
    node.kill()
    with pytest.raises(QueueAway):
        until(lambda: breaks(asker))
    node.start()
    bodies = take(opened(centre, "answerer"), 50)
    assert sorted(bodies, key=int)[-50:] == [b"%d" % number for number in range(50)]


def test_queues_without_a_leader_are_made_again(
    node: PrivateRabbit, centre: Settings, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both of a service; until then whoever sends to them waits for ever."""
    monkeypatch.setattr(link, "PATIENCE", 6.0)
    opened(centre, "newcomer").close()
    node.kill()
    node.forget_queues()
    node.start()
    with capture_logs() as logs:
        newcomer = opened(centre, "newcomer")
    assert [log["queue"] for log in logs if log["event"] == "queue.removed"] == [
        topology.queue(PREFIX, "newcomer"),
        topology.dead_queue(PREFIX, "newcomer"),
    ]
    newcomer.tell("newcomer", b"after")
    assert newcomer.refused(30) == set()
    assert take(newcomer, 1) == [b"after"]


def hashed(password: str) -> str:
    """As RabbitMQ keeps it."""
    salt = b"salt"
    return b64encode(salt + sha256(salt + password.encode()).digest()).decode()


def definitions(users: dict[str, Permissions]) -> dict[str, list[dict[str, object]]]:
    """A user for each service, with its permissions and no others; the exchanges are there."""
    exchanges = topology.exchange(GUARDED), topology.dead_exchange(GUARDED)
    here: dict[str, object] = {"vhost": "/"}
    topics = [
        here | {"user": name, "exchange": exchange, "write": write, "read": read}
        for name, allowed in users.items()
        for exchange, write, read in (
            (exchanges[0], allowed.speaks, allowed.hears),
            (exchanges[1], allowed.gives_up, allowed.gives_up),
        )
    ]
    kept: dict[str, object] = {"type": "topic", "durable": True, "auto_delete": False}
    return {
        "users": [{"name": n, "password_hash": hashed(PASSWORD), "tags": ""} for n in users],
        "permissions": [
            here | {"user": n, "configure": a.configure, "write": a.write, "read": a.read}
            for n, a in users.items()
        ],
        "topic_permissions": topics,
        "exchanges": [
            here | kept | {"name": name, "internal": False, "arguments": {}} for name in exchanges
        ],
    }


@pytest.fixture(scope="module")
def users(node: PrivateRabbit, tmp_path_factory: pytest.TempPathFactory) -> PrivateRabbit:
    """The node, where each service has a user of its own."""
    allowed = {name: permissions(GUARDED, name, hears) for name, hears in HEARS.items()}
    allowed["registry"] = subscriber_permissions(GUARDED, "registry")
    file = tmp_path_factory.mktemp("definitions") / "definitions.json"
    file.write_text(json.dumps(definitions(allowed)))
    node.control("import_definitions", str(file))
    return node


@pytest.fixture
def as_itself(users: PrivateRabbit, tmp_path: Path) -> Settings:
    """Each service comes as its own user, with the password from its own file."""
    for name in ("asker", "answerer", "keeper", "registry"):
        (tmp_path / f"{name}.password").write_text(PASSWORD + "\n")
    return Settings(
        data_dir=tmp_path,
        queue_url=f"amqp://{{service}}@127.0.0.1:{users.port}//",
        queue_password_file=tmp_path / "{service}.password",
        queue_prefix=GUARDED,
    )


def test_a_service_may_do_all_that_it_needs(as_itself: Settings, opened: Open) -> None:
    asker, answerer, keeper = (opened(as_itself, name) for name in ("asker", "answerer", "keeper"))
    asker.tell("answerer", b"event")
    assert asker.refused(30) == set()
    assert take(answerer, 1) == [b"event"]
    answerer.answer("asker", b"receipt")
    answerer.report("asker", b"positions")
    answerer.beat("answerer", b"alive")
    assert sorted(take(asker, 2)) == [b"positions", b"receipt"]
    assert sorted(take(keeper, 2)) == [b"alive", b"receipt"]


def test_what_a_service_gave_up_comes_to_itself(as_itself: Settings, opened: Open) -> None:
    asker = opened(as_itself, "asker")
    asker.tell("answerer", b"deadly")
    asker.refused(30)
    for _ in range(topology.MOST_DELIVERIES + 1):
        answerer = opened(as_itself, "answerer")
        take(answerer, 1, keep=True)
        answerer.close()
    [frame] = opened(as_itself, "answerer").take(1, 20)
    assert frame.dead_lettered


def breaks(bus: Bus) -> bool:
    """Listens for a while; `QueueAway` when it breaks."""
    bus.take(9, 0.2)
    return False


def refused_by(bus: Bus, act: Callable[[], object]) -> bool:
    """Whether the server refuses this: at once, or with its next word."""
    try:
        act()
        until(lambda: breaks(bus), "nothing was refused")
    except QueueAway as reason:
        return "refuses this user" in str(reason)
    return False


FORBIDDEN: dict[str, Callable[[Bus, rabbit.Rabbit], object]] = {
    "hear another": lambda _, line: line._channel.queue_bind(
        line._queue, line._exchange, "event.asker"
    ),
    "hear all": lambda _, line: line._channel.queue_bind(line._queue, line._exchange, "#"),
    "hear receipts of all": lambda _, line: line._channel.queue_bind(
        line._queue, line._exchange, "receipt.#"
    ),
    "read another's queue": lambda _, line: line._channel.basic_get(
        topology.queue(GUARDED, "asker")
    ),
    "empty another's queue": lambda _, line: line._channel.queue_purge(
        topology.queue(GUARDED, "asker")
    ),
    "delete another's queue": lambda _, line: line._channel.queue_delete(
        topology.queue(GUARDED, "asker")
    ),
    "delete the exchange": lambda _, line: line._channel.exchange_delete(line._exchange),
    "make a queue of its own": lambda _, line: line._channel.queue_declare(
        "my.queue", auto_delete=False
    ),
    "beat for another": lambda bus, _: bus.beat("asker", b"alive"),
    "speak other words": lambda bus, _: bus._publish("secret.asker", b"", "text/plain"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_service_may_do_nothing_else(as_itself: Settings, opened: Open, what: str) -> None:
    opened(as_itself, "asker").close()
    answerer = opened(as_itself, "answerer")
    line = answerer._queue
    assert isinstance(line, rabbit.Rabbit)

    def act() -> None:
        with in_words():
            FORBIDDEN[what](answerer, line)

    assert refused_by(answerer, act)


def test_nobody_says_to_be_another_user(as_itself: Settings, opened: Open) -> None:
    opened(as_itself, "asker").tell("answerer", b"[]")
    answerer = opened(as_itself, "answerer")
    [frame] = answerer.take(1, 20)
    assert frame.sender == "asker"
    answerer.acknowledge([frame])
    assert isinstance(answerer._queue, rabbit.Rabbit)
    answerer._queue._vouched = {"user_id": "asker"}
    answerer.answer("asker", b"[]")
    with pytest.raises(QueueAway, match="PreconditionFailed"):
        until(lambda: breaks(answerer))


@pytest.fixture
def team(as_itself: Settings) -> Iterator[Team]:
    """Two services without threads, each as its own user."""
    pair.prepare(as_itself.data_dir)
    team = pair.build(as_itself, SystemClock())
    team.tick()
    yield team
    team.stop()


def forged(team: Team, name: str) -> int:
    """How much this service keeps for a person because somebody else has sent it."""
    with team[name].reader.connect() as connection:
        reasons = connection.execute(select(table_of(DeadFrame).c.reason)).scalars()
        return [*reasons].count(IN_ANOTHERS_NAME)


def log_of(team: Team) -> tuple[UUID, bytes]:
    """The asker's only event, and a frame with it."""
    with team["asker"].reader.connect() as connection:
        row = connection.execute(select(table_of(EventRow))).one()
    return row.id, f"[{numbered(row.body, 1)}]".encode()


def test_nobody_speaks_in_the_name_of_another(
    team: Team, as_itself: Settings, opened: Open
) -> None:
    """Whoever may send receipts and events at all could otherwise make and end those of others."""
    patient, keeper, now = new_id(), opened(as_itself, "keeper"), SystemClock().now()
    pair.ask(team["asker"], patient, 1)
    event_id, frame = log_of(team)
    receipt = Receipt(
        source="asker",
        event_id=event_id,
        subscriber="answerer",
        state="handled",
        at=now,
        stored_at=now,
    )
    keeper.tell("answerer", frame)
    keeper.answer("asker", pack_receipts([receipt]))
    assert keeper.refused(30) == set()
    for name in ("answerer", "asker"):
        until(lambda: team._take_turn(team[name]) and forged(team, name) == 1)  # noqa: B023
    assert pair.numbers(team["answerer"], pair.Heard, patient) == []
    assert states(team, "asker", "delivery") == {"sent": 1}

    def is_done() -> bool:
        team.tick()
        return states(team, "asker", "delivery") == {"handled": 1}

    until(is_done)
    assert pair.numbers(team["answerer"], pair.Heard, patient) == [1]


def test_a_wrong_password_is_told_without_it(as_itself: Settings) -> None:
    (as_itself.data_dir / "asker.password").write_text("wrong")
    with pytest.raises(QueueAway, match=r"^the queue refuses this user$"):
        Bus(as_itself, "asker")
    (as_itself.data_dir / "asker.password").unlink()
    with pytest.raises(
        QueueAway, match=r"^the file with the password of the queue cannot be read$"
    ):
        Bus(as_itself, "asker")


def test_the_next_server_of_a_cluster_is_taken(
    node: PrivateRabbit, centre: Settings, opened: Open
) -> None:
    dead = urlsplit(node.url)._replace(netloc="guest:guest@127.0.0.1:1").geturl()
    both = centre.model_copy(update={"queue_url": f"{dead};{node.url}"})
    asker = opened(both, "asker")
    asker.tell("asker", b"[]")
    assert asker.refused(30) == set()


def test_a_system_from_outside_hears_its_own_and_answers(as_itself: Settings, opened: Open) -> None:
    asker, name = opened(as_itself, "asker"), topology.queue(GUARDED, "registry")
    exchange = topology.exchange(GUARDED)
    with Connection(as_itself.queue("registry")) as outside:  # type: ignore[no-untyped-call]
        channel = outside.default_channel
        arguments = topology.queue_arguments(GUARDED, "registry")
        channel.queue_declare(name, durable=True, auto_delete=False, arguments=arguments)
        channel.queue_bind(name, exchange, "event.registry")
        asker.tell("registry", b"event")
        assert asker.refused(30) == set()
        until(lambda: channel.basic_get(name, no_ack=True) is not None)
        receipt = channel.prepare_message(b"receipt", content_type=RECEIPTS)
        channel.basic_publish(receipt, exchange, "receipt.asker")
        assert take(asker, 1) == [b"receipt"]
        with pytest.raises(AccessRefused):
            channel.queue_bind(name, exchange, "event.asker")
