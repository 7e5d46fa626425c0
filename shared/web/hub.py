"""The bell between the threads that change something and the pages that wait for it."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Bell:
    """What one open page listens to: its own event loop's signal."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._signal = asyncio.Event()

    def ring(self) -> None:
        """Wake the page; only in its own loop."""
        self._signal.set()

    async def wait(self, seconds: float) -> None:
        """Until it rings, at most so long."""
        try:
            await asyncio.wait_for(self._signal.wait(), seconds)
        except TimeoutError:
            return
        self._signal.clear()


class Hub:
    """Counts the changes of every service and rings the pages that listen."""

    def __init__(self) -> None:
        # Re-entrant: a signal that closes the hub may interrupt the thread that holds it.
        self._lock = threading.RLock()
        self._changes: Counter[str] = Counter()
        self._bells: dict[Bell, str] = {}
        self.closed = False

    def open(self) -> None:
        self.closed = False

    def close(self) -> None:
        """End every live page at once, so that none holds up the shutdown."""
        self.closed = True
        self._ring(None)

    def changed(self, service: str) -> None:
        """Something in this service was committed. May be called from any thread."""
        with self._lock:
            self._changes[service] += 1
        self._ring(service)

    def changes(self, service: str) -> int:
        """How many changes there were since the process started."""
        with self._lock:
            return self._changes[service]

    @contextmanager
    def listening(self, service: str) -> Iterator[Bell]:
        """A bell that rings when the service changes."""
        bell = Bell()
        with self._lock:
            self._bells[bell] = service
        try:
            yield bell
        finally:
            with self._lock:
                del self._bells[bell]

    def _ring(self, service: str | None) -> None:
        """May be called from any thread, also when pages are long gone."""
        with self._lock:
            bells = [bell for bell, of in self._bells.items() if service in (None, of)]
        for loop in {bell.loop for bell in bells}:
            here = [bell for bell in bells if bell.loop is loop]
            with suppress(RuntimeError):  # the loop has ended, and its pages with it
                loop.call_soon_threadsafe(_ring_all, here)  # once: each call wakes the loop


def _ring_all(bells: list[Bell]) -> None:
    for bell in bells:
        bell.ring()
