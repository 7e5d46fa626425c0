"""A RabbitMQ node of a test's own: it is started, killed, frozen and restarted at will."""

import os
import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.nodes.programs import PATIENCE, STARTING, Program, free_port, until
from tests.surroundings import RABBITMQ

CONFIGURATION = """
listeners.tcp.default = 127.0.0.1:{port}
loopback_users.guest = true
disk_free_limit.absolute = 50MB
vm_memory_high_watermark.absolute = 512MB
raft.wal_max_size_bytes = 16777216
log.console = false
log.file.level = warning
"""


class PrivateRabbit:
    """One node with its own name, folder, ports and cookie; what it stored outlives a kill."""

    _server: Program | None = None
    _epmd: Program | None = None

    def __init__(self, folder: Path) -> None:
        """`folder`: where it keeps everything."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self._environment = self._settings(free_port(), free_port())
        (folder / "rabbitmq.conf").write_text(CONFIGURATION.format(port=self.port))
        (folder / "plugins").write_text("[].")

    def _settings(self, distribution: int, epmd: int) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_FLAGS": "+S 1:1 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_ALLOW_INPUT": "1",  # the start script becomes the node instead of its parent
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_NODENAME": f"relais{self.port}@localhost",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-noinput",
        }

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for program in (self._server, self._epmd):
            if program is not None:
                program.signal_all(signal.SIGCONT)
                program.end(signal.SIGKILL)
        self._server = self._epmd = None

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def start(self) -> None:
        """Start the node, or start it again, and wait until it takes connections."""
        self.launch()
        until(self.answers, f"RabbitMQ did not start, see {self.folder}", STARTING)

    def launch(self) -> None:
        """Start the node and do not wait for it."""
        log = self.folder / "console"
        if self._epmd is None or not self._epmd.is_alive():
            self._epmd = Program(["epmd"], self._environment, log, None)
        command = [str(RABBITMQ / "rabbitmq-server")]
        self._server = Program(command, self._environment, log, None)

    @property
    def running(self) -> Program:
        assert self._server is not None, "RabbitMQ was not started"
        return self._server

    def answers(self) -> bool:
        """Whether it greets a client; a node that has ended never will."""
        assert self.running.is_alive(), (self.folder / "console").read_text()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 5) as client:
            client.sendall(b"AMQP\0\0\x09\x01")
            return bool(client.recv(1))
        return False

    def stop(self) -> None:
        """Let it finish in order."""
        self.running.end(signal.SIGTERM)

    def kill(self) -> None:
        """As when the power fails."""
        self.running.end(signal.SIGKILL)

    def forget_queues(self) -> None:
        """Lose which folder is whose, as a kill loses it for half a second after a queue was made.

        After the next start every quorum queue is there, empty, and has no leader.
        """
        for names in self.folder.glob("data/*/quorum/*/names.dets"):
            names.unlink()

    def freeze(self) -> None:
        """It keeps its connections and says nothing any more."""
        self.running.signal_all(signal.SIGSTOP)

    def resume(self) -> None:
        self.running.signal_all(signal.SIGCONT)

    def control(self, *orders: str) -> str:
        """`rabbitmqctl` on this node. Returns what it printed."""
        command = [str(RABBITMQ / "rabbitmqctl"), "--quiet", *orders]
        done = subprocess.run(
            command,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
        return done.stdout

    def alarm(self, on: bool) -> None:
        """Let it think that its memory is used up: it then takes no message from anybody."""
        limit = ("0.00001",) if on else ("absolute", "512MB")
        self.control("set_vm_memory_high_watermark", *limit)
