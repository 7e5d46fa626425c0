"""When Relais cannot start, one sentence says why and what to do, and nothing else is said."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text
from typer.testing import CliRunner, Result

import services
from services.cli.main import app
from services.demo.playing import MARK
from shared.database import write_engine
from shared.migrations import upgrade
from shared.serving import alone_in
from shared.settings import Settings


@pytest.fixture(autouse=True)
def own_logs() -> Iterator[None]:
    """The command decides where the log goes; the next test decides anew."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the person stands: an empty folder, with no settings around."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def up(*arguments: str, **settings: str) -> Result:
    settings = {"port": free_port(), **settings}
    env = {f"RELAIS_{name.upper()}": value for name, value in settings.items()}
    return CliRunner().invoke(app, ["up", *arguments], env=env)


def reason(result: Result) -> str:
    """The one sentence that is said."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    start, _, sentence = line.partition(": ")
    assert start == "Relais cannot start"
    assert sentence.endswith(".")
    return sentence


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"port": "99999"}, "RELAIS_PORT: Input should be less than or equal to 65535."),
        ({"port": "many"}, "RELAIS_PORT: Input should be a valid integer"),
        ({"zone": "Paris"}, "RELAIS_ZONE is not an IANA time zone such as Europe/Paris."),
        ({"database_url": "sqlite:///x.db"}, "RELAIS_DATABASE_URL must name {service}: every"),
        ({"database_url": "sqlite:///{x}.db"}, "RELAIS_DATABASE_URL may name {service} and"),
        ({"database_url": "{service}"}, "the database of accounts cannot be used: RELAIS_DATABASE"),
        ({"database_url": "mysql://h/{service}"}, "names a kind of database that is not installed"),
        ({"database_url": "postgresql://127.0.0.1:1/{service}"}, "cannot be used: connection fail"),
        ({"smtp_url": "smtp://mail.example.org"}, "mail to another host must be encrypted"),
        ({"smtp_url": "smtps://h", "smtp_password_file": "/no/file"}, "/no/file cannot be read"),
        ({"queue_url": "amqp://u:secret@127.0.0.1:1"}, "the queue at RELAIS_QUEUE_URL cannot be"),
        (
            {"subscribers_file": "/no"},
            "RELAIS_SUBSCRIBERS_FILE needs RabbitMQ: set RELAIS_QUEUE",
        ),
        ({"subscribers_file": "/no/file", "queue_url": "amqp://u:p@h"}, "/no/file cannot be read"),
        ({"queue_url": "pigeon://"}, "the queue at RELAIS_QUEUE_URL cannot be used"),
        ({"team_key_file": "/dev/null"}, "the team key in /dev/null must be 32 bytes in base64."),
    ],
)
def test_a_wrong_setting_is_named(folder: Path, settings: dict[str, str], sentence: str) -> None:
    said = reason(up("--data", str(folder / "data"), **settings))
    assert sentence in said
    assert "secret" not in said


def test_the_demo_is_never_shown_to_the_network(folder: Path) -> None:
    assert "may only listen on 127.0.0.1" in reason(up("--demo", "--host", "0.0.0.0"))  # noqa: S104
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("place", ["/dev/null/data", "/proc/data"])
def test_a_folder_that_cannot_be_written_is_named(folder: Path, place: str) -> None:  # noqa: ARG001
    assert f"cannot write into the folder {place}" in reason(up("--data", place))


def test_a_busy_port_is_told_before_anything_is_made(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        said = reason(up("--data", str(folder / "data"), "--port", str(port)))
    assert said.startswith(f"port {port} is taken by another program.")
    assert [file.name for file in (folder / "data").iterdir()] == ["relais.lock"]


def test_an_address_of_another_machine_is_refused(folder: Path) -> None:
    said = reason(up("--data", str(folder), "--host", "192.0.2.1"))
    assert said.startswith("it cannot listen on 192.0.2.1, port ")


def test_a_folder_belongs_to_one_relais(folder: Path) -> None:
    with alone_in(folder / "data"):
        said = reason(up("--data", str(folder / "data")))
    assert said.startswith(f"another Relais is at work in the folder {folder / 'data'}.")


def test_the_folder_is_closed_to_others(folder: Path) -> None:
    """It will hold patients: nobody else on the machine may look in."""
    with alone_in(folder / "data"):
        assert (folder / "data").stat().st_mode & 0o077 == 0


def test_a_file_that_is_no_database_is_left_alone(folder: Path) -> None:
    (folder / "accounts.db").write_text("a shopping list, kept here by mistake" * 100)
    said = reason(up("--data", str(folder)))
    assert said == "the database of accounts cannot be used: file is not a database."


def test_the_data_of_a_newer_release_is_left_alone(folder: Path) -> None:
    settings = Settings(data_dir=folder)
    first = services.load_all()[0]
    url = settings.database(first.plate.name)
    upgrade(url, first.migrations)
    with closing(write_engine(url).connect()) as connection, connection.begin():
        connection.execute(text("insert into alembic_version values ('made_tomorrow')"))
    said = reason(up("--data", str(folder)))
    assert said == f"the database of {first.plate.name} was made by another release of Relais."


def test_the_demo_does_not_move_into_a_real_centre(folder: Path) -> None:
    (folder / "accounts.db").touch()
    said = reason(up("--demo", "--data", str(folder)))
    assert said.startswith(f"{folder} holds a centre that is no demo.")


def test_a_real_centre_does_not_move_into_the_demo(folder: Path) -> None:
    (folder / MARK).touch()
    said = reason(up("--data", str(folder)))
    assert said.startswith(f"{folder} holds the demo centre.")


def test_the_demo_is_not_put_on_a_server(folder: Path) -> None:
    elsewhere = "postgresql://127.0.0.1:1/{service}"
    said = reason(up("--demo", "--data", str(folder), database_url=elsewhere))
    assert said == "the demo lives in files of its data folder: unset RELAIS_DATABASE_URL."


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])
