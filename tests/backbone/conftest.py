"""Two services on the real backbone, under a clock that stands still."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.clock import VirtualClock
from shared.running import Team
from tests.backbone import pair

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(MONDAY)


@pytest.fixture
def team(tmp_path: Path, clock: VirtualClock) -> Iterator[Team]:
    team = pair.start(pair.prepare(tmp_path), clock)
    yield team
    pair.poisoned.clear()
    pair.drowned.clear()
    team.stop()
