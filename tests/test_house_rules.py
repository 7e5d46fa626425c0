"""How the code is written: what only one place may do, what files are called, how long they are."""

import ast
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import services

ROOT = Path(__file__).parent.parent
CODE = [file for folder in ("services", "shared") for file in sorted((ROOT / folder).rglob("*.py"))]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"}
LONGEST_FILE = 400
VALUES = (
    "shared.errors",  # how a rule says no
    "shared.events",  # the words that services share
    "shared.calendar",  # working days
    "shared.i18n",  # marks a sentence for translation
    "shared.measuring",  # which scores are possible, and what they say
    "shared.discipline.codes",  # coded reasons and urgencies
    "shared.discipline.course_codes",  # gates, adverse effects and why they are so
)
EFFECTS = {"os", "socket", "sqlite3", "smtplib", "subprocess", "threading", "time"}
Finder = Callable[[ast.AST], bool]


@dataclass(frozen=True)
class OnlyHere:
    """Something that only a few files may do, each for a reason."""

    what: str
    found: Finder
    allowed: dict[str, str]
    examples: list[str] = field(default_factory=list)


def called(*endings: str) -> Finder:
    """Finds `a.b.c` by its last words, whether it is called or handed on."""
    return lambda node: isinstance(node, ast.Attribute) and ends_with(dotted(node), endings)


def imported(*names: str) -> Finder:
    """Finds `import name` and `from module import name` (written `module.name`)."""
    return lambda node: any(name in names for name in imports_of(node))


def either(*finders: Finder) -> Finder:
    return lambda node: any(finder(node) for finder in finders)


def at(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def ends_with(name: str, endings: tuple[str, ...]) -> bool:
    return any(f".{name}".endswith(f".{ending}") for ending in endings)


def imports_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        yield node.module or ""
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_rule(file: Path) -> bool:
    return "rules" in file.relative_to(ROOT).with_suffix("").parts


def plain(module: str) -> bool:
    """Standard library without effects, a value of the house, or another rule."""
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names:
        return top not in EFFECTS
    return f"{module}.".startswith(tuple(f"{v}." for v in VALUES)) or ".rules" in module


ONLY_HERE = [
    OnlyHere(
        "commit",
        called("commit"),
        {
            "shared/running/running_service.py": "opens the doors, so it closes the transactions",
            "shared/running/applier.py": "the door of events: one transaction for each batch",
            "shared/running/receiver.py": "stores what arrived before it thanks the queue",
        },
        ["work.session.commit()", "connection.commit()"],
    ),
    OnlyHere(
        "read the machine's clock",
        either(
            called("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
            called("time.time", "time.time_ns", "time.localtime", "time.gmtime"),
            imported("time.time", "time.time_ns", "time.localtime", "time.gmtime"),
        ),
        {"shared/clock.py": "owns the clock"},
        [
            "datetime.now(UTC)",
            "dt.datetime.now()",
            "from time import time",
            "f(default=date.today)",
        ],
    ),
    OnlyHere(
        "draw random values",
        either(
            called("os.urandom", "uuid.uuid4", "uuid.uuid1"),
            imported("random", "secrets", "uuid.uuid4", "uuid.uuid1", "uuid_utils", "os.urandom"),
        ),
        {
            "shared/identifiers.py": "owns identifiers and secrets",
            "services/demo/stage.py": "a seeded dice: the demo is the same every time",
            "shared/backbone/deliveries.py": "spreads the moments at which services try again",
            "shared/running/line.py": "spreads the moments at which services look for the queue",
            "shared/sealing.py": "a nonce for each seal, and the team's key",
        },
        ["import random", "from uuid import UUID, uuid4", "uuid.uuid4()", "os.urandom(8)"],
    ),
    OnlyHere(
        "read the environment",
        either(called("os.environ", "os.getenv"), imported("os.environ", "os.getenv")),
        {"shared/settings.py": "owns the settings"},
        ["os.environ['X']", "from os import getenv"],
    ),
]
BY_WHAT = pytest.mark.parametrize("rule", ONLY_HERE, ids=lambda rule: rule.what)


@BY_WHAT
def test_only_the_owner_may(rule: OnlyHere) -> None:
    assert sorted(set(places(rule)) - set(rule.allowed)) == []


@BY_WHAT
def test_no_exception_has_outlived_its_reason(rule: OnlyHere) -> None:
    assert sorted(set(rule.allowed) - {"shared/settings.py"} - set(places(rule))) == []


@BY_WHAT
def test_a_violation_is_found(rule: OnlyHere) -> None:
    for example in rule.examples:
        assert any(rule.found(node) for node in ast.walk(ast.parse(example))), example


def test_shared_names_no_service() -> None:
    names = {plate.name for plate in services.directory().plates}
    naming = {at(file) for file in CODE if names.intersection(texts(file))}
    assert {"coordinator", "psychologist"} <= names
    found = {file for file in naming if file.startswith("shared/")}
    assert found <= {"shared/access/viewer.py"}, "only professions may be called like services"


@pytest.mark.parametrize("file", [file for file in CODE if is_rule(file)], ids=at)
def test_rules_stand_on_values_alone(file: Path) -> None:
    assert [name for name in imports_in(file) if not plain(name)] == []


@pytest.mark.parametrize("name", ["lxml", "os", "shared.work", "services.a.tables", "sqlmodel"])
def test_a_rule_that_stands_on_more_is_found(name: str) -> None:
    assert not plain(name)


def test_no_file_has_an_empty_name() -> None:
    named = {part.removesuffix(".py") for file in CODE + TESTS for part in at(file).split("/")}
    assert named & EMPTY_NAMES == set()


@pytest.mark.parametrize("file", CODE + TESTS, ids=at)
def test_every_file_says_what_it_is_and_stays_short(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    first_line = (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
    assert first_line.endswith((".", "?")), "start it with one sentence that a clinician could read"
    assert text.count("\n") <= LONGEST_FILE


@pytest.mark.parametrize("files", [CODE, TESTS], ids=["code", "tests"])
def test_functions_are_short(files: list[Path]) -> None:
    lengths = [length for file in files for length in function_lengths(file)]
    assert statistics.median(lengths) <= 8
    assert statistics.quantiles(lengths, n=10)[-1] <= 25


def test_nothing_is_built_at_import() -> None:
    """No file written, no connection, no thread: importing every module has no effect."""
    names = [at(file).removesuffix(".py").replace("/", ".") for file in CODE if importable(file)]
    command = [sys.executable, "-B", "-m", "tests.import_everything", *names]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def imports_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def places(rule: OnlyHere) -> Iterator[str]:
    for file in CODE:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        if any(rule.found(node) for node in ast.walk(tree)):
            yield at(file)


def texts(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def function_lengths(file: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.end_lineno or node.lineno) - node.lineno + 1


def importable(file: Path) -> bool:
    """Not a script, and not a revision, which Alembic reads inside its own context."""
    revision = "migrations" in file.parts and file.name != "__init__.py"
    return file.name != "__main__.py" and not revision
