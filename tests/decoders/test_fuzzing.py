"""A short run of the fuzzing: decoders bear what a machine makes up, and a fault is found."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from shared.backbone.envelope import Undecodable
from tests.decoders.test_corpus import DOORS

SECONDS = 12
SEEDS = Path(__file__).parent / "seeds"
PLANTED = """
import sys
from shared.backbone import envelope
sound = envelope._named_once
def choke(pairs):
    if any(name == "tracestate" for name, _ in pairs):
        raise KeyError(name)
    return sound(pairs)
envelope._JSON.object_pairs_hook = choke
envelope._JSON.scan_once = envelope.json.scanner.make_scanner(envelope._JSON)
from tests.decoders import fuzzing
sys.argv = ["fuzzing", "--seconds", "20"]
fuzzing.main()
"""


def fuzz(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run in a folder of its own, where a finding would be left."""
    run = [sys.executable, *command]
    here = {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(run, cwd=folder, env=here, capture_output=True, text=True, check=False)


needs_atheris = pytest.mark.skipif(
    find_spec("atheris") is None and (sys.platform != "linux" or sys.version_info >= (3, 14)),
    reason="atheris has no release for this machine",
)


@needs_atheris
@pytest.mark.slow
def test_made_up_bytes_are_refused_or_read(tmp_path: Path) -> None:
    done = fuzz(tmp_path, "-m", "tests.decoders.fuzzing", "--seconds", str(SECONDS))
    assert done.returncode == 0, done.stderr[-3000:]
    tried = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
    assert tried
    assert int(tried[1]) > 1000
    assert list(tmp_path.iterdir()) == []


@needs_atheris
@pytest.mark.slow
def test_a_planted_fault_is_found(tmp_path: Path) -> None:
    done = fuzz(tmp_path, "-c", PLANTED)
    assert done.returncode != 0
    assert [file for file in tmp_path.iterdir() if file.name.startswith("crash-")]


def test_the_seeds_are_sound_for_their_decoders() -> None:
    """Made-up bytes begin from messages that are read to the end."""
    doors = list(DOORS.values())
    read = set()
    for file in sorted(SEEDS.iterdir()):
        data = file.read_bytes()
        try:
            doors[data[0] % len(doors)](data[1:])
            read.add(data[0] % len(doors))
        except Undecodable:
            assert file.name.startswith("refused")
    assert read == set(range(len(doors)))
