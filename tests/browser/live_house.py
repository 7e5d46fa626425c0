"""A real server of the whole house, with its threads, for browsers."""

import threading
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import uvicorn

import services
from shared.access.sign_in import SignIn, cookie_name, written
from shared.app import create_app
from shared.backbone.bus import forget_memory
from shared.clock import Clock, Running, SystemClock
from shared.identifiers import new_id
from shared.mail import KeptMailer
from shared.running import House, Team
from shared.settings import Settings
from tests.clinic import DAY


class Watch:
    """A clock that runs like the machine's from another moment on, and can be put forward."""

    def __init__(self, start: datetime) -> None:
        self._machine = SystemClock()
        self._ahead = start - self._machine.now()

    def now(self) -> datetime:
        return self._machine.now() + self._ahead

    def running(self) -> Running:
        running = self._machine.running()
        return running._replace(seconds=running.seconds + self._ahead.total_seconds())

    def forward_to(self, moment: datetime) -> None:
        """Nothing happens in between; what has become due by then is due now."""
        self._ahead += max(moment - self.now(), timedelta(0))


class LiveHouse:
    """Serves the databases of a folder on a port of this machine; 0 is one that is free."""

    def __init__(
        self,
        folder: Path,
        *,
        demo: bool = False,
        clock: Clock | None = None,
        port: int = 0,
        threads: bool = True,
    ) -> None:
        forget_memory()
        self.settings = Settings(data_dir=folder, demo=demo)
        self.clock = clock or SystemClock()
        every = services.load_all()
        self.team = Team(every, House(every, self.settings, self.clock, KeptMailer()))
        app = create_app(self.team, threads=threads)
        config = uvicorn.Config(app, port=port, log_level="error", timeout_graceful_shutdown=2)
        self._server = uvicorn.Server(config)
        self._hub = app.state.hub
        self._thread = threading.Thread(target=self._server.run)

    def start(self) -> None:
        """Serve; returns when browsers can come."""
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.05)
            assert self._thread.is_alive(), "the server did not start"

    @property
    def port(self) -> int:
        port: int = self._server.servers[0].sockets[0].getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def listeners(self) -> int:
        """How many pages are live."""
        return len(self._hub._bells)

    def cookie(self, member_id: UUID) -> dict[str, str]:
        """The sign-in of a member, as a browser keeps it."""
        now = self.clock.now()
        value = written(self.settings, SignIn(new_id(), member_id, now, now + DAY))
        return {"name": cookie_name(self.settings), "value": value, "url": self.url}

    def stop(self) -> None:
        self._hub.close()
        self._server.should_exit = True
        self._thread.join()
