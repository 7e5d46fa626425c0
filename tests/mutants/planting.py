"""Plants each bug in a copy of the tree and sees its test fail: `make mutants` shows the table."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from typing import NamedTuple

from tests.mutants.bug import ROOT, Bug, DoesNotApply
from tests.mutants.catalogue import BUGS

PARTS = ("services", "shared", "templates", "tests", "deploy", "docs")
PATIENCE = 300
"""Seconds; a bug that makes its test hang is caught as well."""
FAILED = 1
"""What pytest ends with when a test failed, and not when it found none or broke off."""


class Outcome(NamedTuple):
    """What became of one bug."""

    bug: Bug
    caught: bool
    seconds: float
    said: str


@contextmanager
def copy_of_the_tree() -> Iterator[Path]:
    """The code, its tests and its texts, to be spoilt."""
    with tempfile.TemporaryDirectory(prefix="relais-bugs-") as folder:
        root = Path(folder)
        for part in PARTS:
            leave = shutil.ignore_patterns("__pycache__", "vendor", "node_modules")
            shutil.copytree(ROOT / part, root / part, ignore=leave)
        for file in (*ROOT.glob("*.toml"), *ROOT.glob("*.md"), ROOT / "Makefile"):
            shutil.copy(file, root)
        yield root


def catch(bug: Bug, root: Path) -> Outcome:
    """Plant a bug in the copy, run its test there, and take the bug out again."""
    begun = monotonic()
    try:
        before = bug.plant(root)
    except DoesNotApply as reason:
        return Outcome(bug, False, 0, str(reason))
    try:
        code, said = _run(bug.caught_by, root)
    finally:
        (root / bug.file).write_text(before, encoding="utf-8")
    return Outcome(bug, code == FAILED, monotonic() - begun, said)


def _run(test: str, root: Path) -> tuple[int, str]:
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    command += ["--timeout", str(PATIENCE), "--tb=line", test]
    env = {**os.environ, "PYTHONPATH": str(root), "HYPOTHESIS_DATABASE_FILE": ""}
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)
    return done.returncode, "\n".join((done.stdout + done.stderr).splitlines()[-15:])


def catch_all(bugs: list[Bug], workers: int) -> Iterator[Outcome]:
    """One after the other in each of a few copies; the outcomes in the order of the bugs."""
    free: SimpleQueue[Path] = SimpleQueue()

    def one(bug: Bug) -> Outcome:
        root = free.get()
        try:
            return catch(bug, root)
        finally:
            free.put(root)

    with _copies(workers) as roots, ThreadPoolExecutor(workers) as pool:
        for root in roots:
            free.put(root)
        yield from pool.map(one, bugs)


@contextmanager
def _copies(count: int) -> Iterator[list[Path]]:
    if not count:
        yield []
        return
    with copy_of_the_tree() as root, _copies(count - 1) as others:
        yield [root, *others]


def main() -> None:
    """Show a table; end with 1 when a bug was not caught."""
    orders = argparse.ArgumentParser()
    orders.add_argument("words", nargs="*", help="only bugs with all of these words in their name")
    orders.add_argument("--workers", type=int, default=2)
    order = orders.parse_args()
    chosen = [bug for bug in BUGS if all(word in bug.name for word in order.words)]
    missed = 0
    for outcome in catch_all(chosen, order.workers):
        missed += not outcome.caught
        mark = "caught" if outcome.caught else "MISSED"
        sys.stdout.write(f"{mark}  {outcome.seconds:5.1f} s  {outcome.bug.name}\n")
        if not outcome.caught:
            sys.stdout.write(f"        {outcome.bug.caught_by}\n{outcome.said}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{len(chosen) - missed} of {len(chosen)} bugs were caught.\n")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
