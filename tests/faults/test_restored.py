"""A subscriber gets an older copy of its database back, again and again, amid other failures."""

import random
from collections.abc import Callable, Iterator

import pytest

from tests.faults.town import Client, Town
from tests.nodes import PrivatePostgres, PrivateRabbit
from tests.torture import TORTURE, scaled

pytestmark = [
    pytest.mark.nodes,
    pytest.mark.slow,
    pytest.mark.timeout(scaled(600, 36_000)),
    pytest.mark.skipif(not TORTURE, reason="this is part of `make torture`"),
]
WITHOUT_THANKS = -1_000_000
"""Who announces nothing himself forgets nothing that others know; that needs a person, and is
tested with the operations."""


@pytest.fixture(scope="module")
def town(
    rabbit: PrivateRabbit, postgres: PrivatePostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    with Town(postgres, rabbit, tmp_path_factory.mktemp("town")) as town:
        town.asked = WITHOUT_THANKS
        yield town


def nothing_else(_: Town) -> None: ...


def the_queue_dies(town: Town) -> None:
    town.rabbit.kill()
    town.rabbit.start()


def the_source_dies(town: Town) -> None:
    town.asker.kill()
    town.asker.start()


def lines_break(town: Town) -> None:
    for wire in town.wires.values():
        wire.reset()


MEANWHILE: list[Callable[[Town], None]] = [
    nothing_else,
    the_queue_dies,
    the_source_dies,
    lines_break,
]


@pytest.mark.parametrize("meanwhile", MEANWHILE, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("_", range(3))
def test_a_restored_subscriber_gets_what_it_lacks(
    town: Town, meanwhile: Callable[[Town], None], _: int
) -> None:
    name = f"{town.name}_answerer"
    with town.busy() as client:
        set_back(town, name, f"{name}_backup", client)
        meanwhile(town)
        client.works_on()
    town.settles()


def set_back(town: Town, name: str, backup: str, client: Client) -> None:
    town.answerer.kill()
    town.postgres.copy(name, backup)
    town.answerer.start()
    client.works_on(random.randrange(1, 60))  # noqa: S311
    town.answerer.kill()
    town.postgres.copy(backup, name)
    town.answerer.start()
