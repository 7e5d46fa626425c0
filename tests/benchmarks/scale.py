"""Measures what may not grow: an event in a long log, a backlog, and what the receipts cost.

    python -m tests.benchmarks.scale --growth 10000 1000000 --backlog 100000

on RabbitMQ and PostgreSQL, sender and receiver in one process; nothing is left afterwards.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import pytest
from sqlalchemy import bindparam, make_url, select, text, update

from services.cli import benching, measuring
from services.cli.measuring import RECEIVER, SENDER, Arrivals
from services.coordinator import actions as office
from services.coordinator.tables import Table as Office
from shared.backbone import batches, deliveries, relay
from shared.backbone.tables import Delivery, EventRow, InboxRow
from shared.backbone.tables import Table as Backbone
from shared.clock import SystemClock
from shared.database import create_tables, table_of, write_engine
from shared.identifiers import new_id
from shared.mail import MemoryMailer
from shared.running import House, RunningService, Team
from shared.service import Handlers, Jobs, NamePlate, Service
from shared.settings import Settings
from tests.operations import million
from tests.surroundings import BROKER, POSTGRES

KEEPER = "bench_keeper"
GROWTH, BACKLOG = (10_000, 100_000, 1_000_000), 100_000
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Cost:
    """Events in one second, and microseconds of work that Relais itself has with each of them."""

    rate: float
    cpu: float


@dataclass
class Scale:
    """All that was measured. `growth`: by the events that the log had before."""

    growth: dict[int, Cost] = field(default_factory=dict)
    backlog: int = 0
    backlog_seconds: float = 0
    memory: tuple[float, float] = (0, 0)
    """Of the process while it works off the backlog: at the first tenth, and at most, in MB."""
    unanswered: Cost = Cost(0, 0)
    answered: Cost = Cost(0, 0)
    kept: Cost = Cost(0, 0)

    def as_table(self) -> str:
        """The figures as a person reads them."""
        rows = [(f"a log of {n:,} events", cost) for n, cost in self.growth.items()]
        rows += [
            ("without receipts", self.unanswered),
            ("with receipts", self.answered),
            ("with receipts and a ledger", self.kept),
        ]
        lines = ["| | events/s | CPU us |", "|---|---|---|"]
        lines += [f"| {name} | {cost.rate:,.0f} | {cost.cpu:.0f} |" for name, cost in rows]
        first, most = self.memory
        lines += [
            "",
            f"A backlog of {self.backlog:,} was worked off in {self.backlog_seconds:.0f} s;"
            f" the process had {first:.0f} MB after a tenth of it, and {most:.0f} MB at most.",
        ]
        return "\n".join(lines)


def measure(growth: Sequence[int], backlog: int, events: int) -> Scale:
    """Everything once, each in schemas and queues of its own."""
    found = Scale(backlog=backlog)
    with _house() as (settings, team):
        for size in growth:
            _fill(settings, size)
            found.growth[size] = _through(team(), events)
    with _house() as (_, team):
        found.backlog_seconds, found.memory = _work_off(team(), backlog)
    with _house() as (_, team), _nobody_answers():
        found.unanswered = _through(team(), events)
    with _house() as (_, team):
        found.answered = _through(team(), events)
    with _house(_keeper()) as (_, team):
        found.kept = _through(team(), events)
    return found


def _keeper() -> Service:
    """Who only keeps the ledger of all receipts, as the coordinator does."""
    handlers = Handlers()
    handlers.on_receipts = office.note_receipts
    metadata = (Backbone.metadata, Office.metadata)
    return Service(NamePlate(KEEPER, KEEPER), (), handlers, Jobs(), metadata, ())


@contextmanager
def _house(*more: Service) -> Iterator[tuple[Settings, Any]]:
    """Settings of a place of its own, and how to have a new team there."""
    names = (SENDER, RECEIVER, *(one.plate.name for one in more))
    centre = Settings(queue_url=BROKER, database_url=f"{POSTGRES}?application_name={{service}}")
    server = make_url(centre.database(SENDER))
    arrivals = Arrivals()
    services = [*measuring.services(arrivals), *more]

    def team() -> Team:
        house = House(services, settings, SystemClock(), MemoryMailer())
        team = Team(services, house)
        team.on_change(lambda name: arrivals.committed(house) if name == RECEIVER else None)
        return team

    with (
        TemporaryDirectory() as folder,
        benching.at_servers(centre, server, Path(folder), names) as settings,
    ):
        for service in services:
            engine = write_engine(settings.database(service.plate.name))
            create_tables(engine, service.tables)
            engine.dispose()
        yield settings, team


def _fill(settings: Settings, size: int) -> None:
    """Let log and inbox have so many events that were done with long ago."""
    sender, receiver = (write_engine(settings.database(name)) for name in (SENDER, RECEIVER))
    with sender.connect() as connection:
        there = connection.execute(text("select count(*) from event")).scalar_one()
    for first, last in pairwise([*range(there, size, million.AT_ONCE), size]):
        numbers = range(first, last)
        with sender.begin() as log, receiver.begin() as inbox:
            given = [million._delivery_row(n, RECEIVER) for n in numbers]
            batches.insert(log, table_of(EventRow), [million._event_row(n) for n in numbers])
            batches.insert(log, table_of(Delivery), given)
            heard = [million._inbox_row(n) | {"source": SENDER} for n in numbers]
            batches.insert(inbox, table_of(InboxRow), heard)
    for engine in (sender, receiver):
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("vacuum analyze"))
        engine.dispose()


def _through(team: Team, events: int) -> Cost:
    patients = [new_id() for _ in range(measuring.PATIENTS)]
    team.start()
    try:
        _go(team[SENDER], patients, events // 5)  # until everything is loaded and planned
        begun, worked = perf_counter(), process_time()
        _go(team[SENDER], patients, events)
        took, worked = perf_counter() - begun, process_time() - worked
        return Cost(events / took, worked / events * 1e6)
    finally:
        team.stop()


def _go(sender: RunningService, patients: list[Any], events: int) -> None:
    measuring.announce_all(sender, patients, events)
    measuring._wait_until_done(sender)


def _work_off(team: Team, events: int) -> tuple[float, tuple[float, float]]:
    """Seconds, and the memory after a tenth of them and at most."""
    sender, patients = team[SENDER], [new_id() for _ in range(measuring.PATIENTS)]
    measuring.announce_all(sender, patients, events)
    delivery, memory = table_of(Delivery), [0.0]
    done = select(delivery.c.state).where(delivery.c.next_try_at.is_not(None)).limit(1)
    begun = perf_counter()
    team.start()
    try:
        while True:
            with sender.reader.connect() as connection:
                if connection.execute(done).first() is None:
                    break
            memory.append(_megabytes())
            sender.stopping.wait(0.1)
        return perf_counter() - begun, (memory[max(1, len(memory) // 10)], max(memory))
    finally:
        team.stop()


def _megabytes() -> float:
    pages = Path("/proc/self/statm").read_text(encoding="utf-8").split()[1]
    return int(pages) * PAGE / 2**20


@contextmanager
def _nobody_answers() -> Iterator[None]:
    """What the queue has taken counts as done: as fast as it would be if nobody had to know."""
    columns = table_of(Delivery).c
    given = deliveries.KEYS.table("postgresql")
    done = (
        update(table_of(Delivery))
        .where(columns.event_id == given.c.event_id, columns.subscriber == given.c.subscriber)
        .values(state="handled", sent_at=bindparam("now"), next_try_at=None)
    )

    def mark(connection: Any, keys: Any, now: Any) -> None:
        if keys:
            connection.execute(done, {"now": now} | deliveries.KEYS.values(connection, keys))

    def say_nothing(running: RunningService, _: object) -> int:
        running._unanswered.clear()
        return 0

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(relay, "mark_sent", mark)
        patched.setattr(RunningService, "_answer", say_nothing)
        yield


def main() -> None:
    """Print the table."""
    orders = argparse.ArgumentParser(description=__doc__)
    orders.add_argument("--growth", type=int, nargs="*", default=GROWTH)
    orders.add_argument("--backlog", type=int, default=BACKLOG)
    orders.add_argument("--events", type=int, default=10_000)
    order = orders.parse_args()
    sys.stdout.write(measure(order.growth, order.backlog, order.events).as_table() + "\n")


if __name__ == "__main__":
    main()
