"""All services of this process: their threads, their clock, and the ways to step them by hand."""

import gc
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from time import monotonic, perf_counter
from typing import TypeVar

import structlog

from shared.backbone import relay
from shared.backbone.bus import Bus, QueueAway, weakness
from shared.clock import Ticker
from shared.running.house import House
from shared.running.line import Line, wait_after
from shared.running.measures import Measures
from shared.running.running_service import RunningService
from shared.service import Service

logger = structlog.get_logger()
T = TypeVar("T")
LONGEST_SLEEP = 1.0
OBJECTS_OF_A_BATCH = 50_000
"""Hundreds of events are made and dropped together; to look for waste among them after each 700
objects, as Python does, takes a quarter of all the work."""
PATIENCE = 1.0
"""Seconds that jobs, and then the services, have to finish when the process is to end."""


class Team:
    """The services that run in this process."""

    def __init__(self, services: Sequence[Service], house: House) -> None:
        self.house, self.settings, self.clock = house, house.settings, house.clock
        self.directory = house.directory
        self._services = {s.plate.name: RunningService(s, house) for s in services}
        for running in self:
            running.ring = self._ring
        self._lines = {running.name: Line(running.open_bus, running.name) for running in self}
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._ticker = Ticker()

    def _ring(self, name: str) -> None:
        if name in self._services:
            self._services[name].bell.knock()

    def __getitem__(self, name: str) -> RunningService:
        return self._services[name]

    def __iter__(self) -> Iterator[RunningService]:
        return iter(self._services.values())

    def on_change(self, listener: Callable[[str], None]) -> None:
        """Call `listener` with a service's name after each of its commits."""
        for running in self:
            running.changed = listener

    def on_measure(self, measures: Measures) -> None:
        """Tell `measures` how long turns take and what is announced."""
        for running in self:
            running.measures = measures

    def recover(self) -> None:
        """After a start: what was under way in a queue that died goes out again."""
        if self.settings.embedded:
            for running in self:
                with running.engine.begin() as connection:
                    relay.send_everything_again(connection, running.now())

    def settle(self, *, everyone: bool = True) -> None:
        """Deliver events, and what they cause, until nothing moves (without threads).

        Only with `everyone` what became due by the clock is sent again, too.
        """
        self._lay_lines()
        awake = [running for running in self if everyone or running.bell.is_set()]
        while awake:
            for running in awake:
                running.bell.clear()
                self._take_turn(running)
            awake = [running for running in self if running.bell.is_set()]

    def run_jobs(self) -> None:
        """Run every job until nothing more is due, and settle (without threads)."""
        for running in self:
            for job in running.service.jobs.every_seconds:
                running.run_job(job)
            for outside in running.service.jobs.outside:
                running.run_outside_job(outside)
        self.settle()

    def tick(self) -> None:
        """Run the jobs, let all give a sign of life, and settle (without threads)."""
        self.run_jobs()
        for running in self:
            running.sign_if_due()
            self._with_queue(running, running.beat_if_due)
        self.settle()

    def _lay_lines(self) -> None:
        """Open every queue before anybody publishes, so that none is missed."""
        for line in self._lines.values():
            line.bus()

    def _with_queue(self, running: RunningService, work: Callable[[Bus | None], T]) -> T | None:
        """Do work with the queue; when that breaks the work is left half done, as in a crash."""
        line = self._lines[running.name]
        try:
            done = work(line.bus())
        except QueueAway as reason:
            line.lost(reason)
            return None
        line.proved()
        return done

    def _take_turn(self, running: RunningService, *, look: bool = True) -> bool:
        begun = perf_counter()
        moved = bool(self._with_queue(running, partial(running.turn, look=look)))
        took, connected = perf_counter() - begun, self._lines[running.name].is_open
        running.measures.turned(running.name, took, connected=connected)
        return moved

    def start(self) -> None:
        """Start one thread for each service, and the clock."""
        if loses := weakness(self.settings.queue_url):
            logger.warning("queue.weak", loses=loses, and_then="the log sends it again, later")
        gc.set_threshold(OBJECTS_OF_A_BATCH, *gc.get_threshold()[1:])
        self.recover()
        if self.settings.embedded:
            self._lay_lines()
        for running in self:
            running.bell.set()
            thread = threading.Thread(
                target=self._keep_turning, args=(running,), name=running.name, daemon=True
            )
            thread.start()
            self._threads.append(thread)
            self._wind(running)
        self._ticker.start()

    def _wind(self, running: RunningService) -> None:
        jobs = running.service.jobs
        for job, seconds in jobs.every_seconds.items():
            self._every(seconds, partial(running.run_job, job), running.name)
        for outside, seconds in jobs.outside.items():
            self._every(seconds, partial(running.run_outside_job, outside), running.name)

    def _every(self, seconds: float, job: Callable[[], object], name: str) -> None:
        def guarded() -> None:
            try:
                self[name].measures.ticked(name, self.clock.now())
                job()
            except Exception as error:  # the next tick tries again
                logger.error("job.failed", service=name, error=type(error).__name__)

        self._ticker.every(seconds, guarded, name)

    def _keep_turning(self, running: RunningService) -> None:
        looked, failures = monotonic(), 0
        while not self._stop.is_set():
            look = running.bell.answer() or monotonic() - looked >= LONGEST_SLEEP
            looked = monotonic() if look else looked
            try:
                moved = self._turn(running, look=look)
            except Exception as error:  # a service never stops working for good
                failures += 1
                logger.error("turn.failed", service=running.name, error=type(error).__name__)
                self._stop.wait(wait_after(failures))  # whoever rings does not mend it
                looked = 0.0
                continue
            failures = 0
            if not moved:
                running.bell.wait_or_read(self._lines[running.name].fileno(), LONGEST_SLEEP)
        self._lines[running.name].close()

    def _turn(self, running: RunningService, *, look: bool) -> bool:
        running.sign_if_due()
        self._with_queue(running, running.beat_if_due)
        return self._take_turn(running, look=look)

    def stop(self) -> None:
        """Let every service finish its transaction, and stop.

        Who does not finish in time (a mail server that hangs) is left alone: whatever is not
        committed then is done again after the next start.
        """
        self._stop.set()
        for running in self:
            running.stopping.set()
            running.bell.set()
        self._ticker.stop(PATIENCE)
        for thread in self._threads:
            thread.join(PATIENCE / len(self._threads))
        if not self._threads:  # each thread closes its own, for nobody else may touch it
            for line in self._lines.values():
                line.close()
        for running in self:
            _take_leave(running)
            running.close()


def _take_leave(running: RunningService) -> None:
    try:
        running.leave()
    except Exception as error:  # its database is away; the sign gets old by itself
        logger.warning("sign.left", service=running.name, error=type(error).__name__)
