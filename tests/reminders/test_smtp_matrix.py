"""Whatever a mail server does and wherever a worker dies: told, or seen to have failed."""

from collections.abc import Iterator
from itertools import cycle, product
from pathlib import Path

import pytest

from tests.reminders.smtp_matrix import BEGINS, Cell, Prepared, play, points, prepare
from tests.scripted_smtp import SCRIPTS
from tests.torture import TORTURE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

WELL, ENCRYPTED = SCRIPTS[0], SCRIPTS[1]


def cells() -> list[Cell]:
    """All of them, or so many that each script, each point and each other choice comes in turn."""
    if TORTURE:
        every = product(SCRIPTS, ["", *points()], (1, 4), BEGINS)
        return [Cell(*chosen) for chosen in every]
    return [*_each_script(), *_each_point()]


def _each_script() -> Iterator[Cell]:
    deaths, workers, begins = cycle(points()), cycle((1, 4)), cycle(BEGINS)
    for script in SCRIPTS:
        yield Cell(script, "", next(workers), next(begins))
        yield Cell(script, next(deaths), next(workers), next(begins))


def _each_point() -> Iterator[Cell]:
    workers, begins = cycle((1, 4)), cycle(BEGINS)
    for point in points():
        yield Cell(ENCRYPTED, point, next(workers), next(begins))


@pytest.fixture(scope="module")
def prepared(staffed_house: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Prepared]:
    folder = tmp_path_factory.mktemp("matrix")
    return {
        begins: prepare(staffed_house, folder / f"{number}", begins)
        for number, begins in enumerate(BEGINS)
    }


@pytest.mark.parametrize("cell", cells(), ids=str)
def test_each_reminder_is_accepted_or_seen_to_have_failed(
    cell: Cell, prepared: dict[str, Prepared], tmp_path: Path
) -> None:
    assert play(cell, prepared[cell.begins], tmp_path / "house") == []


def test_every_step_of_the_mailer_has_a_name() -> None:
    assert len(points()) >= 13
