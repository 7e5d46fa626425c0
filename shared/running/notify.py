"""Signals between the processes of one service: something was changed, come and look.

A signal is a hint and carries nothing but its name. It is sent after the commit, from a thread of
its own, many as one. A lost one costs seconds: everybody also looks without being asked.
"""

import threading
from contextlib import closing
from time import monotonic
from typing import TYPE_CHECKING, Any

import structlog

from shared.running.bell import Bell

if TYPE_CHECKING:
    from shared.running.running_service import RunningService

logger = structlog.get_logger()
CHANGED = "changed"
"""Pages that are open may show something old."""
WAKE = "wake"
"""There is something to send."""
LOOK_SECONDS = 30.0
"""How long a lost signal can go unnoticed by a page; workers look every second anyway."""
PAUSE_SECONDS = 0.02
"""Signals of this time become one: each costs the database a lock."""
AGAIN_SECONDS = 1.0
"""Between the tries to reach the database again."""


class _FarBell(Bell):
    """The bell of a process that does not work itself: it is heard in those that do."""

    def __init__(self, signals: "Signals") -> None:
        super().__init__()
        self._signals = signals

    def set(self) -> None:
        self._signals.tell(WAKE)


class Signals:
    """The line of one service to its other processes: LISTEN and NOTIFY of PostgreSQL.

    With `to_workers`, who rings this process's bell rings those of the workers.
    """

    def __init__(self, running: "RunningService", *, to_workers: bool = False) -> None:
        self._running, self._ring_pages, self._bell = running, running.changed, running.bell
        self._channel = f"relais_{running.name}"
        self._wanted: set[str] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._away = False
        self._poked = Bell()
        self._thread = threading.Thread(target=self._keep_line, name="signals", daemon=True)
        running.changed = self._changed
        if to_workers:
            running.bell = _FarBell(self)

    def start(self) -> None:
        self._thread.start()

    def stop(self, patience: float = 1.0) -> None:
        """End the line; what was not sent yet is found by those who look."""
        self._stop.set()
        self._poked.set()
        self._thread.join(patience)

    def tell(self, signal: str) -> None:
        """Have a signal sent soon. May be called from any thread, and never waits."""
        with self._lock:
            self._wanted.add(signal)
        self._poked.set()

    def _changed(self, service: str) -> None:
        self._ring_pages(service)
        self.tell(CHANGED)

    def _keep_line(self) -> None:
        while not self._stop.is_set():
            try:
                self._talk()
            except Exception as error:  # of the database's own library, which is not always there
                if not self._away:
                    name = type(error).__name__
                    logger.warning("signals.away", service=self._running.name, error=name)
                self._away = True
                self._stop.wait(AGAIN_SECONDS)

    def _talk(self) -> None:
        """Open a connection of one's own, listen and send, until it breaks or all ends."""
        with closing(self._connection()) as line:
            line.execute(f'listen "{self._channel}"')
            self._away = False
            self._hear_all()  # whatever was said while nobody listened
            looked = monotonic()
            while not self._stop.is_set():
                self._poked.wait_or_read(line.fileno(), LOOK_SECONDS)
                self._poked.clear()
                self._send(line)
                self._receive(line)
                if monotonic() - looked >= LOOK_SECONDS:
                    looked = monotonic()
                    line.execute("select 1")  # a line that is dead says so now
                    self._hear_all()

    def _connection(self) -> Any:
        """A connection that no transaction shares, with the settings of all the others."""
        borrowed = self._running.engine.raw_connection()
        line: Any = borrowed.driver_connection
        borrowed.detach()
        line.autocommit = True
        return line

    def _send(self, line: Any) -> None:
        with self._lock:
            wanted, self._wanted = self._wanted, set()
        for signal in sorted(wanted):
            line.execute("select pg_notify(%s, %s)", (self._channel, signal))
        if wanted:
            self._stop.wait(PAUSE_SECONDS)

    def _receive(self, line: Any) -> None:
        own = line.info.backend_pid
        for signal in {said.payload for said in line.notifies(timeout=0) if said.pid != own}:
            self._hear(signal)

    def _hear_all(self) -> None:
        self._hear(CHANGED)
        self._hear(WAKE)

    def _hear(self, signal: str) -> None:
        if signal == CHANGED:
            self._ring_pages(self._running.name)
        elif signal == WAKE:
            self._bell.set()
