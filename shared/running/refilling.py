"""Tells the others how far this service is, so that whoever was set back in time is refilled."""

from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection

from shared.backbone import positions, relay, replaying
from shared.backbone.bus import Bus
from shared.backbone.positions import Positions

if TYPE_CHECKING:
    from shared.running.running_service import RunningService

logger = structlog.get_logger()


class Refiller:
    """Reports at the beginning of each connection to the queue, and whenever a source asks."""

    def __init__(self, running: "RunningService") -> None:
        self._running = running
        self._greeted: Bus | None = None
        self._asked: set[str] = set()

    def report(self, bus: Bus) -> None:
        """Tell every service once for each connection, and those that have asked since.

        What was under way when the last connection broke may be lost, and is sent again now. In a
        process of its own each service asks as well: its database may be older than those of the
        others, which have no reason to speak first.
        """
        others = {plate.name for plate in self._running.directory.plates} - {self._running.name}
        new = bus is not self._greeted
        asks = new and not self._running.settings.embedded
        if new:
            with self._running.engine.begin() as connection:
                relay.send_everything_again(connection, self._running.now())
        for source in sorted(others if new else self._asked & others):
            self._tell(bus, source, asks=asks)
        self._greeted, self._asked = bus, set()

    def _tell(self, bus: Bus, source: str, *, asks: bool) -> None:
        with self._running.reader.connect() as connection:
            for part in positions.report(connection, self._running.name, source):
                bus.report(source, part.model_copy(update={"asks": asks}).pack())
        self._running.ring(source)

    def note(self, connection: Connection, told: Positions) -> None:
        """What a subscriber has: send again what it lacks, write down what we have forgotten."""
        running = self._running
        if told.source != running.name:
            return
        if told.asks:
            self._asked.add(told.subscriber)
        noted = positions.note(connection, told, running.now())
        if told.asks and told.after is None:  # it has just come, and its queue may be a new one
            relay.send_everything_again(connection, running.now(), told.subscriber)
            running.bell.set()
        made = self._introduce(connection, told.subscriber) if told.after is None else 0
        if made or noted.sent_again or noted.forgotten:
            logger.warning(
                "subscriber.refilled",
                service=running.name,
                subscriber=told.subscriber,
                sent_again=noted.sent_again,
                new=made,
                forgotten=noted.forgotten,
            )
            running.bell.set()

    def _introduce(self, connection: Connection, subscriber: str) -> int:
        """A service that is new here learns who is in the team, whatever it hears of that."""
        running = self._running
        filled = replaying.fill(
            connection,
            subscriber,
            lambda event: running.house.audience(event, running.name),
            replaying.staff_kinds(),
        )
        return filled.made
