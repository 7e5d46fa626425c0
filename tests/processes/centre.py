"""A centre as in production: RabbitMQ, PostgreSQL, and any number of processes for each service."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2

import services
from shared.access.sign_in import SignIn, cookie_name, written
from shared.clock import SystemClock
from shared.identifiers import new_id
from shared.mail import KeptMailer
from shared.running import House, Team
from shared.settings import Settings
from tests.clinic import DAY
from tests.processes.house import PATIENCE, free_port, until
from tests.processes.servers import centre_of

API, WORKER = "api", "worker"


@dataclass
class Process:
    """One `relais run`, and what it said."""

    service: str
    role: str
    number: int
    folder: Path
    port: int = field(default_factory=free_port)
    running: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / f"{self.service}-{self.role}-{self.number}.log"

    @property
    def popen(self) -> subprocess.Popen[bytes]:
        assert self.running is not None, "it was not started"
        return self.running

    def is_ready(self) -> bool:
        """Whether an api answers; a process that has ended never will."""
        assert self.popen.poll() is None, self.log.read_text()
        with suppress(httpx2.TransportError):
            return httpx2.get(f"{self.url}/ready", timeout=PATIENCE).status_code == 200
        return False

    def kill(self) -> None:
        """As when the power fails."""
        self.popen.kill()
        self.popen.wait()

    def freeze(self) -> None:
        self.popen.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.popen.send_signal(signal.SIGCONT)


def all_asked_to_end(processes: Sequence[Process]) -> list[int]:
    """Ask them all at once. Returns their exit codes."""
    for process in processes:
        process.popen.terminate()
    return [process.popen.wait(PATIENCE) for process in processes]


class Centre:
    """Starts the processes of a centre, and knows them by service and role."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder = settings, folder
        self.processes: list[Process] = []
        self._browsers: list[httpx2.Client] = []

    def launch(self, service: str, role: str, count: int = 1) -> list[Process]:
        """Start processes and do not wait for them."""
        started = []
        for _ in range(count):
            process = Process(service, role, len(self.processes), self.folder)
            self.processes.append(process)
            self.relaunch(process)
            started.append(process)
        return started

    def relaunch(self, process: Process) -> None:
        command = [sys.executable, "-m", "services.cli", "run", process.service, process.role]
        with process.log.open("ab") as log:
            process.running = subprocess.Popen(
                [*command, "--port", str(process.port)],
                cwd=self.folder,
                env=self.environment(),
                stdout=log,
                stderr=log,
            )

    def environment(self) -> dict[str, str]:
        given = ("data_dir", "database_url", "queue_url", "queue_prefix")
        chosen = {f"RELAIS_{name.upper()}": str(getattr(self.settings, name)) for name in given}
        return {"PATH": os.defpath, **chosen}

    def of(self, service: str, role: str) -> list[Process]:
        return [p for p in self.processes if (p.service, p.role) == (service, role)]

    def until_ready(self) -> None:
        """Until every api has its database, and a worker behind it."""
        for process in self.processes:
            if process.role == API:
                until(process.is_ready)

    @contextmanager
    def team(self, *names: str) -> Iterator[Team]:
        """These services in the test's own process, to begin with and to look into."""
        every = services.load_all()
        house = House(every, self.settings, SystemClock(), KeptMailer())
        team = Team([service for service in every if service.plate.name in names], house)
        yield team
        team.stop()

    def visitor(self, member: UUID, which: int = 0) -> httpx2.Client:
        """Somebody signed in, who reaches the api number `which` of every service."""
        now = SystemClock().now()
        cookie = written(self.settings, SignIn(new_id(), member, now, now + DAY))
        return self.browser(which, cookies={cookie_name(self.settings): cookie})

    def browser(self, which: int = 0, **more: Any) -> httpx2.Client:
        """Somebody's browser; it is closed when the centre ends."""
        browser = httpx2.Client(
            base_url="http://127.0.0.1",
            transport=Proxy(self, which),
            timeout=PATIENCE,
            headers={"sec-fetch-site": "same-origin"},
            **more,
        )
        self._browsers.append(browser)
        return browser

    def logs(self) -> str:
        return "\n".join(f"== {p.log.name}\n{p.log.read_text()}" for p in self.processes)

    def end(self) -> None:
        for browser in self._browsers:
            browser.close()
        for process in self.processes:
            if process.popen.poll() is None:
                process.resume()
                process.kill()


class Proxy(httpx2.HTTPTransport):
    """What stands before the processes: the first word of a path is the service."""

    def __init__(self, centre: Centre, which: int) -> None:
        super().__init__()
        self._centre, self._which = centre, which

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        service = request.url.path.split("/")[1]
        apis = self._centre.of(service, API)
        request.url = request.url.copy_with(
            host="127.0.0.1", port=apis[self._which % len(apis)].port
        )
        return super().handle_request(request)


@contextmanager
def opened(names: Sequence[str], folder: Path) -> Iterator[Centre]:
    """A centre of these services, with no process yet; no process outlives it."""
    with centre_of(names, folder) as settings:
        centre = Centre(settings, folder)
        try:
            yield centre
        finally:
            centre.end()
