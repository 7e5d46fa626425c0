"""Two people book the same practitioner at the same moment: one of them is told so."""

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

import services
from shared import faults, patients
from shared.access.tables import Member
from shared.clock import VirtualClock
from shared.database import create_tables
from shared.discipline import actions
from shared.discipline.tables import Referral
from shared.errors import RuleBroken
from shared.events import Identity
from shared.identifiers import new_id
from shared.mail import MemoryMailer
from shared.running import House, RunningService
from shared.settings import Settings
from tests.clinic import MONDAY
from tests.surroundings import POSTGRES

pytestmark = pytest.mark.postgres
UNIT, OPERATOR = "rtms_unit", UUID(int=1)


@pytest.fixture
def server() -> Iterator[psycopg.Connection]:
    """A connection that sees who waits for whom."""
    with closing(psycopg.connect(POSTGRES, autocommit=True)) as connection:
        yield connection


@pytest.fixture
def unit(server: psycopg.Connection, tmp_path: Path) -> Iterator[RunningService]:
    """The rTMS unit on PostgreSQL, in a schema of its own."""
    prefix = f"relais_{new_id().hex}_"
    schema = prefix + UNIT
    server.execute(f'create schema "{schema}"')
    url = f"{POSTGRES}?options=-csearch_path%3D{prefix}{{service}}"
    house = House(
        services.load_all(),
        Settings(data_dir=tmp_path, database_url=url),
        VirtualClock(MONDAY),
        MemoryMailer(),
    )
    running = RunningService(next(s for s in house.services if s.plate.name == UNIT), house)
    create_tables(running.engine, running.service.tables)
    yield running
    running.close()
    server.execute(f'drop schema "{schema}" cascade')


def accepted(unit: RunningService) -> UUID:
    """A referral of a new patient that the unit has accepted."""
    patient_id, referral_id = new_id(), new_id()
    with unit.work() as work:
        patients.store(work, patient_id, Identity(family="Martin"))
        work.add(
            Referral(
                id=referral_id,
                patient_id=patient_id,
                requester="pain_physician",
                performer=UNIT,
                question="?",
                status="accepted",
                requested_at=work.now,
                changed_at=work.now,
                changed_by="referrer",
            )
        )
    return referral_id


def test_the_second_sees_what_the_first_one_booked(
    unit: RunningService, server: psycopg.Connection
) -> None:
    with unit.work() as work:
        work.add(Member(id=OPERATOR, name="Tomas Hartl", units=[UNIT]))
    first, second = accepted(unit), accepted(unit)
    outcomes: dict[str, str] = {}

    def book(who: str, referral_id: UUID) -> None:
        try:
            with unit.work() as work:
                actions.book(work, referral_id, MONDAY + timedelta(hours=1), 30, OPERATOR)
            outcomes[who] = "booked"
        except RuleBroken as refused:
            outcomes[who] = str(refused)

    other = threading.Thread(target=book, args=("second", second))

    def before_commit(point: str) -> None:
        """The first one has booked and not committed; let the second come up to it and wait."""
        if point == "work.before-commit" and threading.current_thread() is not other:
            other.start()
            while not somebody_waits(server):
                pass

    faults.install(before_commit)
    try:
        book("first", first)
    finally:
        faults.install(None)
        other.join()
    assert outcomes == {
        "first": "booked",
        "second": "The practitioner already has a session at that time.",
    }


def somebody_waits(server: psycopg.Connection) -> bool:
    row = server.execute("select exists (select from pg_locks where not granted)").fetchone()
    return bool(row and row[0])
