"""A line to PostgreSQL stays open and says nothing: whoever waits on it is told in time."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from shared import lines
from shared.backbone.verify import standing_still
from shared.clock import SystemClock
from shared.database import is_disturbed, read_engine, write_engine
from shared.identifiers import new_id
from shared.running import Team
from tests.backbone import pair
from tests.nodes.programs import until
from tests.nodes.proxy import Proxy
from tests.processes.servers import centre_of

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(60)]
SILENCE = 1.0
SOON = 20


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "SILENCE_SECONDS", SILENCE)


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Proxy]:
    """Before a server with empty databases for the two services."""
    with (
        centre_of(["asker", "answerer"], tmp_path, "memory://") as settings,
        Proxy(settings.database_url) as wire,
    ):
        yield wire


@pytest.fixture
def engine(wire: Proxy) -> Iterator[Engine]:
    engine = write_engine(wire.url.format(service="asker"))
    yield engine
    engine.dispose()


def swallow_one(wire: Proxy, engine: Engine) -> DBAPIError:
    """A question vanishes; the line itself is well before and after."""
    with engine.connect() as connection:
        connection.execute(text("select 1"))
        wire.to_server.swallow()
        begun = monotonic()
        with pytest.raises(DBAPIError) as told:
            connection.execute(text("select 2"))
        assert monotonic() - begun < SOON
    wire.heal()
    return told.value


def test_an_answer_that_never_comes_is_trouble_of_the_database(wire: Proxy, engine: Engine) -> None:
    error = swallow_one(wire, engine)
    assert error.connection_invalidated
    assert is_disturbed(error), "no event is parked for it"
    assert urlsplit(wire.url).netloc not in str(error)
    with engine.connect() as connection:
        assert connection.execute(text("select 3")).scalar() == 3


def test_nobody_knows_whether_a_commit_without_an_answer_happened(
    wire: Proxy, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("create table thing (id int)"))
    with engine.connect() as connection:
        connection.execute(text("insert into thing values (1)"))
        wire.to_client.swallow()
        with pytest.raises(DBAPIError):
            connection.commit()
    wire.heal()
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from thing")).scalar() == 1


def test_a_statement_without_end_is_broken_off_by_the_server(
    wire: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.database.STATEMENTS_END", "-c statement_timeout=200")
    engine = write_engine(wire.url.format(service="asker"))
    with pytest.raises(DBAPIError) as told, engine.connect() as connection:
        connection.execute(text("select pg_sleep(30)"))
    assert is_disturbed(told.value)
    assert not told.value.connection_invalidated
    engine.dispose()


def test_a_whole_log_is_read_for_as_long_as_it_takes(
    wire: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`relais verify` sorts millions of rows; whoever has the line next has its limits again."""
    pair.prepare(tmp_path, wire.url)
    monkeypatch.setattr("shared.database.STATEMENTS_END", "-c statement_timeout=200")
    engine, work = read_engine(wire.url.format(service="asker")), text("select pg_sleep(0.4)")
    with standing_still(engine) as connection:
        connection.execute(work)
        idle = connection.execute(text("show idle_in_transaction_session_timeout"))
        assert idle.scalar() == "0", "it waits while the books of others are read"
        line = connection.connection.driver_connection
    assert isinstance(line, lines.Line)
    assert not line.patient
    with pytest.raises(DBAPIError), engine.connect() as connection:
        connection.execute(work)
    engine.dispose()


def test_services_go_on_when_their_lines_have_died_silently(wire: Proxy, tmp_path: Path) -> None:
    team, patient = pair.build(pair.prepare(tmp_path, wire.url), SystemClock()), new_id()
    team.start()
    try:
        pair.ask(team["asker"], patient, 1)
        until(lambda: heard(team, patient) == [1])
        wire.to_server.swallow()
        with pytest.raises(DBAPIError):
            pair.ask(team["asker"], patient, 2)
        wire.heal()
        pair.ask(team["asker"], patient, 3)
        until(lambda: heard(team, patient) == [1, 3])
    finally:
        team.stop()


def heard(team: Team, patient: UUID) -> list[int]:
    return pair.numbers(team["answerer"], pair.Heard, patient)
