"""Every event is applied once and in order on every kind of queue, whatever the queue loses."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from shared.backbone.verify import verify
from shared.clock import VirtualClock
from shared.identifiers import new_id
from shared.mail import MemoryMailer
from shared.running import House, Team
from shared.settings import Settings
from tests.backbone import pair
from tests.backbone.books import states
from tests.backbone.pair import Heard, ask, numbers
from tests.nodes.programs import until
from tests.transport.transports import EVERY, Transport

pytestmark = pytest.mark.slow
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
QUESTIONS = 24
TELLING = [kind for kind in EVERY if kind.id in ("memory", "amqp")]


class Clinic:
    """An asker and an answerer, who are stopped and started again."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.clock = settings, VirtualClock(MONDAY)
        self.patients = [new_id() for _ in range(3)]
        pair.prepare(settings.data_dir)
        self.start()

    def start(self) -> None:
        services = pair.house()
        self.team = Team(
            services, House(services, self.settings, self.clock, MemoryMailer(), durable=False)
        )
        self.team.recover()

    def stop(self) -> None:
        self.team.stop()

    def ask(self, number: int) -> None:
        ask(self.team["asker"], self.patients[number % len(self.patients)], number)

    def is_done(self) -> bool:
        """Some minutes later: has everything been heard, and answered?"""
        self.clock.move(minutes=6)
        self.team.settle()
        rows = [states(self.team, name, "delivery") for name in ("asker", "answerer")]
        return rows == [{"handled": QUESTIONS}, {"handled": QUESTIONS}]

    def problems(self) -> list[str]:
        found = verify({running.name: running.reader for running in self.team}, settled=True)
        for place, patient in enumerate(self.patients):
            asked = list(range(place, QUESTIONS, len(self.patients)))
            for name in ("asker", "answerer"):
                heard = numbers(self.team[name], Heard, patient)
                found += [f"{name} heard {heard} instead of {asked}"] * (heard != asked)
        return found


@pytest.fixture
def clinic(settings: Settings) -> Iterator[Clinic]:
    clinic = Clinic(settings)
    yield clinic
    clinic.stop()


def test_all_goes_well(clinic: Clinic) -> None:
    for number in range(QUESTIONS):
        clinic.ask(number)
        clinic.team.settle()
    until(clinic.is_done)
    assert clinic.problems() == []


@pytest.mark.parametrize("seed", [1, 2])
def test_the_queue_loses_everything_again_and_again(
    clinic: Clinic, transport: Transport, settings: Settings, seed: int
) -> None:
    fate = random.Random(seed)  # noqa: S311 - a seed makes it repeatable
    clinic.team.settle()
    for number in range(QUESTIONS):
        clinic.ask(number)
        if fate.random() < 0.7:
            clinic.team.settle()
        if fate.random() < 0.3:
            transport.lose(settings)
    until(clinic.is_done)
    assert clinic.problems() == []


@pytest.mark.parametrize("transport", TELLING, indirect=True)
def test_a_delivery_that_no_queue_takes_waits_and_says_why(clinic: Clinic) -> None:
    asker = clinic.team["asker"]
    clinic.ask(0)
    bus = asker.open_bus()
    for _ in range(3):
        clinic.clock.move(minutes=6)
        asker.turn(bus)
    bus.close()
    with asker.reader.connect() as connection:
        row = connection.execute(text("select state, error, attempts from delivery")).one()
    assert tuple(row) == ("waiting", "no queue takes it", 3)
    for number in range(1, QUESTIONS):
        clinic.ask(number)
    until(clinic.is_done)
    assert clinic.problems() == []
    with asker.reader.connect() as connection:
        assert set(connection.execute(text("select error from delivery")).scalars()) == {""}


def test_the_services_are_restarted_while_frames_are_under_way(clinic: Clinic) -> None:
    for number in range(QUESTIONS):
        clinic.ask(number)
        if number % 5 == 4:
            clinic.team.settle(everyone=False)
            clinic.stop()
            clinic.start()
    until(clinic.is_done)
    assert clinic.problems() == []
