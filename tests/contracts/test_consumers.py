"""The examples for other systems, run as they are: they miss nothing, also when they are killed."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from kombu import Connection  # type: ignore[attr-defined]
from sqlmodel import col, select

import services
from services.interop import describing
from services.interop.describing.examples import example
from shared.backbone.relay import send_everything_again
from shared.backbone.tables import Delivery, EventRow
from shared.events import EVENTS, MeasurementRecorded
from shared.identifiers import new_id
from shared.mail import MemoryMailer
from shared.running import House, Team
from shared.settings import Settings
from tests.browser.live_house import Watch
from tests.clinic import Clinic
from tests.journey import Journey
from tests.nodes.programs import Program, until
from tests.surroundings import BROKER, CI
from tests.transport.transports import remove_queues

pytestmark = [
    pytest.mark.broker,
    pytest.mark.node,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]

EXAMPLES = Path(__file__).parent.parent.parent / "docs" / "examples"
KINDS = {kind for (kind, _), event in EVENTS.items() if not event.house_only}
GROUPS = sorted({kind.partition(".")[0] for kind in KINDS})
UNREACHABLE = re.compile("ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ECONNRESET|ENETUNREACH")
Stored = tuple[str, str, str, int]
"""Source, id, subject and number of an event that somebody keeps."""


@dataclass(frozen=True)
class Consumer:
    """One of the examples: how it is started, and what it keeps where."""

    name: str
    command: tuple[str, ...]
    folder: Path
    prefix: str

    def start(self) -> Program:
        environment = {
            "PATH": os.environ["PATH"],
            "RELAIS_QUEUE_URL": BROKER,
            "RELAIS_QUEUE_PREFIX": self.prefix,
            "SUBSCRIBER": self.name,
            "KEEP_IN": str(self.store),
        }
        return Program(self.command, environment, self.folder / "log", None)

    @property
    def store(self) -> Path:
        return self.folder / "kept"

    def kept(self) -> list[Stored]:
        if self.store.is_dir():
            events = [json.loads(file.read_text()) for file in self.store.glob("*.json")]
            return [(e["source"], e["id"], e["subject"], e["deliveryseq"]) for e in events]
        return self._in_table("select source, id, subject, number from event")

    def take_store_away(self) -> None:
        if self.store.is_dir():
            self.store.rename(self.folder / "away")
        else:
            self._in_table("alter table event rename to away")

    def give_store_back(self) -> None:
        if self.store.is_file():
            self._in_table("alter table away rename to event")
        else:
            (self.folder / "away").rename(self.store)

    def _in_table(self, order: str) -> list[Stored]:
        with closing(sqlite3.connect(self.store)) as database, database:
            return database.execute(order).fetchall()


@dataclass(frozen=True)
class Centre:
    """A house on RabbitMQ with two systems outside that hear everything there is to hear."""

    team: Team
    consumers: tuple[Consumer, Consumer]
    patient: UUID

    def told(self, consumer: Consumer) -> dict[Stored, str]:
        """What the services have for it, and the state of each delivery."""
        found = {}
        for running in self.team:
            with running.look() as work:
                mine = select(Delivery).where(col(Delivery.subscriber) == consumer.name)
                for row in work.all(mine):
                    source = f"/relais/{running.name}"
                    stored = (source, str(row.event_id), str(row.stream), row.delivery_seq)
                    found[stored] = row.state
        return found

    def is_settled(self) -> bool:
        return all(set(self.told(consumer).values()) == {"handled"} for consumer in self.consumers)

    def kinds(self, consumer: Consumer) -> set[str]:
        ids = {UUID(stored[1]) for stored in self.told(consumer)}
        kinds = set()
        for running in self.team:
            with running.look() as work:
                kinds |= {row.kind for row in work.all(select(EventRow)) if row.id in ids}
        return kinds

    def measure(self, times: int) -> None:
        """The physician notes scores of one patient, one after the other."""
        for _ in range(times):
            with self.team["pain_physician"].work() as work:
                work.announce(
                    MeasurementRecorded(
                        patient_id=self.patient,
                        measurement_id=new_id(),
                        code="nrs-average",
                        value=4,
                        measured_at=work.now,
                    )
                )


def install(folder: Path) -> Path:
    """The Node consumer with what it needs, fetched as its lock file says."""
    shutil.copytree(EXAMPLES / "node", folder)
    order = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(order, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode and UNREACHABLE.search(done.stderr) and not CI:
        pytest.skip("npm cannot reach its registry, so the Node consumer cannot be tried.")
    assert done.returncode == 0, f"npm cannot install the Node consumer: {done.stderr[-600:]}"
    return folder / "consumer.js"


@pytest.fixture(scope="module")
def consumers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Consumer, Consumer]:
    prefix = f"relais-test-{new_id().hex[-12:]}"
    script = install(tmp_path_factory.mktemp("node") / "example")
    python = (sys.executable, str(EXAMPLES / "python" / "consumer.py"))
    in_python = Consumer("hospital_record", python, tmp_path_factory.mktemp("python"), prefix)
    folder = tmp_path_factory.mktemp("kept")
    (folder / "kept").mkdir()
    node = (shutil.which("node") or "", str(script))
    return in_python, Consumer("research_register", node, folder, prefix)


@pytest.fixture(scope="module")
def centre(
    staffed_house: Path,
    tmp_path_factory: pytest.TempPathFactory,
    consumers: tuple[Consumer, Consumer],
) -> Iterator[Centre]:
    """The team has worked while nobody outside listened; now it runs with its threads."""
    folder = tmp_path_factory.mktemp("centre") / "house"
    shutil.copytree(staffed_house, folder)
    settings = subscribed(folder, consumers)
    clinic = Clinic(folder, settings.model_copy(update={"queue_url": "memory://"}))
    clinic.know_staff((folder / "members").read_text())
    journey = Journey(clinic)
    journey.take()
    clinic.close()
    every, watch = services.load_all(), Watch(clinic.now)
    team = Team(every, House(every, settings, watch, MemoryMailer()))
    for running in team:
        with running.engine.begin() as connection:
            send_everything_again(connection, watch.now())
    try:
        team.start()
        yield Centre(team, consumers, UUID(journey.patient))
    finally:
        team.stop()
        names = [s.plate.name for s in every] + [consumer.name for consumer in consumers]
        remove_queues(BROKER, settings.queue_prefix, names)


def subscribed(folder: Path, consumers: tuple[Consumer, Consumer]) -> Settings:
    file = folder / "subscribers.toml"
    hears = json.dumps([f"{group}.*" for group in GROUPS])
    file.write_text(
        "".join(
            f'[{consumer.name}]\nhears = {hears}\npurpose = "To try it."\ncontact = "us"\n'
            for consumer in consumers
        )
    )
    return Settings(
        data_dir=folder,
        queue_url=BROKER,
        queue_prefix=consumers[0].prefix,
        subscribers_file=file,
    )


@pytest.fixture
def running(centre: Centre) -> Iterator[list[Program]]:
    """The two examples at work."""
    programs = [consumer.start() for consumer in centre.consumers]
    try:
        yield programs
    finally:
        for program in programs:
            program.end(signal.SIGKILL)


def complete(centre: Centre, consumer: Consumer) -> None:
    """It keeps what it was told, each once, and the numbers of each stream have no gap.

    The clock of the team goes on: a reminder may be told between two looks.
    """
    until(
        lambda: sorted(consumer.kept()) == sorted(centre.told(consumer)),
        "it does not keep what it was told, each once",
    )
    kept = consumer.kept()
    numbers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for source, _, subject, number in kept:
        numbers[source, subject].append(number)
    for counted in numbers.values():
        assert sorted(counted) == list(range(1, len(counted) + 1))


def test_each_event_arrives_and_its_receipt_comes_back(
    centre: Centre, running: list[Program]
) -> None:
    until(centre.is_settled, "not every event was answered")
    # The journey had no need of these.
    for one in describing.catalogue(services.load_all()):
        if one.event.kind in KINDS - centre.kinds(centre.consumers[0]):
            with centre.team[one.source].work() as work:
                work.announce(example(one.event))
    until(centre.is_settled, "not every event was answered")
    for consumer in centre.consumers:
        assert centre.kinds(consumer) == KINDS
        complete(centre, consumer)
    assert all(program.is_alive() for program in running)


def test_a_consumer_that_is_killed_misses_nothing(centre: Centre, running: list[Program]) -> None:
    for round_ in range(4):
        centre.measure(25)
        for place, consumer in enumerate(centre.consumers):
            if round_ % 2 == place:
                running[place].end(signal.SIGKILL)
                centre.measure(25)
                running[place] = consumer.start()
    until(centre.is_settled, "not every event was answered")
    for consumer in centre.consumers:
        complete(centre, consumer)


def test_a_queue_that_is_removed_ends_the_program_and_loses_nothing(
    centre: Centre, running: list[Program]
) -> None:
    """Whoever looks after it starts it again, and it makes its queue anew."""
    centre.measure(1)
    until(centre.is_settled, "not every event was answered")
    prefix = centre.consumers[0].prefix
    for consumer in centre.consumers:
        drop_queue(f"{prefix}.{consumer.name}.v1")
    until(lambda: not any(program.is_alive() for program in running), "it goes on without a queue")
    centre.measure(5)
    running[:] = [consumer.start() for consumer in centre.consumers]
    until(centre.is_settled, "not every event was answered")
    for consumer in centre.consumers:
        complete(centre, consumer)


def drop_queue(name: str) -> None:
    with Connection(BROKER) as connection:  # type: ignore[no-untyped-call]
        connection.default_channel.queue_delete(name)


def test_a_consumer_that_cannot_store_answers_nothing(
    centre: Centre, running: list[Program]
) -> None:
    """It ends instead of saying that it has what it has not."""
    centre.measure(1)
    until(centre.is_settled, "not every event was answered")
    for consumer in centre.consumers:
        consumer.take_store_away()
    centre.measure(1)
    until(lambda: not any(program.is_alive() for program in running), "it goes on without a store")
    assert not centre.is_settled()
    for consumer in centre.consumers:
        consumer.give_store_back()
    running[:] = [consumer.start() for consumer in centre.consumers]
    until(centre.is_settled, "not every event was answered")
    for consumer in centre.consumers:
        complete(centre, consumer)
