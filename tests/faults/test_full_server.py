"""The disk of PostgreSQL is full again and again while two services exchange events."""

import os
from collections.abc import Iterator

import pytest

from tests.faults.town import Town
from tests.nodes import PrivatePostgres, PrivateRabbit
from tests.nodes.programs import until
from tests.torture import TORTURE, scaled

pytestmark = [
    pytest.mark.nodes,
    pytest.mark.slow,
    pytest.mark.timeout(scaled(600, 36_000)),
    pytest.mark.skipif(not TORTURE, reason="this is part of `make torture`"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk"),
]
MEGABYTES = 300
REFUSED = 5


@pytest.fixture(scope="module")
def town(rabbit: PrivateRabbit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with (
        PrivatePostgres(tmp_path_factory.mktemp("postgres"), disk=MEGABYTES) as postgres,
        Town(postgres, rabbit, tmp_path_factory.mktemp("town")) as town,
    ):
        yield town


@pytest.mark.parametrize("_", range(10))
def test_a_full_disk_refuses_and_loses_nothing(town: Town, _: int) -> None:
    """What has no room is refused, or the server gives up; either way the books agree after it."""
    with town.busy() as client:
        town.postgres.fill_disk()
        refused = client.refused
        until(lambda: client.refused >= refused + REFUSED)
        town.postgres.free_disk()
        client.works_on()
    town.settles()
