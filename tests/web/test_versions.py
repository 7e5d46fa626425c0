"""Does the version of a database change with every commit, and stay when there was none?"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, text

from shared.database import read_engine, write_engine
from shared.identifiers import new_id
from shared.web.drawings import Drawings
from shared.web.versions import Versions
from tests.clinic import MONDAY
from tests.surroundings import POSTGRES


@pytest.fixture
def schema() -> Iterator[str]:
    """The address of an empty schema on PostgreSQL."""
    name = f"relais_{new_id().hex}"
    with closing(psycopg.connect(POSTGRES, autocommit=True)) as server:
        server.execute(f'create schema "{name}"')
        yield f"{POSTGRES}?options=-csearch_path%3D{name}"
        server.execute(f'drop schema "{name}" cascade')


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engines(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Engine, Engine]]:
    """Who writes, and who reads: as different processes do."""
    files = f"sqlite:///{tmp_path / 'house.db'}"
    url = files if request.param == "sqlite" else request.getfixturevalue("schema")
    writer, reader = write_engine(url), read_engine(url)
    with writer.begin() as connection:
        connection.execute(text("create table bed (number integer)"))
    yield writer, reader
    writer.dispose()
    reader.dispose()


def test_every_commit_is_another_version(engines: tuple[Engine, Engine]) -> None:
    writer, reader = engines
    versions, seen = Versions(reader), set()
    for number in range(5):
        seen.add(versions.look().version)
        with writer.begin() as connection:
            connection.execute(text("insert into bed values (:number)"), {"number": number})
    assert len({*seen, versions.look().version}) == 6


@pytest.mark.parametrize("engines", ["sqlite"], indirect=True)  # on a server others write too
def test_who_only_reads_changes_nothing(engines: tuple[Engine, Engine]) -> None:
    _, reader = engines
    versions = Versions(reader)
    before = versions.look()
    with reader.connect() as connection:
        connection.execute(text("select number from bed")).all()
    assert versions.look().version == before.version


def test_a_line_that_was_cut_has_another_version(engines: tuple[Engine, Engine]) -> None:
    """What one connection counts says nothing about what another one counts."""
    versions = Versions(engines[1])
    before = versions.look().version
    versions.close()
    assert versions.look().version != before


@pytest.mark.parametrize(
    "engines", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
def test_a_line_that_the_server_cut_is_laid_again(engines: tuple[Engine, Engine]) -> None:
    """Whoever asks meanwhile is told a version, but never the one of before."""
    writer, reader = engines
    versions = Versions(reader)
    seen = [versions.look().version]
    with writer.begin() as connection:
        connection.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid_of(versions)})
    seen += [versions.look().version for _ in range(2)]
    assert len(set(seen)) == 3
    assert seen[-1][1] is not None


def pid_of(versions: Versions) -> int:
    return int(versions._line.info.backend_pid)


def test_a_drawing_is_as_new_as_the_question(engines: tuple[Engine, Engine]) -> None:
    """Whoever asks after a commit is shown it, whatever was drawn before."""
    writer, reader = engines
    versions, drawings = Versions(reader), Drawings()

    def draw() -> str:
        with reader.connect() as connection:
            return str(connection.execute(text("select count(*) from bed")).scalar())

    for number in range(5):
        assert drawings.get("beds", versions, MONDAY, draw) == str(number).encode()
        with writer.begin() as connection:
            connection.execute(text("insert into bed values (1)"))
