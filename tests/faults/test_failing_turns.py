"""Every turn of a service fails while others call it: it neither spins nor floods its log."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from uuid import UUID

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from shared.clock import SystemClock
from shared.identifiers import new_id
from shared.running import Team
from shared.running.line import FIRST_WAIT, LONGEST_WAIT
from tests.backbone import pair
from tests.nodes.programs import until

FAILURES = 4


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    team = pair.build(pair.prepare(tmp_path), SystemClock())
    team.start()
    yield team
    team.stop()


@contextmanager
def somebody_calls(team: Team) -> Iterator[None]:
    """All the time, as a busy centre does."""
    enough = Event()

    def call() -> None:
        while not enough.wait(0.001):
            team["answerer"].bell.set()

    caller = Thread(target=call)
    caller.start()
    yield
    enough.set()
    caller.join()


def rename(team: Team, before: str, after: str) -> None:
    with team["answerer"].engine.begin() as connection:
        connection.execute(text(f"alter table {before} rename to {after}"))


def heard(team: Team, patient: UUID) -> list[int]:
    return pair.numbers(team["answerer"], pair.Heard, patient)


def test_a_service_whose_turns_fail_pauses_and_comes_back(team: Team) -> None:
    patient = new_id()
    pair.ask(team["asker"], patient, 1)
    until(lambda: heard(team, patient) == [1])
    with capture_logs() as logs, somebody_calls(team):
        begun = monotonic()
        rename(team, "inbox", "mislaid")
        pair.ask(team["asker"], patient, 2)
        until(lambda: [log["event"] for log in logs].count("turn.failed") >= FAILURES)
        took = monotonic() - begun
        rename(team, "mislaid", "inbox")
    pauses = [FIRST_WAIT * 2**failures for failures in range(FAILURES - 1)]
    assert took >= sum(pauses) / 2, "each pause is half as long at least"
    begun = monotonic()
    pair.ask(team["asker"], patient, 3)
    until(lambda: heard(team, patient) == [1, 2, 3])
    assert monotonic() - begun < LONGEST_WAIT + 10
