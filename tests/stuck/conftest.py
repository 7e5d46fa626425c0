"""A clinic with two people in each unit, on its first day."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backbone.campaign import MEMORY
from tests.stuck.ward import Ward, prepare


@pytest.fixture(scope="session")
def first_day(staffed_house: Path) -> Iterator[Path]:
    """The folder of it; to be copied."""
    where = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=where) as folder:
        yield prepare(staffed_house, Path(folder) / "first-day")


@pytest.fixture
def ward(first_day: Path, tmp_path: Path) -> Iterator[Ward]:
    shutil.copytree(first_day, tmp_path / "house")
    ward = Ward(tmp_path / "house")
    yield ward
    ward.close()
