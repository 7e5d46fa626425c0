"""A PostgreSQL server of a test's own: it is started, killed and restarted at will."""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import Self

import psycopg

from tests.nodes.programs import PATIENCE, STARTING, Program, free_port, kill_all, until
from tests.surroundings import POSTGRES_PROGRAMS

CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = {port}
fsync = on
max_connections = 200
shared_buffers = 32MB
max_wal_size = 128MB
timezone = 'UTC'
"""


class PrivatePostgres:
    """One server on its own port, which keeps every promise about the disk (`fsync` on)."""

    _server: Program | None = None

    def __init__(self, folder: Path, disk: int = 0) -> None:
        """`folder`: where it writes its log. `disk`: megabytes of a disk of its own, if any."""
        folder.mkdir(parents=True, exist_ok=True)
        self.log, self.port = folder / "postgres.log", free_port()
        # It may not run as root, and who it runs as may not enter the folders of a test.
        self._user = "postgres" if os.geteuid() == 0 else None
        self.data = Path(tempfile.mkdtemp(prefix="relais-postgres-"))
        self._mounted = disk > 0
        if disk:
            options = f"size={disk}m,mode=700"
            subprocess.run(
                ["/bin/mount", "-t", "tmpfs", "-o", options, "tmpfs", self.data], check=True
            )
        if self._user:
            shutil.chown(self.data, self._user, self._user)

    def _make(self) -> None:
        self._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale")
        configuration = self.data / "postgresql.conf"
        with configuration.open("a") as file:
            file.write(CONFIGURATION.format(port=self.port))

    def _run(self, program: str, *orders: str) -> None:
        """One of PostgreSQL's own programs, on this server's data."""
        subprocess.run(
            [str(POSTGRES_PROGRAMS / program), "--pgdata", str(self.data), *orders],
            user=self._user,
            group=self._user,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            cwd="/",
            capture_output=True,
            timeout=PATIENCE,
            check=True,
        )

    def __enter__(self) -> Self:
        try:
            self._make()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.signal_all(signal.SIGCONT)
            self._server.end(signal.SIGKILL)
        if self._mounted:
            subprocess.run(["/bin/umount", self.data], check=True)
        shutil.rmtree(self.data)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """A new empty database. Returns its address."""
        with closing(psycopg.connect(self.url(), autocommit=True)) as connection:
            connection.execute(f'create database "{database}"')
        return self.url(database)

    def copy(self, database: str, to: str) -> None:
        """A backup, or its way back: the copy takes the place of what had its name."""
        end = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s"
        with closing(psycopg.connect(self.url(), autocommit=True)) as connection:
            connection.execute(f'drop database if exists "{to}" with (force)')
            connection.execute(end, (database,))
            connection.execute(f'create database "{to}" template "{database}"')

    def start(self) -> None:
        """Start the server, or start it again, and wait until it has recovered."""
        self.launch()
        until(self.answers, f"PostgreSQL did not start, see {self.log}", STARTING)

    def launch(self) -> None:
        """Start the server and do not wait for it."""
        command = [str(POSTGRES_PROGRAMS / "postgres"), "-D", str(self.data)]
        self._server = Program(command, {"LANG": "C.UTF-8"}, self.log, self._user)

    @property
    def running(self) -> Program:
        assert self._server is not None, "PostgreSQL was not started"
        return self._server

    def answers(self) -> bool:
        """Whether it can be asked something; a server that has ended never will."""
        assert self.running.is_alive(), self.log.read_text()
        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Let it finish in order; who is connected is sent away."""
        self.running.end(signal.SIGINT)

    def stop_at_once(self) -> None:
        """`pg_ctl stop -m immediate`: it recovers from its log at the next start."""
        self.running.end(signal.SIGQUIT)

    def kill(self) -> None:
        """The postmaster and all that it started, as when the power fails."""
        self.running.end(signal.SIGKILL)

    def kill_backend(self) -> int:
        """One server process of a client; all the others then start anew. Returns how many."""
        with closing(psycopg.connect(self.url(), autocommit=True)) as connection:
            found = connection.execute(
                "select pid from pg_stat_activity where backend_type = 'client backend' "
                "and pid <> pg_backend_pid() order by backend_start desc"
            ).fetchall()
        kill_all([pid for (pid,) in found[:1]])
        return len(found[:1])

    def fill_disk(self) -> None:
        """Something else takes all that is left of its disk."""
        with suppress(OSError), (self.data / "ballast").open("wb", buffering=0) as ballast:
            while ballast.write(b"x" * 65536):
                pass

    def free_disk(self) -> None:
        """There is room again; a server that gave up meanwhile is started."""
        (self.data / "ballast").unlink()
        if not self.running.is_alive():
            self.start()

    def freeze(self) -> None:
        """It keeps its connections and says nothing any more."""
        self.running.signal_all(signal.SIGSTOP)

    def resume(self) -> None:
        self.running.signal_all(signal.SIGCONT)
