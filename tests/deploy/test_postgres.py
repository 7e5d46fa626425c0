"""A real PostgreSQL is told what a centre's would be: a service sees its own database and no other.

The server, its rules of access, the certificate and the script are those of the containers.
"""

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from services.cli.centre.databases import verifier
from tests.deploy.prepared import Centre, prepared
from tests.deploy.resolved import ROOT
from tests.nodes.postgres import PrivatePostgres
from tests.nodes.programs import until
from tests.surroundings import POSTGRES_PROGRAMS

pytestmark = [pytest.mark.nodes, pytest.mark.slow, pytest.mark.timeout(300)]

EVERYTHING = "select rolname, rolsuper, rolcreatedb from pg_roles order by 1"


@dataclass(frozen=True)
class Server:
    """The database server of a centre, and the ways to it."""

    node: PrivatePostgres
    centre: Centre

    def bring_up_to_date(self) -> None:
        """What the container `databases` does at each start: its own command, its own variables."""
        container = self.centre.compose()["services"]["databases"]
        told = {n: self.centre.here(v) for n, v in container["environment"].items()}
        command = [*container["entrypoint"], *map(self.centre.here, container["command"])]
        place = {"PGHOSTADDR": "127.0.0.1", "PGPORT": str(self.node.port)}
        subprocess.run(command, env={"PATH": os.defpath, **told, **place}, check=True)

    def connect(self, service: str, database: str = "", **more: str) -> psycopg.Connection:
        """As a service does it, with its own password, or else as `more` says."""
        database = database or service
        container = self.centre.compose()["services"][f"{service}-api"]
        url = str(container["environment"]["RELAIS_DATABASE_URL"]).format(service=service)
        usual = {
            "dbname": database,
            "password": self.centre.secret(f"{service}_database_password"),
            "hostaddr": "127.0.0.1",
            "port": str(self.node.port),
        }
        return psycopg.connect(make_conninfo(self.centre.here(url), **{**usual, **more}))

    def ask(self, question: str, *values: str) -> list[tuple[object, ...]]:
        """As the server's own administrator."""
        with closing(self._administrator()) as connection:
            return connection.execute(question.encode(), values).fetchall()

    def back_up(self, file: Path) -> Path:
        """What the operator is told to do, inside the container of the server."""
        command = [*told_to_the_operator("pg_basebackup"), f"--host={self.node.data}"]
        command[0] = str(POSTGRES_PROGRAMS / command[0])
        with file.open("wb") as content:
            subprocess.run([*command, f"--port={self.node.port}"], stdout=content, check=True)
        return file

    def order(self, *orders: str) -> None:
        with closing(self._administrator()) as connection:
            for one in orders:
                connection.execute(one.encode())

    def _administrator(self) -> psycopg.Connection:
        password = self.centre.secret("postgres_password")
        return psycopg.connect(self.node.url(), password=password, autocommit=True)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Begins as the image does: with the administrator's password, TLS and the rules of access."""
    folder = tmp_path_factory.mktemp("postgres")
    with PrivatePostgres(folder / "node") as node:
        server = Server(node, prepared(folder / "centre"))
        server.order(f"alter system set unix_socket_directories = '{node.data}'")
        node.stop()
        node.start()
        for name in ("postgres_certificate", "postgres_key"):
            own = node.data / name
            shutil.copy2(server.centre.folder / "secrets" / name, own)
            shutil.chown(own, node.data.owner(), node.data.group())
        server.order(
            f"alter role postgres password '{server.centre.secret('postgres_password')}'",
            "alter system set ssl = on",
            "alter system set ssl_cert_file = 'postgres_certificate'",
            "alter system set ssl_key_file = 'postgres_key'",
        )
        rules = node.data / "pg_hba.conf"
        rules.write_text((ROOT / "deploy" / "pg_hba.conf").read_text())
        server.order("select pg_reload_conf()")
        until(lambda: speaks_tls(node), "PostgreSQL does not take its certificate")
        server.bring_up_to_date()
        yield server


def speaks_tls(node: PrivatePostgres) -> bool:
    try:
        psycopg.connect(node.url(), sslmode="require", password="wrong").close()
    except psycopg.OperationalError as error:
        return "password authentication failed" in str(error)
    return False


