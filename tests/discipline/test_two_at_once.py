"""Two people, or a person and an event, do something at the same moment: the second one sees it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

import services
from shared import faults, patients
from shared.access.tables import Member
from shared.backbone.bus import EVENTS, Frame
from shared.backbone.envelope import Origin, numbered, wrap
from shared.clock import VirtualClock
from shared.database import create_tables
from shared.discipline import actions
from shared.discipline.tables import CareSession, Referral
from shared.errors import RuleBroken
from shared.events import Identity, ObligationEscalated, PatientUpdated
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


def accepted(unit: RunningService, status: str = "accepted") -> UUID:
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
                status=status,
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

    with comes_up(server, lambda: book("second", second)):
        book("first", first)
    assert outcomes == {
        "first": "booked",
        "second": "The practitioner already has a session at that time.",
    }


@contextmanager
def comes_up(server: psycopg.Connection, second: Callable[[], object]) -> Iterator[None]:
    """Before the first one commits, the second one comes up to it and waits."""
    other = threading.Thread(target=second)

    def before_commit(point: str) -> None:
        if point == "work.before-commit" and threading.current_thread() is not other:
            other.start()
            while not somebody_waits(server):
                pass

    faults.install(before_commit)
    try:
        yield
    finally:
        faults.install(None)
        other.join()


def somebody_waits(server: psycopg.Connection) -> bool:
    row = server.execute("select exists (select from pg_locks where not granted)").fetchone()
    return bool(row and row[0])


def test_an_answer_that_is_given_at_this_moment_is_not_handed_back(
    unit: RunningService, server: psycopg.Connection
) -> None:
    referral_id = accepted(unit, "received")
    frame = hand_back(unit, referral_id)
    with comes_up(server, lambda: unit._receiver.receive([frame])), unit.work() as work:
        actions.accept(work, referral_id)
    with unit.look() as work:
        assert work.get(Referral, referral_id).status == "accepted"
        kinds = set(work.session.execute(text("select kind from event")).scalars())
        assert "referral.accepted" in kinds
        assert "referral.failed" not in kinds


def test_a_death_does_not_wait_in_a_circle_with_whoever_moves_a_session(
    unit: RunningService, server: psycopg.Connection
) -> None:
    referral_id, outcome = accepted(unit), list[str]()
    with unit.work() as work:
        session = actions.book(work, referral_id, MONDAY + timedelta(hours=1), 30, None)
        session_id, patient_id = session.id, session.patient_id

    def dies() -> None:
        identity = unit.sealer.seal(Identity(family="Martin"), patient_id)
        event = PatientUpdated(patient_id=patient_id, identity=identity, status="deceased")
        with unit.work() as work:
            actions.hear_of_patient(work, event)
        outcome.append("ended")

    other = threading.Thread(target=dies)
    with unit.work() as work:
        work.hold(CareSession, session_id)
        other.start()
        while not somebody_waits(server):
            pass
        work.hold(patients.Patient, patient_id)
    other.join()
    assert outcome == ["ended"]
    with unit.look() as work:
        assert work.get(CareSession, session_id).status == "cancelled"


def hand_back(unit: RunningService, referral_id: UUID) -> Frame:
    """The last step of the ladder of a referral that nobody has answered."""
    event = ObligationEscalated(
        patient_id=new_id(),
        obligation_id=new_id(),
        what="answer-referral",
        debtor=UNIT,
        creditor="pain_physician",
        subject=referral_id,
        step="hand-back",
        due_at=unit.now(),
    )
    origin = Origin("coordinator", unit.now(), "service:coordinator", new_id())
    body = wrap(event, new_id(), origin, [UNIT]).model_dump_json(exclude={"deliveryseq"})
    return Frame(EVENTS, f"[{numbered(body, 1)}]".encode(), lambda: None)
