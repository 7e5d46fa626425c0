"""Kill -9 at any moment: nothing is lost, nothing doubled, the order kept."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.backbone.campaign import fault_points
from tests.backbone.planted import PLANTED
from tests.torture import scaled

KILLS = scaled(10_000, 250_000)


def campaign(*orders: str) -> dict[str, Any]:
    """Run campaigns in a small process of their own, because a small process forks fast."""
    command = [sys.executable, "-m", "tests.backbone.campaign", *orders]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.slow
@pytest.mark.timeout(scaled(1800, 36_000))
def test_ten_thousand_kills_lose_and_double_nothing() -> None:
    found = campaign("--seed=20261123", f"--kills={KILLS}")
    assert found["problems"] == [], f"repeat it with --seed={found['seed']} --kills=250"
    assert set(found["points"]) == set(fault_points())
    assert sum(found["points"].values()) == KILLS
    assert len(found["pairs"]) >= 0.8 * len(fault_points()) ** 2, "too few kills during a recovery"


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_seed_tells_where_each_process_dies() -> None:
    once, again = (campaign("--seed=3", "--kills=40") for _ in range(2))
    assert (once["points"], once["pairs"]) == (again["points"], again["pairs"])


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("bug", [bug.__name__ for bug in PLANTED])
def test_the_campaign_catches_a_planted_bug(bug: str) -> None:
    found = campaign("--seed=7", "--kills=500", "--each=50", f"--bug={bug}")
    assert found["problems"], "500 kills did not find the planted bug"
