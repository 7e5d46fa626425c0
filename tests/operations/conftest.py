"""Two services that exchange events, with the databases that a centre can have."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from shared.clock import VirtualClock
from shared.identifiers import new_id
from shared.running import Team
from tests.backbone import pair
from tests.backbone.conftest import MONDAY
from tests.surroundings import POSTGRES


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(MONDAY)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the databases are, on SQLite and on PostgreSQL; they are taken away again."""
    if request.param == "sqlite":
        yield pair.FILES
        return
    prefix = f"relais_test_{new_id().hex[-12:]}_"
    names = [prefix + service.plate.name for service in pair.house()]
    with closing(psycopg.connect(POSTGRES, autocommit=True)) as server:
        try:
            for name in names:  # a schema of its own is an empty database, made in no time
                server.execute(f'create schema "{name}"')
            yield f"{POSTGRES}?options=-csearch_path%3D{prefix}{{service}}"
        finally:
            for name in names:
                server.execute(f'drop schema if exists "{name}" cascade')


@pytest.fixture
def team(address: str, tmp_path: Path, clock: VirtualClock) -> Iterator[Team]:
    team = pair.start(pair.prepare(tmp_path, address), clock)
    yield team
    pair.poisoned.clear()
    team.stop()
