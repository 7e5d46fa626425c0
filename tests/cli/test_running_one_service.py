"""`relais run` refuses in a sentence what only one process can have, and `relais health` tells."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from services.cli.main import app
from shared.health import FRESH, alive_file
from shared.sealing import team_key
from shared.settings import Settings

SERVERS = {
    "queue_url": "amqp://relais@127.0.0.1:1",
    "database_url": "postgresql://relais@127.0.0.1:1/{service}",
}


@pytest.fixture(autouse=True)
def own_logs() -> Iterator[None]:
    """The command decides where the log goes; the next test decides anew."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the person stands, with the team's key."""
    monkeypatch.chdir(tmp_path)
    team_key(tmp_path / "team.key")
    return tmp_path


def relais(*arguments: str, **settings: str) -> Result:
    env = {f"RELAIS_{name.upper()}": value for name, value in settings.items()}
    return CliRunner().invoke(app, list(arguments), env=env)


def reason(result: Result) -> str:
    """The one sentence that is said."""
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    (line,) = result.stderr.splitlines()
    return line.removeprefix("Relais cannot start: ")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"queue_url": "memory://"}, "RELAIS_QUEUE_URL is memory://, which ends at this process."),
        ({"database_url": "sqlite:///{service}.db"}, "RELAIS_DATABASE_URL names files."),
        ({"team_key_file": "nowhere"}, "the team's key nowhere is not there. All processes need"),
        ({"demo": "true"}, "the demo is played in one process: relais up --demo."),
        ({}, "the database of rtms_unit cannot be used: connection failed"),
        ({"database_password_file": "no-{service}"}, "no-rtms_unit cannot be read"),
    ],
)
@pytest.mark.parametrize("role", ["api", "worker"])
def test_what_is_missing_is_named(
    folder: Path, role: str, settings: dict[str, str], sentence: str
) -> None:
    servers = SERVERS | {"data_dir": str(folder)} | settings
    assert sentence in reason(relais("run", "rtms_unit", role, **servers))


def test_a_service_that_is_not_there_is_named(folder: Path) -> None:
    said = reason(relais("run", "radiology", "api", "--data", str(folder), **SERVERS))
    assert said.startswith("there is no service radiology. There are: accounts, ")


def test_a_role_that_is_not_there_is_named(folder: Path) -> None:  # noqa: ARG001
    refused = relais("run", "rtms_unit", "boss")
    assert refused.exit_code == 2
    assert "'boss' is not one of 'api', 'worker'" in refused.stderr


def test_the_password_of_a_database_is_never_said(folder: Path) -> None:
    (folder / "secret-rtms_unit").write_text("open sesame\n")
    secret = {"database_password_file": str(folder / "secret-{service}")}
    said = relais("run", "rtms_unit", "worker", "--data", str(folder), **SERVERS, **secret)
    assert "connection failed" in said.output
    assert "sesame" not in said.output


def test_a_worker_lives_as_long_as_it_touches_its_file(folder: Path) -> None:
    settings = Settings(data_dir=folder)
    health = ("health", "rtms_unit", "worker", "--data", str(folder))
    assert relais(*health).exit_code == 1, "it never was here"
    file = alive_file(settings, "rtms_unit")
    file.touch()
    assert (relais(*health).exit_code, relais(*health).stdout) == (0, "alive\n")
    past = file.stat().st_mtime - FRESH.total_seconds() - 1
    os.utime(file, (past, past))
    assert (relais(*health).exit_code, relais(*health).stdout) == (1, "silent\n")


def test_an_api_that_does_not_answer_is_silent(folder: Path) -> None:
    assert relais("health", "rtms_unit", "api", "--data", str(folder), "--port", "1").exit_code == 1
