"""Two small services, an asker and an answerer, on the real backbone with real files."""

from datetime import datetime
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Connection, Engine, MetaData, select
from sqlmodel import Field, SQLModel

from shared.access import tables as access_tables
from shared.backbone import deliveries, inbox
from shared.backbone import tables as backbone_tables
from shared.backbone.bus import forget_memory
from shared.clock import Clock
from shared.database import create_tables, table_of, write_engine
from shared.events import FollowUpCancelled, ReferralClosed
from shared.identifiers import new_id
from shared.mail import MemoryMailer
from shared.running import House, RunningService, Team
from shared.service import Handlers, Jobs, NamePlate, Service
from shared.settings import Settings
from shared.work import Work

FILES = "sqlite:///{data_dir}/{service}.db"


class Table(SQLModel):
    """What the two services keep."""

    metadata: ClassVar[MetaData] = MetaData()


class Asked(Table, table=True):
    """A question of the asker, numbered for each patient."""

    id: UUID = Field(primary_key=True, default_factory=new_id)
    patient_id: UUID
    number: int


class Heard(Table, table=True):
    """What the answerer did about it: one row for each time its handler ran to the end."""

    id: UUID = Field(primary_key=True, default_factory=new_id)
    patient_id: UUID
    number: int


class Poison(Exception):
    """The answerer chokes on this question."""


poisoned: set[int] = set()
"""Numbers that the answerer cannot handle at present."""

drowned: set[int] = set()
"""Numbers at which the answerer finds its disk full at present."""


def fill_the_disk(work: Work) -> None:
    """Write more than there is room for, which SQLite refuses as on a disk that is full."""
    here = work.session.connection()
    here.exec_driver_sql(f"pragma max_page_count={_pages(here)}")
    try:
        here.exec_driver_sql("create table flood as select zeroblob(1000000)")
    finally:
        here.exec_driver_sql("pragma max_page_count=1000000000")


def _pages(here: Connection) -> int:
    return int(here.exec_driver_sql("pragma page_count").scalar_one())


hears = Handlers()
thanks = Handlers()


@hears.on(ReferralClosed)
def hear(event: ReferralClosed, work: Work) -> None:
    """Write the question down and thank for it, unless its number says that nobody wants thanks."""
    number = int(event.next_step)
    if number in poisoned:
        raise Poison
    if number in drowned:
        fill_the_disk(work)
    work.add(Heard(patient_id=event.patient_id, number=number))
    if number < 0:
        return
    work.announce(
        FollowUpCancelled(
            patient_id=event.patient_id,
            follow_up_id=new_id(),
            referral_id=event.referral_id,
            requester="asker",
            performer="answerer",
            point="other",
            reason_code=event.next_step,
        )
    )


@thanks.on(FollowUpCancelled)
def note_thanks(event: FollowUpCancelled, work: Work) -> None:
    """The asker keeps the thanks as it keeps nothing else: once each, in order."""
    work.add(Heard(patient_id=event.patient_id, number=int(event.reason_code)))


def house() -> list[Service]:
    """The two services as a house of their own."""
    metadata = (backbone_tables.Table.metadata, access_tables.Table.metadata, Table.metadata)
    return [
        Service(NamePlate(name, name.title()), (), handlers, Jobs(), metadata, ())
        for name, handlers in (("asker", thanks), ("answerer", hears))
    ]


def prepare(folder: Path, database_url: str = FILES, queue_prefix: str = "relais") -> Settings:
    """Settings, and the tables in empty databases: files in a folder, or where the URL says."""
    settings = Settings(data_dir=folder, database_url=database_url, queue_prefix=queue_prefix)
    for service in house():
        engine = write_engine(settings.database(service.plate.name))
        create_tables(engine, service.tables)
        engine.dispose()
    return settings


def build(settings: Settings, clock: Clock) -> Team:
    """The two services, before they have looked at anything."""
    services = house()
    return Team(services, House(services, settings, clock, MemoryMailer()))


def start(settings: Settings, clock: Clock) -> Team:
    """A new process: an empty queue, the databases as they were left."""
    forget_memory()
    team = build(settings, clock)
    team.recover()
    return team


def not_now(*_: object) -> None:
    """In place of `Applier.apply_at_once`: events are stored first, and applied afterwards."""
    raise inbox.Overtaken


def claim(connection: Connection, now: datetime) -> list[deliveries.Due]:
    """What a relay would take now."""
    return deliveries.claim(connection, deliveries.turns(connection, now), now)


def ask(asker: RunningService, patient_id: UUID, number: int) -> None:
    """One question of a patient: the row and its event in one transaction."""
    with asker.work() as work:
        work.add(Asked(patient_id=patient_id, number=number))
        work.announce(
            ReferralClosed(
                patient_id=patient_id,
                referral_id=new_id(),
                requester="asker",
                performer="answerer",
                next_step=str(number),
            )
        )


def ask_and_fail(asker: RunningService, patient_id: UUID) -> None:
    """A question that is taken back before it is committed."""
    with asker.work() as work:
        work.add(Asked(patient_id=patient_id, number=1))
        raise Poison


def numbers(running: RunningService, table: type[Asked | Heard], patient_id: UUID) -> list[int]:
    """The numbers of one patient, in the order in which they were written."""
    return written(running.reader, table, patient_id)


def written(reader: Engine, table: type[Asked | Heard], patient_id: UUID) -> list[int]:
    """The same, from a database whose service runs elsewhere."""
    columns = table_of(table).c
    statement = select(columns.number).where(columns.patient_id == patient_id).order_by(columns.id)
    with reader.connect() as connection:
        return list(connection.execute(statement).scalars())
