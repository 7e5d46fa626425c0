"""Browsers, and the houses that they visit."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import services
from services.demo import playing
from shared.settings import Settings
from tests.browser.live_house import LiveHouse, Watch
from tests.clinic import MONDAY


@pytest.fixture
def watch() -> Watch:
    """The clock of `house`."""
    return Watch(MONDAY)


@pytest.fixture
def house(staffed_house: Path, tmp_path: Path, watch: Watch) -> Iterator[LiveHouse]:
    """A clinic on a Monday at nine, with one member for each role and no patient."""
    folder = tmp_path / "house"
    shutil.copytree(staffed_house, folder)
    live = LiveHouse(folder, clock=watch)
    live.start()
    yield live
    live.stop()


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The databases of the demo centre."""
    folder = tmp_path_factory.mktemp("demo")
    playing.load(services.load_all(), Settings(data_dir=folder, demo=True))
    return folder


@pytest.fixture(scope="module")
def demo_house(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHouse]:
    """The demo centre, served."""
    folder = tmp_path_factory.mktemp("served") / "demo"
    shutil.copytree(demo_folder, folder)
    live = LiveHouse(folder, demo=True)
    live.start()
    yield live
    live.stop()
