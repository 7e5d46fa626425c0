"""Databases for migrations, of both kinds."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from shared.database import write_engine
from shared.identifiers import new_id
from tests.migrations.bases import Databases
from tests.surroundings import POSTGRES


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Databases]:
    """Makes empty databases on SQLite and on PostgreSQL, and takes them away again."""
    if request.param == "sqlite":
        yield Databases("sqlite:///" + str(tmp_path / "{}.db"), lambda _: None)
        return
    with closing(psycopg.connect(POSTGRES, autocommit=True)) as server:
        prefix, made = f"relais_{new_id().hex}_", list[str]()

        def make(name: str) -> None:
            server.execute(f'create schema "{prefix}{name}"')
            made.append(name)

        # A schema of its own is an empty database, made in no time.
        yield Databases(f"{POSTGRES}?options=-csearch_path%3D{prefix}{{}}", make)
        for name in made:
            server.execute(f'drop schema "{prefix}{name}" cascade')


@pytest.fixture
def url(databases: Databases) -> str:
    """An empty database."""
    return databases.empty("base")


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """The same, to look into."""
    engine = write_engine(url)
    yield engine
    engine.dispose()
