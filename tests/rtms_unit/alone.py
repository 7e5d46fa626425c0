"""The rTMS unit alone, without the rest of the team: its tables, its clock, its announcements."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID

from sqlmodel import select

import services
from services.rtms_unit.reading.courses import WholeCourse, whole
from services.rtms_unit.rules.account import GIVEN, TO_COME
from services.rtms_unit.tables import Course, CourseSession, Machine
from shared import patients
from shared.clock import VirtualClock
from shared.database import create_tables
from shared.discipline.tables import CareSession, Referral
from shared.events import Identity
from shared.identifiers import new_id
from shared.mail import MemoryMailer
from shared.running import House, RunningService
from shared.settings import Settings
from shared.work import Work
from tests.clinic import MONDAY
from tests.rtms_unit.planner import screened

UNIT = "rtms_unit"


@contextmanager
def running(folder: Path, database_url: str = "") -> Iterator[RunningService]:
    """The unit with empty tables, on SQLite files or on the database that the address names."""
    more = {"database_url": database_url} if database_url else {}
    settings = Settings(data_dir=folder, **more)  # type: ignore[arg-type]
    every, clock = services.load_all(), VirtualClock(MONDAY)
    house = House(every, settings, clock, MemoryMailer(), durable=False)
    unit = RunningService(next(s for s in every if s.plate.name == UNIT), house)
    create_tables(unit.engine, unit.service.tables)
    yield unit
    unit.close()


def machine(work: Work) -> Machine:
    """A machine that has been in use for years."""
    row = Machine(
        name="Magstim",
        maker="Magstim",
        serial_number=new_id().hex,
        in_use_from=date(2020, 1, 1),
        changed_at=work.now,
        changed_by=work.actor,
    )
    work.add(row)
    return row


def referral(work: Work) -> UUID:
    """A new patient whom the unit has accepted and screened."""
    row = Referral(
        id=new_id(),
        patient_id=new_id(),
        requester="pain_physician",
        performer=UNIT,
        question="?",
        status="accepted",
        requested_at=work.now,
        changed_at=work.now,
        changed_by="referrer",
    )
    patients.store(work, row.patient_id, Identity(family="Martin"))
    work.add(row)
    work.session.flush()
    screened(work, row)
    return row.id


def courses_in(work: Work) -> list[WholeCourse]:
    """Every course of the unit."""
    return [whole(work, each) for each in work.all(select(Course))]


def double_bookings(work: Work) -> list[tuple[str, str]]:
    """Machines, operators and patients who would be in two sessions at once."""
    machines = {link.session_id: link.machine_id for link in work.all(select(CourseSession))}
    ahead = [s for s in work.all(select(CareSession)) if s.status in TO_COME]
    taken = sorted(
        (str(who), session.starts_at, session.minutes)
        for session in ahead
        for who in (session.patient_id, session.practitioner_id, machines.get(session.id))
        if who is not None
    )
    return [
        (who, start.isoformat())
        for (who, start, minutes), (other, later, _) in pairwise(taken)
        if who == other and later < start + timedelta(minutes=minutes)
    ]


def out_of_order(course: WholeCourse) -> list[int]:
    """Numbers of sessions that are too close to the one before, or before an earlier phase."""
    order = [phase.code for phase in course.protocol.phases]
    lines = [line for line in course.lines if line.session.status in GIVEN | TO_COME]
    return [
        line.link.ordinal
        for before, line in pairwise(lines)
        if order.index(line.phase.code) < order.index(before.phase.code)
        or (line.place.day - before.place.day).days < line.phase.least_gap
    ]


def holes(course: WholeCourse) -> list[int]:
    """Numbers of the protocol that nobody could account for."""
    by_id = {line.session.id: line for line in course.lines}
    wrong = []
    for ordinal in range(1, course.protocol.sessions + 1):
        own = [line for line in course.lines if line.link.ordinal == ordinal]
        first = [line for line in own if line.link.makes_up is None]
        alive = [line for line in own if line.session.status in GIVEN | TO_COME]
        stood_for = [by_id[line.link.makes_up] for line in own if line.link.makes_up]
        lost = all(line.session.status in ("missed", "cancelled") for line in stood_for)
        if len(first) != 1 or len(alive) > 1 or not lost:
            wrong.append(ordinal)
    account = course.account
    return wrong if account.planned == len(course.lines) else [*wrong, 0]
