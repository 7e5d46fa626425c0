"""Several workers of one service share its work on PostgreSQL: all is done, each thing once."""

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.backbone import inbox
from shared.backbone.bus import EVENTS, Frame
from shared.backbone.verify import verify
from shared.identifiers import new_id
from shared.running import RunningService
from shared.running.applier import Applier
from shared.running.receiver import Receiver
from shared.settings import Settings
from shared.work import Work
from tests.backbone import pair
from tests.processes import crew
from tests.processes.house import PATIENCE, until
from tests.processes.servers import centre_of

pytestmark = [pytest.mark.slow, pytest.mark.postgres]


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Databases on the server, and a queue in this process, which the workers share."""
    with centre_of(crew.SERVICES, tmp_path, queue="memory://") as settings:
        crew.prepare(settings)
        yield settings


@pytest.fixture
def asker(settings: Settings) -> Iterator[RunningService]:
    """An api of the asker: it announces, and somebody else works."""
    team = crew.worker(settings)
    yield team["asker"]
    team.stop()


@pytest.fixture
def answerer(asker: RunningService) -> Iterator[RunningService]:
    running = RunningService(pair.house()[1], asker.house)
    yield running
    running.close()


def books(*services: RunningService) -> list[str]:
    """What the books disagree about, once everything is said."""
    return verify({running.name: running.reader for running in services}, settled=True)


def test_four_workers_keep_the_order_of_every_patient(
    settings: Settings, asker: RunningService, answerer: RunningService
) -> None:
    patients = [new_id() for _ in range(7)]
    with crew.at_work(settings, 4):
        askers = [
            threading.Thread(target=crew.ask_all, args=(asker, [patient], range(25)))
            for patient in patients
        ]
        for thread in askers:
            thread.start()
        for thread in askers:
            thread.join()
        expected = {patient: list(range(25)) for patient in patients}
        until(lambda: crew.done(asker) == expected)
        until(lambda: books(asker, answerer) == [])
    assert crew.done(answerer) == crew.order_of_answers(asker) == expected


def test_a_long_backlog_of_one_new_patient_is_shared_without_harm(
    settings: Settings, asker: RunningService, answerer: RunningService
) -> None:
    """All of it waits before anybody works, so that every worker wants the same stream."""
    patient = new_id()
    crew.ask_at_once(asker, [patient], range(900))
    with crew.at_work(settings, 3):
        until(lambda: len(crew.done(asker).get(patient, ())) >= 900)
        until(lambda: books(asker, answerer) == [])
    expected = {patient: list(range(900))}
    assert crew.done(answerer) == crew.done(asker) == crew.order_of_answers(asker) == expected
    assert tried_again(answerer) == 0
    assert [deadlocks(running) for running in (asker, answerer)] == [0, 0]


def deadlocks(running: RunningService) -> int:
    """How often the server had to break up workers that waited for each other."""
    asked = "select deadlocks from pg_stat_database where datname = current_database()"
    with running.reader.connect() as connection:
        return int(connection.execute(text(asked)).scalar_one())


def tried_again(running: RunningService) -> int:
    with running.reader.connect() as connection:
        counted = connection.execute(text("select count(*) from inbox where attempts > 0"))
        return int(counted.scalar_one())


def test_a_repeated_message_that_two_workers_store_at_once_counts_once(
    asker: RunningService, answerer: RunningService
) -> None:
    patients = [new_id() for _ in range(5)]
    crew.ask_at_once(asker, patients, range(20))
    frame = crew.frame_of(asker)
    start = threading.Barrier(4)

    def take() -> None:
        receiver = Receiver(answerer)
        start.wait(PATIENCE)
        receiver.receive([Frame(EVENTS, frame, lambda: None)])

    crew.together([take] * 4)
    apply_all([answerer] * 3)
    assert crew.done(answerer) == {patient: list(range(20)) for patient in patients}


def apply_all(workers: list[RunningService]) -> None:
    """Everybody applies what there is, all at the same time."""

    def work(running: RunningService) -> None:
        while inbox.anything_ready(running.reader, running.now()):
            Applier(running).apply()

    crew.together([partial(work, running) for running in workers])


def test_what_was_committed_late_is_not_overlooked(asker: RunningService) -> None:
    """Its number is lower than what was sent before: whoever only looks further never sees it."""
    late, early, sent = new_id(), new_id(), list[UUID]()
    with asker.work() as slow:
        crew.say(slow, late, 1)
        slow.session.flush()
        pair.ask(asker, early, 1)
        sent += crew.claimed_streams(asker)
    sent += crew.claimed_streams(asker)
    assert sent == [early, late]


def test_of_one_patient_the_later_commit_waits_for_the_earlier(asker: RunningService) -> None:
    """So that numbers have no gap that a reader could see before it is filled."""
    patient, entered = new_id(), threading.Event()

    def second() -> None:
        entered.set()
        pair.ask(asker, patient, 2)

    thread = threading.Thread(target=second)
    with asker.work() as first:
        crew.say(first, patient, 1)
        crew.write_down(asker, first)
        thread.start()
        assert entered.wait(PATIENCE)
        until(lambda: crew.waits_for_a_lock(asker))
        assert crew.claimed_streams(asker) == []
    thread.join(PATIENCE)
    assert crew.numbers_of_deliveries(asker, patient) == [1, 2]


def test_several_relays_never_take_the_same_delivery(asker: RunningService) -> None:
    patients = [new_id() for _ in range(30)]
    crew.ask_at_once(asker, patients, range(20))
    taken: list[UUID] = []
    start = threading.Barrier(4)

    def relay_some() -> None:
        start.wait(PATIENCE)
        while rows := crew.claim(asker):
            taken.extend(row.event_id for row in rows)

    crew.together([relay_some] * 4)
    assert len(taken) == len(set(taken)) == 600


def test_a_piece_of_a_job_is_done_by_one_process_at_a_time(
    asker: RunningService, settings: Settings
) -> None:
    inside, leave, done = threading.Event(), threading.Event(), list[str]()

    def job(work: Work) -> bool:
        done.append(work.actor)
        inside.set()
        assert leave.wait(PATIENCE)
        return False

    other = crew.worker(settings)
    thread = threading.Thread(target=asker.run_job, args=[job])
    thread.start()
    assert inside.wait(PATIENCE)
    assert other["asker"].run_job(job) == 0
    leave.set()
    thread.join(PATIENCE)
    assert len(done) == 1
    other["asker"].run_job(job)
    assert len(done) == 2, "the lock ended with the piece"
    other.stop()