def test_a_service_keeps_its_rows_in_its_own_database(server: Server) -> None:
    with closing(server.connect("accounts")) as connection:
        connection.execute("create table if not exists kept (id int)")
        connection.execute("insert into kept values (1)")
        connection.commit()
    server.bring_up_to_date()
    with closing(server.connect("accounts")) as connection:
        assert connection.execute("select count(*) >= 1 from kept").fetchone() == (True,)
        assert connection.info.pgconn.ssl_in_use


def test_nothing_changes_when_it_is_told_again(server: Server) -> None:
    before = server.ask(EVERYTHING)
    server.bring_up_to_date()
    assert server.ask(EVERYTHING) == before


def test_a_service_cannot_reach_the_database_of_another(server: Server) -> None:
    for other in ("coordinator", "postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match=r"pg_hba\.conf"):
            server.connect("accounts", other)


def test_it_could_not_even_if_the_door_were_open(server: Server) -> None:
    """The rules of access are one wall; the rights on the database are another."""
    databases = (
        "select datname from pg_database where has_database_privilege(%s, datname, 'CONNECT')"
    )
    found = {name for (name,) in server.ask(databases, "accounts")}
    assert found - {"postgres", "template0", "template1"} == {"accounts"}


def test_a_service_cannot_come_in_without_encryption_or_with_another_password(
    server: Server,
) -> None:
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        server.connect("accounts", sslmode="disable")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        server.connect("accounts", password=server.centre.secret("coordinator_database_password"))


def test_a_service_recognises_its_server(server: Server) -> None:
    with pytest.raises(psycopg.OperationalError, match="does not match host name"):
        server.connect("accounts", host="another-server")


def test_a_changed_password_counts_at_the_next_start(server: Server) -> None:
    old = server.centre.secret("interop_database_password")
    (server.centre.folder / "secrets" / "interop_database_password").unlink()
    assert server.centre.init().exit_code == 0
    server.bring_up_to_date()
    server.connect("interop").close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        server.connect("interop", password=old)


def test_rights_that_somebody_gave_by_hand_are_taken_back(server: Server) -> None:
    server.order("alter role reminders superuser createdb")
    server.bring_up_to_date()
    rights = server.ask("select rolsuper or rolcreatedb from pg_roles where rolname = 'reminders'")
    assert rights == [(False,)]


def told_to_the_operator(program: str) -> list[str]:
    """The words of one command in the guide, from this program on."""
    guide = (ROOT / "docs" / "operators.md").read_text()
    line = next(line for line in guide.splitlines() if f" {program} " in line)
    words = line[line.index(f"{program} ") :].partition(" <")[0].partition(" >")[0]
    return shlex.split(words.rstrip("'"))


def test_a_backup_that_is_taken_at_work_can_be_put_back(server: Server, tmp_path: Path) -> None:
    with closing(server.connect("psychologist")) as connection:
        connection.execute("create table remembered (id int)")
        connection.execute("insert into remembered values (7)")
        connection.commit()
        backup = server.back_up(tmp_path / "databases.tar.gz")
        connection.execute("insert into remembered values (8)")
        connection.commit()
    other = PrivatePostgres(tmp_path / "other")
    try:
        put_back(backup, other)
        with closing(Server(other, server.centre).connect("psychologist")) as connection:
            assert connection.execute("select id from remembered").fetchall() == [(7,)]
    finally:
        other.__exit__()


def put_back(backup: Path, node: PrivatePostgres) -> None:
    """As the guide says: into an empty folder of the server."""
    user, group = node.data.owner(), node.data.group()
    words = told_to_the_operator("tar --extract --gzip")
    command = [word.replace("$PGDATA", str(node.data)) for word in words]
    with backup.open("rb") as content:
        subprocess.run(command, stdin=content, user=user, group=group, cwd="/", check=True)
    with (node.data / "postgresql.auto.conf").open("a") as own:
        own.write(f"port = {node.port}\nunix_socket_directories = '{node.data}'\n")
    node.launch()
    until(lambda: speaks_tls(node), "the backup does not start")


def test_the_script_is_the_same_every_time_and_shows_no_password() -> None:
    assert verifier("a", "secret") == verifier("a", "secret")
    assert verifier("a", "secret") != verifier("b", "secret")
    assert "secret" not in verifier("a", "secret")
