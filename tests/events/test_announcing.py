"""A service announces what its name plate says, neither more nor less."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import services
from shared.events import EVENTS
from shared.service import NamePlate

ROOT = Path(__file__).parent.parent.parent
BY_CLASS = {event.__name__: event for event in EVENTS.values()}
every_service = pytest.mark.parametrize(
    "plate", services.directory().plates, ids=lambda plate: plate.name
)


def code_of(plate: NamePlate) -> Iterator[ast.AST]:
    """Everything that this service does when it acts; what it hears is not looked at."""
    folders = [ROOT / "services" / plate.name]
    if plate.takes_referrals:
        folders.append(ROOT / "shared" / "discipline")
    for folder in folders:
        for file in folder.rglob("*.py"):
            if file.name not in ("handlers.py", "__init__.py", "plate.py"):
                yield from ast.walk(ast.parse(file.read_text(encoding="utf-8")))


@every_service
def test_what_a_service_makes_is_on_its_plate(plate: NamePlate) -> None:
    made = {
        getattr(node.func, "id", "") for node in code_of(plate) if isinstance(node, ast.Call)
    } & BY_CLASS.keys()
    assert made - {event.__name__ for event in plate.announces} == set()


@every_service
def test_what_is_on_the_plate_is_made_somewhere(plate: NamePlate) -> None:
    named = {node.id for node in code_of(plate) if isinstance(node, ast.Name)}
    assert {event.__name__ for event in plate.announces} - named == set()


def test_every_event_is_announced_by_somebody() -> None:
    announced = {event for plate in services.directory().plates for event in plate.announces}
    assert set(EVENTS.values()) - announced == set()
