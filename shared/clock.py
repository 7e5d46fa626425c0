"""The clock of the house: what time it is, and the ticks that start the services' jobs."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Thread
from typing import NamedTuple, Protocol

_BOOT = Path("/proc/sys/kernel/random/boot_id")


class Running(NamedTuple):
    """A machine since its start, and how many seconds it has been running: nobody sets that."""

    machine: str
    seconds: float


class Clock(Protocol):
    """Tells the time. Injected everywhere; nobody else asks the machine."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def running(self) -> Running:
        """What goes on evenly when the clock is put forward or back."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def running(self) -> Running:
        return Running(_this_start(), _seconds_since_start())


@cache
def _this_start() -> str:
    """What this start of this machine is called; empty where machines do not say."""
    return _BOOT.read_text(encoding="ascii").strip() if _BOOT.exists() else ""


def _seconds_since_start() -> float:
    # A machine that slept went on running: only then is a night no jump of the clock.
    asleep_too = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if asleep_too is None else time.clock_gettime(asleep_too)


class VirtualClock:
    """A clock that stands still until it is moved: for tests, simulations and the demo."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._jumped = timedelta(0)

    def now(self) -> datetime:
        return self._now

    def running(self) -> Running:
        return Running("virtual", (self._now - self._jumped).timestamp())

    def move(self, **duration: float) -> datetime:
        """Go forward (or back) by a duration given as for `timedelta`."""
        self._now += timedelta(**duration)
        return self._now

    def set(self, instant: datetime) -> None:
        self._now = instant.astimezone(UTC)

    def jump(self, **duration: float) -> datetime:
        """Be put forward (or back) while no time goes by."""
        self._jumped += timedelta(**duration)
        return self.move(**duration)


class Ticker:
    """Calls jobs at an interval (APScheduler). It remembers nothing: what is due is in tables."""

    def __init__(self, threads: int = 4) -> None:
        # Here, because many ask for the time who never tick.
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.background import BackgroundScheduler

        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(threads)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def every(self, seconds: float, job: Callable[[], None], name: str) -> None:
        self._scheduler.add_job(job, "interval", seconds=seconds, name=name)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self, patience: float) -> None:
        """Stop ticking, and wait for the jobs that run, but at most so many seconds."""
        if self._scheduler.running:
            ending = Thread(target=self._scheduler.shutdown, daemon=True)
            ending.start()
            ending.join(patience)
