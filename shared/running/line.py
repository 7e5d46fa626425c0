"""A service's line to the queue: when it breaks, the service goes on, and it is laid again."""

import random
from collections.abc import Callable
from time import monotonic

import structlog

from shared.backbone.bus import Bus, QueueAway

logger = structlog.get_logger()
FIRST_WAIT = 0.5
LONGEST_WAIT = 10.0
"""Seconds between two tries: doubling, capped, with jitter, so that not all come at once."""


def wait_after(failures: int) -> float:
    """Seconds until something that failed so often in a row is tried again."""
    wait = min(FIRST_WAIT * (1 << min(failures - 1, 10)), LONGEST_WAIT)
    return wait * random.uniform(0.5, 1)  # noqa: S311 - hides nothing


class Line:
    """Opens a bus when there is none, not too often, and tells of each outage once."""

    def __init__(
        self, open_bus: Callable[[], Bus], service: str, clock: Callable[[], float] = monotonic
    ) -> None:
        self._open_bus, self._service, self._clock = open_bus, service, clock
        self._bus: Bus | None = None
        self._failures, self._try_at = 0, 0.0

    @property
    def is_open(self) -> bool:
        return self._bus is not None

    def bus(self) -> Bus | None:
        """The bus, or None while the queue is away."""
        if self._bus is None and self._clock() >= self._try_at:
            try:
                self._bus = self._open_bus()
            except QueueAway as reason:
                self.lost(reason)
        return self._bus

    def lost(self, reason: QueueAway) -> None:
        """The bus broke, or could not be opened: leave it, and try again in a while."""
        self.close()
        if not self._failures:
            logger.warning("queue.away", service=self._service, reason=str(reason))
        self._failures += 1
        self._try_at = self._clock() + wait_after(self._failures)

    def proved(self) -> None:
        """A whole turn went well: only then is an outage over, and the next wait short again."""
        if self._failures and self._bus:
            logger.warning("queue.back", service=self._service)
            self._failures = 0

    def fileno(self) -> int | None:
        """Of the queue's socket, where it has one: it can be read when something has arrived."""
        return self._bus.fileno() if self._bus else None

    def close(self) -> None:
        if self._bus:
            self._bus.close()
            self._bus = None
