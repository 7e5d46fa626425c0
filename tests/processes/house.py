"""A real `relais up` in a process of its own, on a folder that outlives it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event
from time import monotonic
from uuid import UUID

import httpx2

from shared.access.sign_in import SignIn, cookie_name, written
from shared.clock import SystemClock
from shared.identifiers import new_id
from shared.settings import Settings
from tests.clinic import DAY

PATIENCE = 240
"""Seconds to wait for something that takes one: the machine may be busy with other things."""
_GLANCE = Event()


class House:
    """Lives on one folder and one port; every `start` is another process."""

    process: subprocess.Popen[bytes]

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self.port, self.options = folder, free_port(), options
        self.settings = Settings(data_dir=folder, port=self.port)
        self.log = folder.parent / "log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def launch(self) -> None:
        """Start the process and do not wait for it."""
        command = [sys.executable, "-m", "services.cli", "up", "--data", str(self.folder)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port), *self.options],
                cwd=self.folder.parent,
                env={"PATH": os.defpath},
                stdout=log,
                stderr=log,
            )

    def start(self) -> None:
        self.launch()
        until(self.is_ready)

    def is_ready(self) -> bool:
        """Whether it answers; a process that has ended never will."""
        assert self.process.poll() is None, self.log.read_text()
        with suppress(httpx2.TransportError):
            return httpx2.get(f"{self.url}/ready", timeout=PATIENCE).status_code == 200
        return False

    def ask_to_end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Ask the process to end. Returns its exit code and how many seconds it took."""
        asked = monotonic()
        self.process.send_signal(number)
        return self.process.wait(PATIENCE), monotonic() - asked

    def kill(self) -> None:
        """As when the power fails."""
        self.process.kill()
        self.process.wait()

    def visitor(self, member_id: UUID) -> httpx2.Client:
        """Somebody who is signed in."""
        now = SystemClock().now()
        cookie = written(self.settings, SignIn(new_id(), member_id, now, now + DAY))
        return httpx2.Client(
            base_url=self.url, cookies={cookie_name(self.settings): cookie}, timeout=PATIENCE
        )


def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so, looking again and again."""
    end = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < end, "it did not become so"
        _GLANCE.wait(0.02)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
