"""A campaign of kills: processes die by SIGKILL at any named point, and the next one goes on."""

import argparse
import gc
import json
import mmap
import os
import random
import re
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from time import monotonic
from uuid import UUID

import shared
from shared import faults
from shared.backbone.bus import forget_memory
from shared.backbone.verify import verify
from shared.clock import VirtualClock
from shared.identifiers import new_id
from shared.running import Team, running_service
from shared.running.applier import Applier
from tests.backbone import pair, planted
from tests.backbone.books import compare
from tests.backbone.pair import ask

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PATIENTS = 4
QUESTIONS = 2
TIMES = (1, 1, 1, 2, 3)
"""At which visit of a point a process dies: mostly at the first, which is in its recovery."""
STORED_FIRST = 0.5
"""So many lives store events before they apply them, as after a failure, all the others at once."""
EACH = 250
"""Kills on one pair of databases. The next campaign has the next seed and empty ones."""
LIVES_FOR_A_KILL = 20
MEMORY = Path("/dev/shm")  # noqa: S108 - a kill loses nothing of it; only the power would
NOBODY = ""


def fault_points() -> list[str]:
    """Every point of the backbone that a process can die at."""
    source = "".join(path.read_text() for path in Path(shared.__path__[0]).rglob("*.py"))
    return sorted(set(re.findall(r'faults\.reach\("([a-z.-]+)"\)', source)))


@dataclass
class Found:
    """What campaigns have seen: where processes died, and what was wrong in the end."""

    problems: list[str] = field(default_factory=list)
    points: Counter[str] = field(default_factory=Counter)
    pairs: Counter[str] = field(default_factory=Counter)
    """'first > second': killed at the second while it recovered from a kill at the first."""

    @property
    def kills(self) -> int:
        return self.points.total()


class Campaign:
    """Many short lives of one clinic on the same files, each a fork of this process."""

    def __init__(self, folder: Path, seed: int, found: Found) -> None:
        self.folder, self.found = folder, found
        self.random = random.Random(seed)  # noqa: S311 - a seed makes a run repeatable
        self.settings, self.clock = pair.prepare(folder), VirtualClock(START)
        self.team = pair.build(self.settings, self.clock)
        self.patients = [new_id() for _ in range(PATIENTS)]
        self.fates = fault_points()
        self.lives, self.asked, self.recovering, self.died_at = 0, 0, True, NOBODY
        self._last_words = mmap.mmap(-1, 200)
        self._acknowledged = (folder / "acknowledged").open("ab", buffering=0)

    def run(self, kills: int) -> None:
        """Go on until so many processes were killed."""
        enough, patience = self.found.kills + kills, self.lives + kills * LIVES_FOR_A_KILL
        while self.found.kills < enough:
            self._live()
            assert self.lives < patience, "processes fail before they can be killed"

    def problems(self) -> list[str]:
        """Let a last process finish in peace, and compare all books."""
        status = self._fork(self._last_life)
        report = (self.folder / "report").read_text() if status == 0 else "the last life failed"
        return report.splitlines()

    def warm_up(self) -> None:
        """A first life in peace and in this process, so that no fork has to begin from nothing."""
        self._life()
        self.recovering = True
        self.team = pair.build(self.settings, self.clock)
        gc.collect()
        gc.freeze()

    def _live(self) -> None:
        """One life, which fate ends at the so-manieth time that it comes to a certain point."""
        fate, times = self.random.choice(self.fates), self.random.choice(TIMES)
        seed = self.random.random()
        if self._fork(lambda: self._doomed_life(fate, times, seed)) != -signal.SIGKILL:
            self.died_at = NOBODY
            return
        when, point = self._last_words[:].rstrip(b"\0").decode().split()
        if self.died_at and when == "recovering":
            self.found.pairs[f"{self.died_at} > {point}"] += 1
        self.found.points[point] += 1
        self.died_at = point

    def _fork(self, life: Callable[[], None]) -> int:
        self.lives, self.asked = self.lives + 1, self.asked + QUESTIONS
        child = os.fork()
        if child == 0:
            code = 1
            try:
                life()
                code = 0
            finally:
                os._exit(code)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def _doomed_life(self, fate: str, times: int, seed: float) -> None:
        gc.disable()
        random.seed(seed)
        if random.random() < STORED_FIRST:  # noqa: S311 - a seed makes a run repeatable
            Applier.apply_at_once = pair.not_now  # type: ignore[assignment, method-assign]
        self._die_at(fate, times)
        self._life()

    def _life(self) -> None:
        """Recover, ask some questions, deliver."""
        team = self._wake()
        self.recovering = False
        for number in range(self.asked, self.asked + QUESTIONS):
            patient = self.patients[number % PATIENTS]
            ask(team["asker"], patient, number)
            os.write(self._acknowledged.fileno(), f"{patient} {number}\n".encode())
        team.settle()
        team.stop()

    def _wake(self) -> Team:
        """As a process that starts: an empty queue, the databases as they were left."""
        forget_memory()
        self.clock.move(minutes=10 * self.lives)
        self.team.recover()
        self.team.settle()
        return self.team

    def _die_at(self, fate: str, times: int) -> None:
        left = times

        def hook(point: str) -> None:
            nonlocal left
            left -= point == fate
            if left == 0:
                words = f"{'recovering' if self.recovering else 'working'} {point}"
                self._last_words[:] = words.encode().ljust(len(self._last_words), b"\0")
                os.kill(os.getpid(), signal.SIGKILL)

        faults.install(hook)

    def _last_life(self) -> None:
        team = self._wake()
        problems = verify({r.name: r.reader for r in team}, settled=True)
        problems += compare(team["asker"].reader, team["answerer"].reader, self._ledger())
        (self.folder / "report").write_text("\n".join(problems))

    def _ledger(self) -> dict[UUID, list[int]]:
        """What was acknowledged, as it was written down outside of the services."""
        known: dict[UUID, list[int]] = {patient: [] for patient in self.patients}
        for line in (self.folder / "acknowledged").read_text().splitlines():
            patient, number = line.split()
            known[UUID(patient)].append(int(number))
        return known


def keep_engines() -> None:
    """One engine for each database in all lives: what it learnt of SQL is not learnt again.

    No connection lives through a fork: a life closes its own at its end.
    """
    for name in ("write_engine", "read_engine"):
        setattr(running_service, name, cache(getattr(running_service, name)))


def campaigns(seed: int, kills: int, each: int, found: Found) -> int:
    """As many campaigns as it takes, with so many kills `each`.

    Returns the last seed, which is the one to repeat after a problem.
    """
    keep_engines()
    place = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="relais-kills-", dir=place) as folder:
        while True:
            campaign = Campaign(Path(folder) / "house", seed, found)
            campaign.warm_up()
            campaign.run(min(each, kills - found.kills))
            found.problems += campaign.problems()
            if found.problems or found.kills >= kills:
                return seed
            shutil.rmtree(campaign.folder)
            seed += 1


def main() -> None:
    """Run campaigns as they are ordered, and print what was found as one line of JSON."""
    orders = argparse.ArgumentParser()
    orders.add_argument("--seed", type=int, required=True)
    orders.add_argument("--kills", type=int, required=True)
    orders.add_argument("--each", type=int, default=EACH)
    orders.add_argument("--bug", default="")
    order = orders.parse_args()
    if order.bug:
        getattr(planted, order.bug)()
    found, began = Found(), monotonic()
    seed = campaigns(order.seed, order.kills, order.each, found)
    json.dump(vars(found) | {"seed": seed, "seconds": monotonic() - began}, sys.stdout)


if __name__ == "__main__":
    main()
