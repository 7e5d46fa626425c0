"""The clock of the house: what time it is, and the ticks that start the services' jobs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Protocol


class Clock(Protocol):
    """Tells the time. Injected everywhere; nobody else asks the machine."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class VirtualClock:
    """A clock that stands still until it is moved: for tests, simulations and the demo."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def move(self, **duration: float) -> datetime:
        """Go forward (or back) by a duration given as for `timedelta`."""
        self._now += timedelta(**duration)
        return self._now

    def set(self, instant: datetime) -> None:
        self._now = instant.astimezone(UTC)


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
