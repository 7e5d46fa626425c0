"""The power fails and disks are full: what was acknowledged is there, and nothing is half done."""

import random
import resource
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError

from shared import faults
from shared.backbone.verify import verify
from shared.clock import VirtualClock
from shared.database import write_engine
from shared.identifiers import new_id
from shared.running import Team, running_service
from shared.settings import Settings
from tests.backbone import pair
from tests.backbone.books import compare
from tests.backbone.campaign import MEMORY
from tests.backbone.conftest import MONDAY
from tests.backbone.pair import ask
from tests.faults import power
from tests.faults.power import Ledger, Moment, Photographer
from tests.faults.town import Practice
from tests.torture import scaled

pytestmark = [pytest.mark.slow, pytest.mark.timeout(scaled(300, 36_000))]

OUTAGES, CUTS = scaled(25, 1000), scaled(4, 20)
PLENTY = 1_000_000_000


@pytest.fixture
def patients() -> list[UUID]:
    return [new_id() for _ in range(3)]


@pytest.fixture(autouse=True)
def no_faults_left() -> Iterator[None]:
    yield
    faults.install(lambda _: None)


@pytest.fixture(autouse=True)
def known_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """One engine for each database, so that not every start learns its SQL anew."""
    for name in ("write_engine", "read_engine"):
        monkeypatch.setattr(running_service, name, cache(getattr(running_service, name)))


@pytest.fixture
def folder() -> Iterator[Path]:
    """A place that is written to often and kept by nobody."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


def settled(settings: Settings) -> Team:
    """Start on what is left, and deliver everything, also what is tried again every hour."""
    clock = VirtualClock(MONDAY + timedelta(hours=3))
    team = pair.start(settings, clock)
    for _ in range(2):
        team.settle()
        clock.move(minutes=61)
    team.settle()
    return team


def problems(settings: Settings, acknowledged: Ledger) -> list[str]:
    """What is wrong after a start on these files."""
    team = settled(settings)
    readers = {running.name: running.reader for running in team}
    found = [
        *verify(readers, settled=True),
        *compare(readers["asker"], readers["answerer"], acknowledged),
        *(f"{name} is damaged" for name in readers if not whole(settings, name)),
    ]
    team.stop()
    return found


def whole(settings: Settings, service: str) -> bool:
    with closing(sqlite3.connect(settings.database_file(service))) as connection:
        return bool(connection.execute("pragma integrity_check").fetchone() == ("ok",))


def photographed(folder: Path, patients: list[UUID], seed: int) -> list[tuple[Moment, Moment]]:
    """A few days of work, and pictures of the disk in between."""
    acknowledged: Ledger = {patient: [] for patient in patients}
    fate = random.Random(seed)  # noqa: S311 - a seed makes a run repeatable
    camera = Photographer(folder, acknowledged, lambda: fate.random() < 0.25)
    team, number = pair.start(pair.prepare(folder), VirtualClock(MONDAY)), 0
    faults.install(camera.reach)
    while len(camera.pairs) < OUTAGES:
        patient = patients[number % len(patients)]
        ask(team["asker"], patient, number)
        acknowledged[patient].append(number)
        if number % 2:
            team.settle()
        number += 1
    faults.install(lambda _: None)
    team.stop()
    return camera.pairs


def test_after_the_power_failed_everything_acknowledged_is_there(
    folder: Path, patients: list[UUID]
) -> None:
    """At many moments, and cut at many bytes of what was being written."""
    fate = random.Random(20261123)  # noqa: S311
    settings = Settings(data_dir=folder / "after")
    for before, after in photographed(folder / "before", patients, seed=1):
        for _ in range(CUTS):
            power.fail(before, after, settings.data_dir, fate)
            assert problems(settings, before.acknowledged) == [], (before.point, after.point)


def test_a_disk_that_does_not_keep_its_word_is_noticed(folder: Path, patients: list[UUID]) -> None:
    """The check finds what it looks for: here the log of the asker is lost, though synced."""
    found, fate = list[str](), random.Random(1)  # noqa: S311
    for before, _ in photographed(folder / "before", patients, seed=2)[5:15]:
        lost = Moment("", before.files | {"asker.db-wal": b""}, {})
        power.fail(lost, lost, folder / "after", fate)
        with suppress(SQLAlchemyError):
            found += problems(Settings(data_dir=folder / "after"), before.acknowledged)
    assert any("acknowledged is gone" in problem for problem in found)


def test_what_is_written_is_synced_before_it_counts(tmp_path: Path) -> None:
    """A cut of the power is only survived with these two."""
    engine = write_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.connect() as connection:
        said = [
            connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "synchronous")
        ]
    engine.dispose()
    assert said == ["wal", 2], "2 is FULL"


def full(engine: Engine, pages: int) -> None:
    """Let the disk have room for so many more pages."""

    def limit(connection: sqlite3.Connection, _: object) -> None:
        used = connection.execute("pragma page_count").fetchone()[0]
        connection.execute(f"pragma max_page_count={min(used + pages, PLENTY)}")

    event.listen(engine, "connect", limit)
    engine.dispose()


@contextmanager
def full_disk(found: list[str]) -> Iterator[None]:
    """What fails here may fail, and is written down."""
    try:
        yield
    except SQLAlchemyError as error:
        found.append(str(error))


@pytest.mark.parametrize("service", ["asker", "answerer"])
def test_a_disk_that_is_full_at_any_write_loses_nothing(
    folder: Path, patients: list[UUID], service: str
) -> None:
    acknowledged: Ledger = {patient: [] for patient in patients}
    settings, found, number = pair.prepare(folder), list[str](), 0
    for pages in range(scaled(12, 60)):
        team = settled(settings)
        full(team[service].engine, pages)
        for patient in patients * 4:
            number += 1
            with full_disk(found):
                ask(team["asker"], patient, number)
                acknowledged[patient].append(number)
            with full_disk(found):
                team.settle()
        team.stop()
        full(team[service].engine, PLENTY)
        assert problems(settings, acknowledged) == [], f"with room for {pages} pages"
    assert any("full" in problem for problem in found), "the disk was never full"


def test_a_process_that_may_write_no_more_goes_on_when_it_may_again(
    tmp_path: Path, patients: list[UUID]
) -> None:
    """A quota is used up while the process runs; nobody restarts it."""
    pair.prepare(tmp_path / "data")
    asker = Practice("asker", {"RELAIS_DATA_DIR": str(tmp_path / "data")}, tmp_path / "log")
    asker.start()
    patient, acknowledged = patients[0], []
    try:
        for number in range(60):
            if number % 20 == 10:
                allow(asker, 4096 * random.Random(number).randrange(8, 40))  # noqa: S311
            if number % 20 == 0:
                allow(asker, resource.RLIM_INFINITY)
            if asker.ask(patient, number):
                acknowledged.append(number)
    finally:
        asker.kill()
    assert len(acknowledged) < 60, "the quota was never used up"
    assert {20, 21, 22, 40, 41, 42} <= set(acknowledged), "it did not recover"
    assert problems(Settings(data_dir=tmp_path / "data"), {patient: acknowledged}) == []


def allow(practice: Practice, size: int) -> None:
    resource.prlimit(practice.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
