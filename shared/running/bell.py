"""Wakes a service that waits: because somebody here rang, or because the queue has something."""

import os
import select
import threading
import weakref
from contextlib import suppress


class Bell(threading.Event):
    """An event for which a thread can wait together with a socket."""

    _pipe: tuple[int, int] | None = None
    _calls = False

    def set(self) -> None:
        """Something was changed here: come and look at everything."""
        self._calls = True
        self.knock()

    def knock(self) -> None:
        """Something has arrived in the queue; nothing else is new."""
        super().set()
        if self._pipe:
            with suppress(BlockingIOError):  # it is full: the sleeper is woken by what is there
                os.write(self._pipe[1], b"!")

    def clear(self) -> None:
        super().clear()
        if self._pipe:
            with suppress(BlockingIOError):
                os.read(self._pipe[0], 65536)

    def answer(self) -> bool:
        """Be silent again. Returns whether there is more to see to than what has arrived."""
        self.clear()
        if self._calls:  # whoever calls from here on is answered by the look that follows
            self._calls = False
            return True
        return False  # and nothing is written: somebody may be calling

    def wait_or_read(self, socket: int | None, timeout: float) -> None:
        """Wait until it rings or the socket can be read, so many seconds at most."""
        if socket is None:
            self.wait(timeout)
            return
        ear = self._hear()
        if self.is_set():
            return
        poll = select.poll()  # `select` knows no more than a thousand sockets
        for one in (ear, socket):
            poll.register(one, select.POLLIN)
        poll.poll(timeout * 1000)

    def _hear(self) -> int:
        if self._pipe is None:
            self._pipe = os.pipe()
            for end in self._pipe:
                os.set_blocking(end, False)
                weakref.finalize(self, os.close, end)
        return self._pipe[0]
