"""Whatever order losses, repetitions, delays and crashes come in, the two services stay right."""

import copy
import shutil
import tempfile
from collections import defaultdict
from contextlib import suppress
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from kombu.transport.memory import Channel

from shared import faults
from shared.backbone import inbox
from shared.backbone.bus import Bus, forget_memory, topology
from shared.backbone.verify import verify
from shared.clock import VirtualClock
from shared.identifiers import new_id
from shared.running import running_service
from shared.settings import Settings
from tests.backbone import pair
from tests.backbone.books import compare
from tests.backbone.campaign import MEMORY, fault_points
from tests.backbone.conftest import MONDAY
from tests.backbone.pair import Asked, Heard, ask, written
from tests.torture import TORTURE, scaled

SERVICES = ("asker", "answerer")
PATIENTS = 3
service_names = st.sampled_from(SERVICES)
seeds = st.integers(0, 2**32)


class Crash(BaseException):
    """The process ends here; nothing may catch it."""


class Clinic(RuleBasedStateMachine):
    """The asker and the answerer on a queue that does everything that a queue should not."""

    folder: Path

    @initialize()
    def open(self) -> None:
        for service in SERVICES:
            shutil.copy(self.folder / "empty" / f"{service}.db", self.folder)
            for log in ("-wal", "-shm"):
                (self.folder / f"{service}.db{log}").unlink(missing_ok=True)
        self.clock, self.asked = VirtualClock(MONDAY), 0
        self.patients = [new_id() for _ in range(PATIENTS)]
        self.acknowledged: dict[UUID, list[int]] = defaultdict(list)
        self.late: list[tuple[str, Any]] = []
        self._start()

    def _start(self) -> None:
        self.team = pair.start(Settings(data_dir=self.folder), self.clock)
        self._connect()

    def _connect(self) -> None:
        self.buses: dict[str, Bus] = {name: self.team[name].open_bus() for name in SERVICES}

    def _end(self) -> None:
        faults.install(None)
        self.team.stop()

    def _frames(self, service: str) -> Any:
        """What waits in a queue, to be played with."""
        return Channel.queues[topology.queue("relais", service)].queue

    @rule(patient=st.integers(0, PATIENTS - 1))
    def somebody_asks(self, patient: int) -> None:
        self.asked += 1
        ask(self.team["asker"], self.patients[patient], self.asked)
        self.acknowledged[self.patients[patient]].append(self.asked)

    @rule(service=service_names)
    def a_service_takes_its_turn(self, service: str) -> None:
        self.team[service].turn(self.buses[service])

    @rule(service=service_names)
    def a_queue_is_lost(self, service: str) -> None:
        self._frames(service).clear()

    @rule(service=service_names, seed=seeds)
    def a_queue_is_reordered(self, service: str, seed: int) -> None:
        Random(seed).shuffle(self._frames(service))  # noqa: S311

    @rule(service=service_names, seed=seeds)
    def a_frame_is_repeated(self, service: str, seed: int) -> None:
        if frames := self._frames(service):
            again = copy.deepcopy(Random(seed).choice(frames))  # noqa: S311
            again["properties"]["delivery_tag"] = str(uuid4())
            frames.append(again)

    @rule(service=service_names)
    def a_frame_is_delayed(self, service: str) -> None:
        if frames := self._frames(service):
            self.late.append((service, frames.popleft()))

    @precondition(lambda self: self.late)
    @rule()
    def delayed_frames_arrive(self) -> None:
        for service, frame in self.late:
            self._frames(service).append(frame)
        self.late.clear()

    @rule()
    def the_queue_crashes(self) -> None:
        forget_memory()
        self._connect()

    @rule(service=service_names, point=st.sampled_from(fault_points()), times=st.integers(1, 3))
    def the_process_crashes(self, service: str, point: str, times: int) -> None:
        """At a fault point, if this turn comes to it; otherwise after the turn."""
        left = times

        def hook(reached: str) -> None:
            nonlocal left
            left -= reached == point
            if left == 0:
                raise Crash

        faults.install(hook)
        with suppress(Crash):
            self.team[service].turn(self.buses[service])
        self._end()
        self._start()

    @rule(seconds=st.sampled_from((1, 3, 30, 400, 4000, 400_000, -30, -4000, -400_000)))
    def time_passes(self, seconds: int) -> None:
        """Forward as a rule, and back when somebody sets the clock."""
        self.clock.move(seconds=seconds)

    @rule(number=st.integers(1, 15))
    def a_question_is_poisoned(self, number: int) -> None:
        pair.poisoned.add(number)

    @rule()
    def the_poison_is_gone(self) -> None:
        pair.poisoned.clear()

    @invariant()
    def everything_is_heard_once_and_in_order(self) -> None:
        readers = self._readers()
        for patient in self.patients:
            asked = written(readers["asker"], Asked, patient)
            heard = written(readers["answerer"], Heard, patient)
            thanked = written(readers["asker"], Heard, patient)
            assert heard == asked[: len(heard)], "not in order, or twice"
            assert thanked == heard[: len(thanked)]

    def _readers(self) -> dict[str, Any]:
        return {running.name: running.reader for running in self.team}

    def teardown(self) -> None:
        """When nothing fails any more, everything comes to its end."""
        pair.poisoned.clear()
        for _ in range(4):
            self.clock.move(minutes=61)
            self.team.settle()
        problems = verify(self._readers(), settled=True)
        asker, answerer = (self.team[name].reader for name in SERVICES)
        problems += compare(asker, answerer, self.acknowledged)
        self._end()
        assert problems == []


HOW = how(
    max_examples=scaled(40, 5000),
    stateful_step_count=scaled(25, 60),
    deadline=None,
    database=None,
    derandomize=not TORTURE,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The clinic of the machine, on databases that are made once and copied."""
    for name in ("write_engine", "read_engine"):
        monkeypatch.setattr(running_service, name, cache(getattr(running_service, name)))
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        pair.prepare(Path(folder) / "empty")
        monkeypatch.setattr(Clinic, "folder", Path(folder), raising=False)
        yield Clinic.TestCase
        pair.poisoned.clear()


@pytest.mark.slow
@pytest.mark.timeout(scaled(600, 36_000))
def test_no_order_of_faults_breaks_the_promise(machine: Any) -> None:
    machine.settings = HOW
    machine().runTest()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_machine_finds_a_planted_bug(machine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the inbox takes what arrives as what comes next."""
    original = inbox.ready

    def forgetful(*given: Any) -> Any:
        found = original(*given)
        found.rows = sorted(found.rows, key=lambda row: -row.delivery_seq)
        return found

    monkeypatch.setattr(inbox, "ready", forgetful)
    monkeypatch.setattr(inbox, "in_turn", lambda _, heard: (list(heard), []))
    machine.settings = how(HOW, phases=[Phase.generate])  # found is enough; it need not be small
    with pytest.raises(AssertionError):
        machine().runTest()
