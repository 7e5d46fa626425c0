"""A session is moved at the moment at which its mail is taken to be sent: both are told in turn."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlmodel import Session

import services
from services.reminders import actions
from services.reminders.handlers import handlers
from shared.access.tables import Member
from shared.backbone.envelope import Origin, wrap
from shared.clock import VirtualClock
from shared.database import create_tables
from shared.events import Event, SessionBooked, SessionMoved
from shared.identifiers import new_id
from shared.mail import Accepted, MemoryMailer
from shared.running import House, RunningService
from shared.settings import Settings
from tests.clinic import MONDAY
from tests.discipline.test_two_at_once import comes_up, server
from tests.reminders.agenda import read
from tests.surroundings import POSTGRES

__all__ = ["server"]
pytestmark = pytest.mark.postgres


@pytest.fixture
def reminders(server: psycopg.Connection, tmp_path: Path) -> Iterator[RunningService]:
    """The reminders on PostgreSQL, in a schema of their own."""
    prefix = f"relais_{new_id().hex}_"
    server.execute(f'create schema "{prefix}reminders"')
    url = f"{POSTGRES}?options=-csearch_path%3D{prefix}{{service}}"
    every = services.load_all()
    chosen = Settings(data_dir=tmp_path, database_url=url)
    house = House(every, chosen, VirtualClock(MONDAY), MemoryMailer())
    running = RunningService(next(s for s in every if s.plate.name == "reminders"), house)
    create_tables(running.engine, running.service.tables)
    yield running
    running.close()
    server.execute(f'drop schema "{prefix}reminders" cascade')


def hear(reminders: RunningService, event: Event, number: int) -> None:
    """As the applier hands an event over."""
    origin = Origin("rtms_unit", reminders.now(), "member:x", new_id())
    envelope = wrap(event, new_id(), origin, []).model_copy(update={"deliveryseq": number})
    with Session(reminders.engine, expire_on_commit=False) as session:
        work = reminders.work_in(session, cause=envelope)
        handlers.apply("reminders", event, work)
        reminders.commit(session, [work])


def test_a_change_does_not_slip_into_a_mail_that_is_on_its_way(
    reminders: RunningService,
    server: psycopg.Connection,
) -> None:
    with reminders.work() as work:
        operator = Member(id=new_id(), name="Tomas Hartl", email="t@clinic.example", units=["x"])
        work.add(operator)
    first, second = MONDAY + timedelta(days=3), MONDAY + timedelta(days=4)
    names = {
        **{name: new_id() for name in ("patient_id", "session_id", "referral_id")},
        **{"requester": "pain_physician", "performer": "rtms_unit", "number": 1},
    }
    booked = {**names, "starts_at": first, "minutes": 30, "practitioner_id": operator.id}
    hear(reminders, SessionBooked.model_validate(booked), 1)
    moved = {**names, "starts_at": second, "minutes": 30, "was_at": first}
    change = SessionMoved.model_validate(moved)
    assert isinstance(reminders.house.clock, VirtualClock)
    reminders.house.clock.move(minutes=1)
    with comes_up(server, lambda: hear(reminders, change, 2)), reminders.work() as work:
        (taken,) = actions.claim(work) or []
    assert read(taken.message.calendar)[1][0].begins == first
    with reminders.work() as work:
        actions.record(work, [(taken, Accepted("250"))])
    reminders.house.clock.move(minutes=2)
    with reminders.work() as work:
        (following,) = actions.claim(work) or []
    assert following.mail_id != taken.mail_id
    (seen,) = read(following.message.calendar)[1]
    assert (seen.begins, seen.sequence) == (second, 1)
