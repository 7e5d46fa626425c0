"""Measures how fast events go from one service to another: two small services, nothing else.

Every event goes the whole way: written with its change, sent, confirmed by the queue, stored,
applied in its turn by an ordinary handler, and answered for, until its sender knows.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import perf_counter, process_time
from typing import ClassVar
from uuid import UUID

from sqlalchemy import MetaData, select
from sqlmodel import Field, SQLModel

from shared.access import tables as access_tables
from shared.backbone import tables as backbone_tables
from shared.backbone.tables import Delivery
from shared.clock import SystemClock
from shared.database import create_tables, table_of, write_engine
from shared.events import MeasurementRecorded
from shared.identifiers import new_id
from shared.mail import MemoryMailer
from shared.running import House, RunningService, Team
from shared.service import Handlers, Jobs, NamePlate, Service
from shared.serving import CannotStart
from shared.settings import Settings
from shared.work import Work

SENDER, RECEIVER = "bench_sender", "bench_receiver"
PATIENTS = 1000
TOGETHER = 200
"""Events in one transaction of the sender, when it has many."""
PATIENCE, LOOK_EVERY = 600.0, 0.05


class Table(SQLModel):
    """What the receiver keeps."""

    metadata: ClassVar[MetaData] = MetaData()


class LastScore(Table, table=True):
    """The last score of a patient, and how many there were."""

    __tablename__ = "last_score"

    patient_id: UUID = Field(primary_key=True)
    value: float = 0
    count: int = 0


@dataclass
class Arrivals:
    """How long each event took from the start of its change until its effect was committed."""

    applied: list[Work] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)
    """When each effect was committed, by the clock that all processes of a machine share."""
    cpu: float = 0

    def committed(self, house: House) -> None:
        now = house.clock.now()
        self.moments += [perf_counter()] * len(self.applied)
        while self.applied:
            self.seconds.append((now - self.applied.pop().said_at).total_seconds())


def services(arrivals: Arrivals) -> list[Service]:
    """The two services as a house of their own."""
    hears = Handlers()

    @hears.on(MeasurementRecorded, needs=lambda event: [(LastScore, event.patient_id)])
    def keep(event: MeasurementRecorded, work: Work) -> None:
        score = work.find(LastScore, event.patient_id)
        if score is None:
            score = LastScore(patient_id=event.patient_id)
            work.add(score)
        score.value, score.count = event.value, score.count + 1
        arrivals.applied.append(work)

    metadata = (backbone_tables.Table.metadata, access_tables.Table.metadata, Table.metadata)
    return [
        Service(NamePlate(name, name), (), handlers, Jobs(), metadata, ())
        for name, handlers in ((SENDER, Handlers()), (RECEIVER, hears))
    ]


def prepare(settings: Settings) -> None:
    """Make the tables of both."""
    for service in services(Arrivals()):
        engine = write_engine(settings.database(service.plate.name))
        create_tables(engine, service.tables)
        engine.dispose()


def announce(sender: RunningService, patients: list[UUID], count: int) -> None:
    """So many changes of the sender, in one transaction."""
    with sender.work() as work:
        for number in range(count):
            work.announce(
                MeasurementRecorded(
                    patient_id=patients[number % len(patients)],
                    measurement_id=new_id(),
                    code="nrs-average",
                    value=4.0,
                    context="follow-up",
                    measured_at=work.now,
                )
            )


@dataclass(frozen=True)
class Figures:
    """Events in one second, and seconds that one event takes while nothing else is going on.

    `announced` alone, `drained` from the log to the last receipt without the first tenth (until
    then not everything is open and loaded), `through` all of it at once; `cpu` are the
    microseconds that Relais itself works for an event that goes `through`.
    """

    announced: float
    drained: float
    through: float
    cpu: float
    median: float
    slowest_of_hundred: float


def measure(settings: Settings, events: int, single: int, every: float) -> Figures:
    """The figures at this place. `single` events are sent one by one, `every` so many seconds."""
    prepare(settings)
    arrivals, patients = Arrivals(), [new_id() for _ in range(PATIENTS)]
    team = _team(settings, arrivals, services(arrivals)[: 2 if settings.embedded else 1])
    sender = team[SENDER]

    def through() -> None:
        announce_all(sender, patients, events)
        _wait_until_done(sender)

    announcing = _timed(lambda: announce_all(sender, patients, events))
    with _receiving(settings, arrivals, events):
        team.start()
        _wait_until_done(sender)
        drained = perf_counter()
        arrivals.cpu -= process_time()
        whole = _timed(through)
        arrivals.cpu += process_time()
        _one_by_one(sender, patients, single, every)
        team.stop()
    seconds, first = sorted(arrivals.seconds[-single:]), events // 10
    return Figures(
        announced=events / announcing,
        drained=(events - first) / (drained - arrivals.moments[first - 1]),
        through=events / whole,
        cpu=arrivals.cpu / events * 1e6,
        median=seconds[len(seconds) // 2],
        slowest_of_hundred=seconds[len(seconds) * 99 // 100],
    )


def _team(settings: Settings, arrivals: Arrivals, here: list[Service]) -> Team:
    house = House(services(arrivals), settings, SystemClock(), MemoryMailer())
    team = Team(here, house)
    team.on_change(lambda name: arrivals.committed(house) if name == RECEIVER else None)
    return team


def announce_all(sender: RunningService, patients: list[UUID], events: int) -> None:
    for first in range(0, events, TOGETHER):
        announce(sender, patients, min(TOGETHER, events - first))


def _timed(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def _wait_until_done(sender: RunningService) -> None:
    """Until the sender knows that each of its events was applied."""
    delivery, begun = table_of(Delivery), perf_counter()
    unfinished = select(delivery.c.state).where(delivery.c.next_try_at.is_not(None)).limit(1)
    while perf_counter() - begun < PATIENCE:
        with sender.reader.connect() as connection:
            if connection.execute(unfinished).first() is None:
                return
        sender.stopping.wait(LOOK_EVERY)
    raise CannotStart("the events did not arrive; look whether the queue and the databases work")


def _one_by_one(sender: RunningService, patients: list[UUID], single: int, every: float) -> None:
    for number in range(single):
        announce(sender, patients[number:], 1)
        sender.stopping.wait(every)
    _wait_until_done(sender)


@contextmanager
def _receiving(settings: Settings, arrivals: Arrivals, through: int) -> Iterator[None]:
    """With servers the receiver is a process of its own, as in a centre."""
    if settings.embedded:
        yield
        return
    processes = get_context("spawn")
    ours, theirs = processes.Pipe()
    receiver = processes.Process(target=_receive, args=(settings, theirs))
    receiver.start()
    try:
        ours.recv()
        yield
        ours.send("enough")
        arrivals.seconds, arrivals.moments, worked = ours.recv()
        # Of all that the other process heard, this part went through.
        arrivals.cpu += worked * through / len(arrivals.seconds)
        receiver.join()
    finally:
        receiver.kill()


def _receive(settings: Settings, sender: Connection) -> None:
    """The other process: receive until told that it is enough, then say how long it took."""
    arrivals = Arrivals()
    team = _team(settings, arrivals, services(arrivals)[1:])
    team[RECEIVER].open_bus().close()  # from here on there is a queue
    begun = process_time()
    team.start()
    sender.send("ready")
    sender.recv()
    team.stop()
    sender.send((arrivals.seconds, arrivals.moments, process_time() - begun))
