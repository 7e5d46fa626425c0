"""Months of a whole care team, one for each seed: whatever fails, nothing acknowledged is lost."""

import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from shared import faults
from shared.running import running_service
from tests.backbone.campaign import MEMORY
from tests.faults.simulation import Simulation
from tests.torture import scaled

pytestmark = [pytest.mark.slow, pytest.mark.timeout(scaled(900, 36_000))]

SEEDS, STEPS = scaled(24, 3000), 60
PARTS = 4


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place that is used again and again, with engines that know their SQL already."""
    for name in ("write_engine", "read_engine"):
        monkeypatch.setattr(running_service, name, cache(getattr(running_service, name)))
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder) / "house"
    faults.install(None)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_month_of_faults_loses_nothing(staffed_house: Path, folder: Path, part: int) -> None:
    crashes, referrals = 0, 0
    for seed in range(part, SEEDS, PARTS):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(staffed_house, folder)
        month = Simulation(folder, seed)
        month.run(STEPS)
        assert month.problems() == [], f"seed {seed}"
        crashes, referrals = crashes + month.crashes, referrals + len(month.referred)
        month.village.close()
    assert crashes > 0, "nothing crashed"
    assert referrals > 0, "nobody was referred"
