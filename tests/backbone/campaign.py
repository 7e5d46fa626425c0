"""A campaign of kills: processes die by SIGKILL at any named point, and the next one goes on."""

import argparse
import json
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from shared import faults
from shared.backbone.verify import verify
from shared.clock import VirtualClock
from shared.identifiers import new_id
from shared.running import Team
from tests.backbone import pair, planted
from tests.backbone.pair import Asked, Heard, ask, numbers

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PATIENTS = 4
QUESTIONS = 4
LIVES_AT_MOST = 5000


class Campaign:
    """Many short lives of one clinic on the same files. `acknowledged` is written after commit."""

    def __init__(
        self, folder: Path, seed: int, break_it: Callable[[], None] = lambda: None
    ) -> None:
        self.folder, self.break_it = folder, break_it
        self.random = random.Random(seed)  # noqa: S311 - a seed makes a run repeatable
        self.settings = pair.prepare(folder)
        self.patients = [new_id() for _ in range(PATIENTS)]
        self.lives, self.asked = 0, 0
        self.points: Counter[str] = Counter()

    def run(self, kills: int) -> None:
        """Go on until so many processes were killed."""
        while self.points.total() < kills:
            self._live()
            assert self.lives < LIVES_AT_MOST, "processes fail before they can be killed"

    def problems(self) -> list[str]:
        """Let a last process finish in peace, and compare all books."""
        status = self._fork(self._last_life)
        report = (self.folder / "report").read_text() if status == 0 else "the last life failed"
        return report.splitlines()

    def _live(self) -> None:
        self.lives += 1
        steps = self.random.randrange(1, 70)
        first, self.asked = self.asked, self.asked + QUESTIONS
        if self._fork(lambda: self._life(first, steps)) == -signal.SIGKILL:
            self.points[(self.folder / "died-at").read_text()] += 1

    def _fork(self, life: Callable[[], None]) -> int:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                life()
                code = 0
            finally:
                os._exit(code)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def _life(self, first: int, steps: int) -> None:
        """Recover, ask some questions, deliver; die at the step that fate has chosen."""
        self.break_it()
        self._die_after(steps)
        team = self._team()
        for number in range(first, first + QUESTIONS):
            patient = self.patients[number % PATIENTS]
            ask(team["asker"], patient, number)
            self._acknowledge(patient, number)
            team.settle()

    def _team(self) -> Team:
        return pair.start(self.settings, VirtualClock(START + timedelta(minutes=10 * self.lives)))

    def _die_after(self, steps: int) -> None:
        left = steps

        def hook(point: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                (self.folder / "died-at").write_text(point)
                os.kill(os.getpid(), signal.SIGKILL)

        faults.install(hook)

    def _acknowledge(self, patient: UUID, number: int) -> None:
        with (self.folder / "acknowledged").open("a") as file:
            file.write(f"{patient} {number}\n")

    def _last_life(self) -> None:
        self.lives += 1
        self.break_it()
        team = self._team()
        team.settle()
        problems = verify({r.name: r.reader for r in team}, settled=True)
        problems += [p for patient in self.patients for p in self._compare(team, patient)]
        (self.folder / "report").write_text("\n".join(problems))

    def _compare(self, team: Team, patient: UUID) -> list[str]:
        asked = numbers(team["asker"], Asked, patient)
        lines = (self.folder / "acknowledged").read_text().splitlines()
        acknowledged = [int(line.split()[1]) for line in lines if line.startswith(str(patient))]
        problems = []
        if not set(acknowledged) <= set(asked):
            problems.append("a change that was acknowledged is gone")
        if numbers(team["answerer"], Heard, patient) != asked:
            problems.append("the answerer did not hear each question once and in order")
        if numbers(team["asker"], Heard, patient) != asked:
            problems.append("the asker did not get each thanks once and in order")
        return problems


def main() -> None:
    """Run a campaign as it is ordered, and print what was found as one line of JSON."""
    orders = argparse.ArgumentParser()
    orders.add_argument("folder", type=Path)
    orders.add_argument("--seed", type=int, required=True)
    orders.add_argument("--kills", type=int, required=True)
    orders.add_argument("--rounds", type=int, default=1)
    orders.add_argument("--bug", default="")
    order = orders.parse_args()
    bug = getattr(planted, order.bug) if order.bug else lambda: None
    campaign, problems = Campaign(order.folder, order.seed, bug), list[str]()
    for _ in range(order.rounds):
        campaign.run(campaign.points.total() + order.kills)
        problems = problems or campaign.problems()
        if problems:
            break
    json.dump({"problems": problems, "points": campaign.points}, sys.stdout)


if __name__ == "__main__":
    main()
