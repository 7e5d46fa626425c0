"""Two services in processes of their own, with servers and wires between them that may fail."""

import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Self
from uuid import UUID

from shared.backbone.verify import verify
from shared.database import read_engine
from shared.identifiers import new_id
from tests.backbone import pair
from tests.backbone.books import compare
from tests.nodes import PrivatePostgres, PrivateRabbit, Proxy
from tests.nodes.programs import until

ROOT = Path(__file__).parents[2]
SERVICES = ("asker", "answerer")
PATIENTS = 4
SETTLING = 600
"""Seconds until all is over on a busy machine: waits double after each failure."""
PACE = 0.01
"""Seconds between two questions."""


class Practice:
    """One of the two services. It is killed and started at will; its database outlives it."""

    process: subprocess.Popen[str]

    def __init__(
        self, name: str, environment: Mapping[str, str], log: Path, bugs: Sequence[str] = ()
    ) -> None:
        """`bugs`: what is wrong with it, of those in `tests.backbone.planted`."""
        self.name, self._environment, self.log, self._bugs = name, environment, log, bugs

    def start(self) -> None:
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.practice", self.name, *self._bugs],
                cwd=ROOT,
                env={"PATH": os.defpath, **self._environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._hear() == "ready", self.log.read_text()

    def kill(self) -> None:
        """As when the power fails."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError, AttributeError):
                pipe.close()  # type: ignore[union-attr]

    def freeze(self) -> None:
        """It keeps its connections and its locks, and does nothing any more."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def ask(self, patient: UUID, number: int) -> bool:
        """One question. True when its change was acknowledged; False when nobody knows."""
        try:
            assert self.process.stdin is not None
            self.process.stdin.write(f"{patient} {number}\n")
            self.process.stdin.flush()
            return self._hear() == "done"
        except (OSError, ValueError):
            return False  # it was killed

    def _hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


class Client(Thread):
    """Asks without a break, and keeps a ledger of what was acknowledged, outside of everything."""

    def __init__(self, asker: Practice, patients: list[UUID], first: int) -> None:
        super().__init__(name="client", daemon=True)
        self._asker, self._patients, self.next = asker, patients, first
        self._enough = Event()
        self.acknowledged: dict[UUID, list[int]] = defaultdict(list)
        self.refused = 0

    @property
    def confirmed(self) -> int:
        return sum(map(len, self.acknowledged.values()))

    def run(self) -> None:
        while not self._enough.wait(PACE):
            patient, number = self._patients[self.next % PATIENTS], self.next
            self.next += 1
            if self._asker.ask(patient, number):
                self.acknowledged[patient].append(number)
            else:
                self.refused += 1

    def works_on(self, count: int = 10) -> None:
        """Wait until so many more questions were acknowledged."""
        enough = self.confirmed + count
        until(lambda: self.confirmed >= enough, "nothing is acknowledged any more", SETTLING)

    def finish(self) -> None:
        self._enough.set()
        self.join()


class Town:
    """The servers, wires from each service to the queue and to its database, and what is known."""

    def __init__(
        self, postgres: PrivatePostgres, rabbit: PrivateRabbit, folder: Path, *bugs: str
    ) -> None:
        self.postgres, self.rabbit, self.folder, self._bugs = postgres, rabbit, folder, bugs
        self._open, self.asked = ExitStack(), 0
        self.patients = [new_id() for _ in range(PATIENTS)]
        self.acknowledged: dict[UUID, list[int]] = defaultdict(list)
        self.name = f"t{new_id().hex[-12:]}"
        for service in SERVICES:
            postgres.create(f"{self.name}_{service}")
        self.settings = pair.prepare(
            folder, postgres.url(f"{self.name}_{{service}}"), queue_prefix=self.name
        )

    def __enter__(self) -> Self:
        with self._open:
            self.wires = {s: self._open.enter_context(Proxy(self.rabbit.url)) for s in SERVICES}
            database = self.settings.database_url
            self.lines = {s: self._open.enter_context(Proxy(database)) for s in SERVICES}
            self.asker, self.answerer = (self._practice(service) for service in SERVICES)
            self._open = self._open.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _practice(self, service: str) -> Practice:
        environment = {
            "RELAIS_DATA_DIR": str(self.folder),
            "RELAIS_DATABASE_URL": self.lines[service].url,
            "RELAIS_QUEUE_URL": self.wires[service].url,
            "RELAIS_QUEUE_PREFIX": self.name,
        }
        log = self.folder / f"{service}.log"
        practice = Practice(service, environment, log, self._bugs)
        practice.start()
        self._open.callback(practice.kill)
        return practice

    @contextmanager
    def busy(self) -> Iterator[Client]:
        """Somebody asks all the while, before a fault, in its midst and after it."""
        client = Client(self.asker, self.patients, self.asked)
        client.start()
        try:
            client.works_on()
            yield client
            client.works_on()
        finally:
            client.finish()
            self.asked = client.next
            for patient, known in client.acknowledged.items():
                self.acknowledged[patient] += known

    def problems(self) -> list[str]:
        """What the books say when all should be over: nothing."""
        engines = {s: read_engine(self.settings.database(s)) for s in SERVICES}
        try:
            return [
                *verify(engines, settled=True),
                *compare(engines["asker"], engines["answerer"], self.acknowledged),
            ]
        finally:
            for engine in engines.values():
                engine.dispose()

    def settles(self) -> None:
        """Wait until everything is delivered, applied and known, and see that the books agree."""
        try:
            until(lambda: not self.problems(), patience=SETTLING)
        except TimeoutError:
            raise AssertionError([*self.problems(), f"see {self.folder}"]) from None
