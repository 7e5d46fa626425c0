"""A course that is about to begin; and the rTMS unit alone, on either database."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from shared.identifiers import new_id
from shared.running import RunningService
from tests.clinic import Clinic
from tests.rtms_unit import alone
from tests.rtms_unit.treatment import Treatment
from tests.surroundings import POSTGRES


@pytest.fixture
def treatment(clinic: Clinic) -> Treatment:
    """The morning of the first session: screened and planned, nothing asked yet."""
    return Treatment(clinic).begin()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def unit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningService]:
    """The rTMS unit alone, with one machine."""
    if request.param == "sqlite":
        with alone.running(tmp_path) as found:
            yield with_machine(found)
        return
    prefix = f"relais_{new_id().hex}_"
    with closing(psycopg.connect(POSTGRES, autocommit=True)) as server:
        server.execute(f'create schema "{prefix}{alone.UNIT}"')
        url = f"{POSTGRES}?options=-csearch_path%3D{prefix}{{service}}"
        with alone.running(tmp_path, url) as found:
            yield with_machine(found)
        server.execute(f'drop schema "{prefix}{alone.UNIT}" cascade')


def with_machine(unit: RunningService) -> RunningService:
    with unit.work() as work:
        alone.machine(work)
    return unit
