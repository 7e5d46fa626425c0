"""A command loads what it needs, and no more: the help, and the question whether all is well."""

import subprocess
import sys
from inspect import getdoc

import pytest

import services
from services.cli.main import PARTS, load

LOADED = "import sys; from services.cli.main import app; app({arguments}, standalone_mode=False)"
TELL = "; sys.stdout.write(' '.join(sys.modules))"
HEAVY = {"sqlalchemy", "sqlmodel", "fastapi", "kombu", "alembic", "apscheduler", "jinja2"}


def loaded_by(*arguments: str) -> set[str]:
    """What a new process has loaded when it has done this."""
    code = LOADED.format(arguments=list(arguments)) + TELL
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, encoding="utf-8"
    )
    return set(done.stdout.split())


def test_the_help_loads_nothing_that_only_a_house_needs() -> None:
    assert loaded_by("--help").isdisjoint({*HEAVY, "pydantic", "services.cli.starting"})


def test_whether_a_process_lives_is_asked_without_loading_it() -> None:
    loaded = loaded_by("health", "--help")
    assert "services.cli.living" in loaded
    assert loaded.isdisjoint(HEAVY)


@pytest.mark.parametrize("name", PARTS)
def test_the_help_says_of_a_part_what_the_part_says_of_itself(name: str) -> None:
    part = load(name)
    said = (getdoc(part.callback) if part.callback else part.help) or ""
    assert said.partition("\n\n")[0] == PARTS[name][1]
    assert part.name == name


def test_the_services_are_those_with_a_name_plate() -> None:
    assert services.names() == [plate.name for plate in services.directory().plates]
