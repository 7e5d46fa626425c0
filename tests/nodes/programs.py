"""A program that a test has started, with everything that this program has started in turn."""

import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from time import monotonic

PATIENCE = 60
"""Seconds to wait for something that takes a few: the machine may be busy with other things."""
STARTING = 180
"""Seconds for a server to start, which is hard work."""
_GLANCE = Event()


def until(
    condition: Callable[[], bool], what: str = "it did not become so", patience: float = PATIENCE
) -> None:
    """Wait until something is so, looking again and again."""
    end = monotonic() + patience
    while not condition():
        if monotonic() > end:
            raise TimeoutError(what)
        _GLANCE.wait(0.02)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Program:
    """A process and its descendants: they are stopped, frozen and killed together."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], log: Path, user: str | None
    ) -> None:
        """`user`: who it runs as instead of us, or None."""
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                user=user,
                group=user,
                extra_groups=[] if user else None,
            )

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def family(self) -> list[int]:
        """The process and its descendants, as they are now."""
        children: dict[int, list[int]] = {}
        for pid, parent in _parents():
            children.setdefault(parent, []).append(pid)
        found = [self.process.pid]
        for pid in found:
            found += children.get(pid, [])
        return found

    def signal_all(self, number: signal.Signals) -> None:
        for pid in self.family():
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def end(self, number: signal.Signals) -> None:
        """Ask the process to end, and wait; whatever is left of its family is killed."""
        family = self.family()
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, number)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        kill_all(family[1:])


def kill_all(pids: list[int]) -> None:
    """Kill what is left of a family, and see that it is gone."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until(lambda: not alive(pids), "a child does not die")


def alive(pids: list[int]) -> set[int]:
    """Which of these processes still are there; a zombie is not."""
    return set(pids) & {pid for pid, _ in _parents()}


def _parents() -> Iterator[tuple[int, int]]:
    """Every live process of this machine and its parent; a zombie is not alive."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with suppress(OSError):
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
                if state != "Z":
                    yield int(folder.name), int(parent)
