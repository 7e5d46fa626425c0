"""Serves a house from its folder: alone there, at one address, and gone within seconds if asked."""

import errno
import fcntl
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Timer
from types import FrameType
from typing import Any, NoReturn

import uvicorn

from shared.web.arriving import BoundedRequests

REQUESTS_MAY_TAKE = 3
"""Seconds that requests have to finish when the house is asked to end."""
ALL_MAY_TAKE = 4.5
"""Seconds until it ends in any case."""


class CannotStart(Exception):
    """Why Relais does not start: a sentence for whoever started it."""


@contextmanager
def ending_well() -> Iterator[None]:
    """From here on SIGTERM and Ctrl-C are a normal end, whatever is being done."""
    before = {number: signal.signal(number, _end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(_: int, __: FrameType | None) -> NoReturn:
    sys.exit(0)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep the folder for this process. The lock ends with the process, however that ends."""
    file = touched(folder, "relais.lock")
    lock = os.open(file, os.O_WRONLY)
    try:
        _take(lock, folder)
        yield
    finally:
        os.close(lock)


def touched(folder: Path, name: str) -> Path:
    """A file in the folder of this process; both are made if need be, for nobody else."""
    file = folder / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
    except OSError as error:
        raise CannotStart(
            f"it cannot write into the folder {folder} ({error.strerror}). "
            "Choose another one with --data or RELAIS_DATA_DIR."
        ) from None
    return file


def _take(lock: int, folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CannotStart(
            f"another Relais is at work in the folder {folder}. "
            "Stop that one, or choose another folder with --data or RELAIS_DATA_DIR."
        ) from None


def listening(host: str, port: int) -> socket.socket:
    """The address is taken before anything else is done, so that a busy one is told at once."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address, family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(
                f"port {port} is taken by another program. "
                "Stop that one, or choose another port with --port or RELAIS_PORT."
            ) from None
        reason = str(error.strerror).partition(" (")[0]
        raise CannotStart(f"it cannot listen on {host}, port {port}: {reason}.") from None


def serve(
    application: Any,
    listener: socket.socket,
    *,
    at_end: Callable[[], None],
    proxies: str = "127.0.0.1",
) -> None:
    """Answer requests until SIGTERM or Ctrl-C; `at_end` lets go of what would never end.

    `proxies`: whose word counts about where a request came from.
    """
    config = uvicorn.Config(
        application,
        http=BoundedRequests,
        ws="none",
        log_config=None,  # its lines join ours; its own would be plain text
        log_level="warning",
        access_log=False,
        server_header=False,
        forwarded_allow_ips=proxies,
        timeout_graceful_shutdown=REQUESTS_MAY_TAKE,
    )
    _Server(config, at_end).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Ends when asked to, with success, and never waits for a browser or a mail server."""

    def __init__(self, config: uvicorn.Config, at_end: Callable[[], None]) -> None:
        super().__init__(config)
        self._at_end = at_end

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Asked to end. It is not said again to the process: to be asked is a normal end."""
        if not self.should_exit:
            self.should_exit = True
            self._at_end()
            _end_in_any_case()


def work(begin: Callable[[], None], end: Callable[[], None]) -> None:
    """Work without answering requests until SIGTERM or Ctrl-C."""
    asked = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    begin()
    asked.wait()
    _end_in_any_case()
    end()


def _end_in_any_case() -> None:
    last = Timer(ALL_MAY_TAKE, _cut_off)
    last.daemon = True
    last.start()


def _cut_off() -> None:
    """What still hangs is left alone: a database bears the end of a process at any moment."""
    sys.stderr.write("Relais ended without waiting for what did not finish in time.\n")
    sys.stderr.flush()
    os._exit(0)
