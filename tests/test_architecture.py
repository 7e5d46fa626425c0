"""Who may know whom: the import contracts hold, and each one breaks when it is violated."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


class Planted(NamedTuple):
    """A line that must not be there: in which file, and which contract it breaks."""

    contract: str
    file: str
    line: str


VIOLATIONS = [
    Planted("shared-is-below", "shared/mail/message.py", "import services"),
    Planted("shared-is-below", "shared/events/base.py", "import services.planted.rules"),
    Planted("no-neighbours", "services/planted/actions.py", "import services.neighbour.actions"),
    Planted("no-neighbours", "services/planted/rules.py", "import services.neighbour"),
    Planted("doors-in-order", "services/planted/routes.py", "import services.planted.pages"),
    Planted("doors-in-order", "services/planted/handlers.py", "import services.planted.jobs"),
    Planted("doors-in-order", "services/planted/actions.py", "import services.planted.routes"),
    Planted("doors-in-order", "services/planted/tables.py", "import services.planted.actions"),
    Planted("doors-in-order", "services/planted/rules/gates.py", "import services.planted.tables"),
    Planted("doors-in-order", "shared/discipline/tables.py", "import shared.discipline.actions"),
    Planted("rules-are-plain", "services/planted/rules.py", "import sqlmodel"),
    Planted("rules-are-plain", "services/planted/rules/gates.py", "import shared.work"),
    Planted("http", "services/planted/actions.py", "import fastapi"),
    Planted("http", "services/planted/handlers.py", "import starlette"),
    Planted("http", "shared/work.py", "import fastapi"),
    Planted("broker", "services/planted/handlers.py", "import kombu"),
    Planted("broker", "shared/backbone/relay.py", "import kombu"),
    Planted("mail", "services/planted/jobs.py", "import smtplib"),
    Planted("calendars", "services/planted/actions.py", "import icalendar"),
    Planted("ticks", "services/planted/jobs.py", "import apscheduler"),
    Planted("figures", "shared/running/measures.py", "import prometheus_client"),
    Planted("templates", "services/planted/pages.py", "import jinja2"),
    Planted("shared-layers", "shared/errors.py", "import shared.work"),
    Planted("shared-layers", "shared/mail/message.py", "import shared.events"),
    Planted("shared-layers", "shared/planted.py", ""),
]


def test_import_contracts_are_kept(house: Path) -> None:
    report = lint(house)
    assert report.returncode == 0, report.stdout


def test_every_contract_has_a_planted_violation() -> None:
    assert {planted.contract for planted in VIOLATIONS} == set(contract_ids())


@pytest.mark.parametrize("planted", VIOLATIONS, ids=lambda p: f"{p.contract}:{p.file}")
def test_a_violation_breaks_its_contract(planted: Planted, house: Path) -> None:
    plant(house, planted)
    report = lint(house, "--contract", planted.contract)
    assert report.returncode == 1, report.stdout
    assert re.search(r"^Broken contracts$", report.stdout, re.MULTILINE), report.stdout
    assert module_of(planted.file) in report.stdout


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the code, to be spoilt."""
    for folder in ("services", "shared"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=only_python)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def only_python(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name == "__pycache__" or name.endswith((".so", ".html"))]


def plant(house: Path, planted: Planted) -> None:
    """Add the line, in new services where the file belongs to one that does not exist."""
    for service in ("planted", "neighbour"):
        write(house / "services" / service / "__init__.py", '"""A service."""')
        for door in ("pages", "jobs", "routes", "actions", "tables"):
            write(house / "services" / service / f"{door}.py", '"""A door."""')
    target = house / planted.file
    if target.parent.name not in ("planted", "shared"):
        write(target.parent / "__init__.py", '"""A part."""')
    write(target, planted.line)


def write(file: Path, line: str) -> None:
    """Add a line to a file, which may be new."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as text:
        text.write(f"\n{line}\n")


def lint(house: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Check the contracts of a copy, in a process of its own that imports nothing else."""
    command = [sys.executable, "-c", LINT, "--no-logo", "--no-cache", *options]
    return subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)


def contract_ids() -> list[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return [contract["id"] for contract in contracts]


def module_of(file: str) -> str:
    return file.removesuffix(".py").replace("/", ".")
