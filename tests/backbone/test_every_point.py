"""Work that breaks off at any named point, once each: afterwards the books of both sides agree.

The campaign of kills tries the same with real deaths and by chance; this is the quick, sure part.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

import shared
from shared import faults
from shared.backbone.verify import verify
from shared.clock import VirtualClock
from shared.identifiers import new_id
from shared.running import Team
from shared.running.applier import Applier
from tests.backbone import pair
from tests.backbone.pair import Asked, Heard, ask, numbers

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
QUESTIONS = 4


class BreaksOff(BaseException):
    """No part of the product expects this, as it expects no power cut."""


def fault_points() -> list[str]:
    """Every point of the backbone that work can break off at."""
    code = "".join(file.read_text() for file in sorted(Path(shared.__path__[0]).rglob("*.py")))
    return sorted(set(re.findall(r'faults\.reach\("([a-z.-]+)"\)', code)))


@pytest.fixture(autouse=True)
def no_hook_is_left() -> Iterator[None]:
    yield
    faults.install(None)


def break_off_at(point: str, time: int) -> Callable[[], bool]:
    """Break off when the point is reached for the so-many-th time; says whether it was."""
    left = time

    def hook(reached: str) -> None:
        nonlocal left
        left -= reached == point
        if reached == point and left == 0:
            raise BreaksOff

    faults.install(hook)
    return lambda: left <= 0


@pytest.fixture(params=["at once", "stored first"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Events are applied in the transaction that stores them, or later as after a failure."""
    if request.param == "stored first":
        monkeypatch.setattr(Applier, "apply_at_once", pair.not_now)
    return str(request.param)


@pytest.mark.parametrize("time", [1, 3])
@pytest.mark.parametrize("point", fault_points())
def test_nothing_is_lost_or_doubled(tmp_path: Path, point: str, time: int, way: str) -> None:
    clock, patient = VirtualClock(MONDAY), new_id()
    settings = pair.prepare(tmp_path)
    team = pair.start(settings, clock)
    said = list[int]()
    reached = break_off_at(point, time)
    for number in range(QUESTIONS):
        try:
            ask(team["asker"], patient, number)
            said.append(number)
            team.settle()
        except BreaksOff:
            break
    faults.install(None)
    assert reached(), f"every point lies on the way of four questions, {way}"
    team.stop()
    clock.move(minutes=10)
    agree(pair.start(settings, clock), patient, said)


def agree(team: Team, patient: UUID, said: list[int]) -> None:
    """A change is there if and only if its event is, heard once and in order, and thanked for."""
    team.settle()
    asked = numbers(team["asker"], Asked, patient)
    assert set(said) <= set(asked), "what was acknowledged is there"
    assert numbers(team["answerer"], Heard, patient) == asked
    assert numbers(team["asker"], Heard, patient) == asked
    assert verify({r.name: r.reader for r in team}, settled=True) == []
    team.stop()
