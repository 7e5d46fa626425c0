"""The kinds of queue that are tried, and what each can do. The promise is kept on all of them."""

import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection  # type: ignore[attr-defined]

from shared.backbone.bus import forget_memory, lose_memory, topology
from shared.identifiers import new_id
from shared.settings import Settings
from tests.nodes.programs import Program, free_port, until
from tests.surroundings import BROKER, answers

SERVICES = ("asker", "answerer", "keeper")


@dataclass(frozen=True)
class Transport:
    """A kind of queue: where it is, how it loses things, and its features.

    `returns_taken`: what a killed consumer had taken comes back by itself, soon.
    `returns_at_close`: what was taken and not acknowledged comes back after a clean end.
    `tells_untaken`: a frame that no queue takes is told. `keeps_order`: first in, first out.
    `crosses_processes`: it is more than a queue of this process.
    """

    name: str
    place: Callable[[Path], Any]
    lose: Callable[[Settings], None]
    returns_taken: bool
    returns_at_close: bool
    tells_untaken: bool
    keeps_order: bool
    crosses_processes: bool = True


@contextmanager
def in_memory(_: Path) -> Iterator[str]:
    forget_memory()
    yield "memory://"
    forget_memory()


@contextmanager
def on_server(_: Path) -> Iterator[str]:
    yield BROKER


@contextmanager
def in_folder(folder: Path) -> Iterator[str]:
    yield f"filesystem://{folder / 'frames'}"


@contextmanager
def in_table(folder: Path) -> Iterator[str]:
    yield f"sqla+sqlite:///{folder / 'frames.db'}"


@contextmanager
def in_redis(folder: Path) -> Iterator[str]:
    """A Redis of this test alone, which keeps nothing on the disk."""
    port = free_port()
    orders = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    program = Program([shutil.which("redis-server") or "", *orders], {}, folder / "redis.log", None)
    try:
        until(lambda: answers.__wrapped__(f"redis://127.0.0.1:{port}"), "Redis did not start")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        program.process.kill()
        program.process.wait()


def lose_in_memory(settings: Settings) -> None:
    for service in ("asker", "answerer"):
        lose_memory(service, settings.queue_prefix)


def lose_on_server(settings: Settings) -> None:
    """Not only what is in the queues: the queues themselves are deleted."""
    remove_queues(settings.queue_url, settings.queue_prefix)


def lose_in_folder(settings: Settings) -> None:
    for file in Path(settings.queue_url.removeprefix("filesystem://")).glob("*.msg"):
        file.unlink(missing_ok=True)


def lose_in_table(settings: Settings) -> None:
    with sqlite3.connect(settings.queue_url.removeprefix("sqla+sqlite:///"), 30) as database:
        database.execute("delete from kombu_message")
    database.close()


def lose_in_redis(settings: Settings) -> None:
    port = settings.queue_url.partition("127.0.0.1:")[2].partition("/")[0]
    subprocess.run(["redis-cli", "-p", port, "flushall"], check=True, capture_output=True)  # noqa: S607


def remove_queues(url: str, prefix: str, services: Sequence[str] = SERVICES) -> None:
    """Everything that a test made at the queue server."""
    with Connection(url) as connection:  # type: ignore[no-untyped-call]
        channel = connection.default_channel
        for name in services:
            channel.queue_delete(topology.queue(prefix, name))
            channel.queue_delete(topology.dead_queue(prefix, name))
        channel.exchange_delete(topology.exchange(prefix))
        channel.exchange_delete(topology.dead_exchange(prefix))


MEMORY = Transport(
    "memory",
    in_memory,
    lose_in_memory,
    returns_taken=False,
    returns_at_close=False,
    tells_untaken=True,
    keeps_order=True,
    crosses_processes=False,
)
AMQP = Transport(
    "amqp",
    on_server,
    lose_on_server,
    returns_taken=True,
    returns_at_close=True,
    tells_untaken=True,
    keeps_order=True,
)
FILESYSTEM = Transport(
    "filesystem",
    in_folder,
    lose_in_folder,
    returns_taken=False,
    returns_at_close=True,
    tells_untaken=False,
    keeps_order=False,
)
SQLA = Transport(
    "sqla",
    in_table,
    lose_in_table,
    returns_taken=False,
    returns_at_close=True,
    tells_untaken=False,
    keeps_order=True,
)
REDIS = Transport(
    "redis",
    in_redis,
    lose_in_redis,
    returns_taken=False,
    returns_at_close=True,
    tells_untaken=False,
    keeps_order=True,
)
OLD_STYLE = "ignore:The ``noload`` loader:sqlalchemy.exc.SADeprecationWarning"
"""What SQLAlchemy says of kombu's own tables."""
EVERY = [
    pytest.param(MEMORY, id="memory"),
    pytest.param(AMQP, id="amqp", marks=pytest.mark.broker),
    pytest.param(FILESYSTEM, id="filesystem"),
    pytest.param(SQLA, id="sqla", marks=pytest.mark.filterwarnings(OLD_STYLE)),
    pytest.param(REDIS, id="redis", marks=pytest.mark.redis),
]
BEYOND_A_PROCESS = [kind for kind in EVERY if kind.id != "memory"]


@contextmanager
def prepared(transport: Transport, folder: Path) -> Iterator[Settings]:
    """The settings of a centre on this kind of queue; afterwards nothing of it is left."""
    prefix = f"relais-test-{new_id().hex[-12:]}"
    with transport.place(folder) as url:
        yield Settings(data_dir=folder, queue_url=url, queue_prefix=prefix)
        if transport is AMQP:
            remove_queues(url, prefix)
