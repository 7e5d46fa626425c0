"""Is it the database that has trouble, or what it was asked to do? Only the latter is a fault."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from shared.database import is_disturbed, write_engine
from tests.processes.servers import centre_of


def tell(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def complaint(engine: Engine, *statements: str) -> DBAPIError:
    """What the database says to statements of which it refuses one."""
    with pytest.raises(DBAPIError) as refused:
        tell(engine, *statements)
    return refused.value


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Engine]:
    """A database on PostgreSQL with one row."""
    with centre_of(["one"], tmp_path, "memory://") as settings:
        engine = write_engine(settings.database("one"))
        tell(engine, "create table thing (id int primary key)", "insert into thing values (1)")
        yield engine
        engine.dispose()


def test_a_file_that_is_busy_or_full_or_not_to_be_written(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/one.db", connect_args={"timeout": 0})
    tell(engine, "create table thing (id int primary key)")
    assert is_disturbed(
        complaint(engine, "pragma max_page_count=3", "insert into thing select zeroblob(90000)")
    )
    assert is_disturbed(complaint(engine, "pragma query_only=on", "insert into thing values (2)"))
    with sqlite3.connect(tmp_path / "one.db") as other:
        other.execute("begin immediate")
        assert is_disturbed(complaint(engine, "pragma query_only=off", "begin immediate"))
    engine.dispose()


def test_a_wrong_statement_in_a_file_is_a_fault(tmp_path: Path) -> None:
    engine = write_engine(f"sqlite:///{tmp_path}/one.db")
    assert not is_disturbed(complaint(engine, "select * from nothing"))
    twice = "insert into thing values (1)"
    made = "create table thing (id int primary key)"
    assert not is_disturbed(complaint(engine, made, twice, twice))
    assert not is_disturbed(ValueError())
    engine.dispose()


@pytest.mark.postgres
def test_a_lock_that_is_not_given_and_a_line_that_is_cut(server: Engine) -> None:
    lock = "select * from thing where id = 1 for update"
    with server.begin() as other:
        other.execute(text(lock))
        assert is_disturbed(complaint(server, "set local lock_timeout = '50ms'", lock))
    cut = "select pg_terminate_backend(pg_backend_pid())"
    assert is_disturbed(complaint(server, cut, "select 1"))


@pytest.mark.postgres
def test_a_wrong_statement_on_a_server_is_a_fault(server: Engine) -> None:
    assert not is_disturbed(complaint(server, "select * from nothing"))
    assert not is_disturbed(complaint(server, "insert into thing values (1)"))
