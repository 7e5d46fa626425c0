"""Several workers of the same two small services, in this process or in processes of their own."""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from shared.backbone import deliveries
from shared.backbone.bus import forget_memory
from shared.backbone.envelope import Envelope, numbered
from shared.backbone.tables import Delivery, InboxRow
from shared.clock import SystemClock
from shared.database import create_tables, write_engine
from shared.events import ReferralClosed
from shared.identifiers import new_id
from shared.mail import MemoryMailer
from shared.running import House, RunningService, Team
from shared.serving import work
from shared.settings import Settings
from shared.work import Work
from tests.backbone import pair
from tests.backbone.pair import Heard
from tests.processes.house import PATIENCE

SERVICES = ("asker", "answerer")


def prepare(settings: Settings) -> None:
    """The tables of both services."""
    for service in pair.house():
        engine = write_engine(settings.database(service.plate.name))
        create_tables(engine, service.tables)
        engine.dispose()


def worker(settings: Settings) -> Team:
    """One more process, as it were, with both services."""
    services = pair.house()
    return Team(services, House(services, settings, SystemClock(), MemoryMailer()))


@contextmanager
def at_work(settings: Settings, count: int) -> Iterator[list[Team]]:
    """So many workers with their threads."""
    forget_memory()
    teams = [worker(settings) for _ in range(count)]
    try:
        for team in teams:
            team.start()
        yield teams
    finally:
        for team in teams:
            team.stop()
        forget_memory()


def done(running: RunningService) -> dict[UUID, list[int]]:
    """What the service did for each patient: every number once, when all is well."""
    told: dict[UUID, list[int]] = {}
    with running.look() as look:
        for row in look.all(select(Heard)):
            told.setdefault(row.patient_id, []).append(row.number)
    return {patient: sorted(numbers) for patient, numbers in told.items()}


def order_of_answers(asker: RunningService) -> dict[UUID, list[int]]:
    """In which order the answerer worked, by the numbers that its answers got as they were made."""
    told: dict[UUID, list[int]] = {}
    with asker.look() as look:
        for row in look.all(select(InboxRow).order_by(col(InboxRow.delivery_seq))):
            number = int(json.loads(row.body)["data"]["reason_code"])
            told.setdefault(row.stream, []).append(number)
    return told


def ask_all(asker: RunningService, patients: list[UUID], numbers: range) -> None:
    """One question after the other for each patient, each in a transaction of its own."""
    for number in numbers:
        for patient in patients:
            pair.ask(asker, patient, number)


def ask_at_once(asker: RunningService, patients: list[UUID], numbers: range) -> None:
    """The same in one transaction, where only what follows is looked at."""
    with asker.work() as work:
        for number in numbers:
            for patient in patients:
                say(work, patient, number)


def say(work: Work, patient: UUID, number: int) -> None:
    """Ask inside a transaction that is still open."""
    work.announce(
        ReferralClosed(
            patient_id=patient,
            referral_id=new_id(),
            requester="asker",
            performer="answerer",
            next_step=str(number),
        )
    )


def claim(asker: RunningService) -> list[deliveries.Due]:
    """What one relay would send now."""
    with asker.engine.begin() as connection:
        return pair.claim(connection, asker.now())


def claimed_streams(asker: RunningService) -> list[UUID]:
    return [envelope_of(row).subject for row in claim(asker)]


def envelope_of(row: deliveries.Due) -> Envelope:
    return Envelope.model_validate_json(row.body)


def frame_of(asker: RunningService) -> bytes:
    """All that is due as one message."""
    texts = [numbered(row.body, row.delivery_seq) for row in claim(asker)]
    return f"[{','.join(texts)}]".encode()


def write_down(running: RunningService, work: Work) -> None:
    """The log as it stands right before the commit."""
    running._write_log(work.session, [work])
    work.announced.clear()


def waits_for_a_lock(running: RunningService) -> bool:
    """Whether a connection to this database waits for another one."""
    asked = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = "
    with running.reader.connect() as connection:
        return bool(connection.execute(text(f"{asked} current_database()")).scalar())


def numbers_of_deliveries(running: RunningService, patient: UUID) -> list[int]:
    with running.look() as look:
        chosen = select(Delivery.delivery_seq).where(Delivery.stream == patient)
        return sorted(look.all(chosen))


def together(deeds: Sequence[Callable[[], None]]) -> None:
    """Each in a thread of its own; a failure of any is a failure."""
    with ThreadPoolExecutor(len(deeds)) as threads:
        for done in [threads.submit(deed) for deed in deeds]:
            done.result(PATIENCE)


if __name__ == "__main__":
    crew = worker(Settings())
    with suppress(OperationalError):
        work(crew.start, crew.stop)
