"""Measures Relais as its own command does, on the servers that the peers use too."""

import json
import os
import subprocess
import sys

from tests.benchmarks.racing import ROOT
from tests.surroundings import BROKER, POSTGRES

Found = dict[str, dict[str, float]]


def figures(events: int, single: int, *, servers: bool = True) -> Found:
    """What `relais bench` finds at each place."""
    command = [sys.executable, "-m", "services.cli", "bench", "--json"]
    command += ["--events", str(events), "--single", str(single)]
    done = subprocess.run(
        command, cwd=ROOT, env=_surroundings(servers), check=True, capture_output=True, text=True
    )
    places = json.loads(done.stdout)["places"]
    return {name: rounds[0] for name, rounds in places.items()}


def _surroundings(servers: bool) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("RELAIS_")}
    if not servers:
        return own
    # The address of a centre names each service; here both use schemas in one database.
    database = f"{POSTGRES}?application_name={{service}}"
    return {**own, "RELAIS_QUEUE_URL": BROKER, "RELAIS_DATABASE_URL": database}
