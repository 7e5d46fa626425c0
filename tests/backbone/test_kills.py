"""Kill -9 at any moment: nothing is lost, nothing doubled, the order kept."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import shared
from tests.backbone.planted import PLANTED

KILLS = 1000


def fault_points() -> set[str]:
    """Every point of the backbone that a process can die at."""
    source = "".join(path.read_text() for path in Path(shared.__path__[0]).rglob("*.py"))
    return set(re.findall(r'faults\.reach\("([a-z.-]+)"\)', source))


def campaign(folder: Path, *orders: str) -> dict[str, Any]:
    """Run a campaign in a small process of its own, because a small process forks fast."""
    command = [sys.executable, "-m", "tests.backbone.campaign", str(folder), *orders]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_thousand_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    found = campaign(tmp_path, "--seed=20261123", f"--kills={KILLS}")
    assert found["problems"] == []
    assert set(found["points"]) == fault_points()
    assert sum(found["points"].values()) == KILLS


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("bug", [bug.__name__ for bug in PLANTED])
def test_the_campaign_catches_a_planted_bug(tmp_path: Path, bug: str) -> None:
    found = campaign(tmp_path, "--seed=7", "--kills=60", "--rounds=5", f"--bug={bug}")
    assert found["problems"], "300 kills did not find the planted bug"
