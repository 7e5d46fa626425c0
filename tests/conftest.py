"""What all tests stand on: a clinic on files of its own, copied from one that was made once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

import services
from shared.database import create_tables, write_engine
from shared.settings import Settings
from tests.chromium import chromium
from tests.clinic import Clinic
from tests.surroundings import CI, NEEDS


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a server or a browser that is not there, but never in CI."""
    for name in NEEDS.keys() & item.keywords.keys():
        NEEDS[name].demand(must=CI)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever opens a whole clinic is a story, which the quick check leaves out."""
    for item in items:
        if {"staffed_house", "empty_house"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("story")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for all tests of a process: a second one could not start beside it."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def empty_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the empty database of every service."""
    folder = tmp_path_factory.mktemp("house")
    settings = Settings(data_dir=folder)
    for service in services.load_all():
        engine = write_engine(settings.database(service.plate.name))
        create_tables(engine, service.tables)
        engine.dispose()
    return folder


@pytest.fixture(scope="session")
def staffed_house(empty_house: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with one member for each role, to be copied."""
    folder = tmp_path_factory.mktemp("staffed") / "house"
    shutil.copytree(empty_house, folder)
    clinic = Clinic(folder)
    clinic.staff()
    clinic.close()
    names = ("physician", "operator", "psychologist", "therapist", "coordinator", "administrator")
    (folder / "members").write_text("\n".join(f"{n} {getattr(clinic, n)}" for n in names))
    return folder


@pytest.fixture
def clinic(staffed_house: Path, tmp_path: Path) -> Iterator[Clinic]:
    """A clinic with one member for each role."""
    folder = tmp_path / "house"
    shutil.copytree(staffed_house, folder)
    clinic = Clinic(folder)
    clinic.know_staff((folder / "members").read_text())
    yield clinic
    clinic.close()


@pytest.fixture
def empty_clinic(empty_house: Path, tmp_path: Path) -> Iterator[Clinic]:
    """A clinic that nobody has joined yet."""
    folder = tmp_path / "house"
    shutil.copytree(empty_house, folder)
    clinic = Clinic(folder)
    yield clinic
    clinic.close()
