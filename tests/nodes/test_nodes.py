"""The nodes do what tests of faults rely on: they keep what they stored, and leave nothing."""

# mypy: disable-error-code="attr-defined,no-untyped-call"
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from kombu import Connection

from tests.nodes import PrivatePostgres, PrivateRabbit, Proxy
from tests.nodes.programs import alive, until

pytestmark = [pytest.mark.nodes, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def rabbit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateRabbit]:
    with PrivateRabbit(tmp_path_factory.mktemp("rabbit")) as node:
        yield node


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivatePostgres]:
    with PrivatePostgres(tmp_path_factory.mktemp("postgres")) as node:
        yield node


def put(url: str, body: str) -> None:
    with closing(Connection(url, transport_options={"confirm_publish": True})) as connection:
        connection.SimpleQueue("kept").put(body)


def get(url: str) -> str:
    with closing(Connection(url)) as connection:
        message = connection.SimpleQueue("kept").get(timeout=30)
        message.ack()
        return str(message.payload)


def test_rabbitmq_keeps_what_it_confirmed_when_it_is_killed(rabbit: PrivateRabbit) -> None:
    put(rabbit.url, "before")
    rabbit.kill()
    assert not rabbit.running.is_alive()
    rabbit.start()
    assert get(rabbit.url) == "before"


def test_a_frozen_rabbitmq_says_nothing_until_it_is_woken(rabbit: PrivateRabbit) -> None:
    rabbit.freeze()
    with socket.create_connection(("127.0.0.1", rabbit.port)) as client:
        client.settimeout(0.5)
        client.sendall(b"AMQP\0\0\x09\x01")
        with pytest.raises(TimeoutError):
            client.recv(1)
        rabbit.resume()
        client.settimeout(30)
        assert client.recv(1)


def test_rabbitmq_says_that_its_memory_is_used_up_when_told_to(rabbit: PrivateRabbit) -> None:
    rabbit.alarm(True)
    assert "memory" in rabbit.control("eval", "rabbit_alarm:get_alarms().").lower()
    rabbit.alarm(False)
    until(lambda: "[]" in rabbit.control("eval", "rabbit_alarm:get_alarms()."))


def test_rabbitmq_leaves_no_process_behind(tmp_path: Path) -> None:
    with PrivateRabbit(tmp_path) as node:
        family = node.running.family()
        assert len(family) > 1
    assert not alive(family)


@pytest.mark.parametrize("way", ["kill", "stop_at_once", "stop", "kill_backend"])
def test_postgres_keeps_what_it_committed(postgres: PrivatePostgres, way: str) -> None:
    url = postgres.create(way)
    with closing(psycopg.connect(url)) as connection:
        connection.execute("create table kept as select 7 as number")
        connection.commit()
        getattr(postgres, way)()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")
    if way == "kill_backend":
        until(postgres.answers)
    else:
        postgres.start()
    with closing(psycopg.connect(url)) as connection:
        assert connection.execute("select number from kept").fetchone() == (7,)


def test_a_frozen_postgres_goes_on_where_it_was(postgres: PrivatePostgres) -> None:
    postgres.freeze()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres.url(), connect_timeout=2)
    postgres.resume()
    until(postgres.answers)


def test_postgres_leaves_no_process_and_no_folder_behind(tmp_path: Path) -> None:
    with PrivatePostgres(tmp_path) as node:
        family = node.running.family()
        assert len(family) > 1
    assert not alive(family)
    assert not node.data.exists()
    with pytest.raises(RuntimeError), PrivatePostgres(tmp_path) as node:
        raise RuntimeError
    assert not node.running.is_alive()


def test_rabbitmq_is_reached_by_way_of_a_wire(rabbit: PrivateRabbit) -> None:
    with Proxy(rabbit.url) as wire:
        put(wire.url, "by wire")
        assert get(rabbit.url) == "by wire"
        assert wire.to_server.passed > 0
