"""Houses whose team has been there before, each in a process of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

import services
from shared.migrations import upgrade
from shared.settings import Settings
from tests.clinic import Clinic
from tests.processes.house import House


@pytest.fixture(scope="session")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, UUID, UUID]:
    """The data of a centre that has a physician, an operator, and no patient yet."""
    folder = tmp_path_factory.mktemp("centre") / "data"
    settings = Settings(data_dir=folder)
    for service in services.load_all():
        upgrade(settings.database(service.plate.name), service.migrations)
    clinic = Clinic(folder)
    clinic.staff()
    clinic.close()
    return folder, clinic.physician, clinic.operator


@pytest.fixture
def house(staffed: tuple[Path, UUID, UUID], tmp_path: Path) -> Iterator[House]:
    """A house on a copy of those data, not yet started; never left behind."""
    folder = tmp_path / "data"
    shutil.copytree(staffed[0], folder)
    house = House(folder)
    yield house
    house.kill()


@pytest.fixture
def physician(staffed: tuple[Path, UUID, UUID]) -> UUID:
    return staffed[1]


@pytest.fixture
def operator(staffed: tuple[Path, UUID, UUID]) -> UUID:
    return staffed[2]
