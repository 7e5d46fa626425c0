"""Processes of one service hear of each other's work at once, and also when the signal is lost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared import database
from shared.identifiers import new_id
from shared.running import RunningService, notify, team
from shared.running.notify import Signals
from shared.settings import Settings
from shared.web.hub import Hub
from tests.backbone import pair
from tests.processes import crew
from tests.processes.house import until
from tests.processes.servers import centre_of

pytestmark = [pytest.mark.slow, pytest.mark.postgres]
NEVER = 3600


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    with centre_of(crew.SERVICES, tmp_path, queue="memory://") as settings:
        crew.prepare(settings)
        yield settings


@pytest.fixture
def nobody_looks_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "LONGEST_SLEEP", NEVER)
    monkeypatch.setattr(notify, "LOOK_SECONDS", NEVER)


@contextmanager
def process(
    settings: Settings, *, to_workers: bool = False
) -> Iterator[tuple[RunningService, Hub, Signals]]:
    """The asker in one more process, as it were, with the pages that are open there."""
    crew_of_one, hub = crew.worker(settings), Hub()
    asker = crew_of_one["asker"]
    asker.changed = hub.changed
    signals = Signals(asker, to_workers=to_workers)
    signals.start()
    try:
        yield asker, hub, signals
    finally:
        signals.stop()
        crew_of_one.stop()


def asked_and_thanked(asker: RunningService, number: int) -> Callable[[], bool]:
    patient = new_id()
    pair.ask(asker, patient, number)
    return lambda: crew.done(asker).get(patient) == [number]


@pytest.mark.usefixtures("nobody_looks_unasked")
def test_a_deed_in_an_api_wakes_the_worker(settings: Settings) -> None:
    with crew.at_work(settings, 1) as (worker,), process(settings, to_workers=True) as (api, *_):
        signals = Signals(worker["asker"])
        signals.start()
        for number in range(3):
            until(asked_and_thanked(api, number))
        signals.stop()


def test_a_signal_that_is_lost_costs_a_second_and_no_event(settings: Settings) -> None:
    with crew.at_work(settings, 1), process(settings) as (api, _, signals):
        signals.stop()
        until(asked_and_thanked(api, 1))


@pytest.mark.usefixtures("nobody_looks_unasked")
def test_pages_of_every_process_ring(settings: Settings) -> None:
    with process(settings) as (one, here, _), process(settings) as (other, there, _):
        until(lambda: here.changes("asker") == there.changes("asker") == 1)
        pair.ask(one, new_id(), 1)
        until(lambda: there.changes("asker") == 2)
        pair.ask(other, new_id(), 2)
        until(lambda: here.changes("asker") == 3)
        assert there.changes("asker") == 3, "nobody hears of a change twice"


@pytest.mark.usefixtures("nobody_looks_unasked")
def test_a_line_that_breaks_is_laid_again_and_what_was_missed_is_looked_for(
    settings: Settings,
) -> None:
    with process(settings) as (one, _, _), process(settings) as (other, there, _):
        until(lambda: there.changes("asker") == 1)
        break_all_connections(other)
        until(lambda: there.changes("asker") == 2)
        until(lambda: rung_by(one, there))


def rung_by(running: RunningService, hub: Hub) -> bool:
    """Each try is a change of its own: the other's line may not be laid again yet."""
    before = hub.changes("asker")
    pair.ask(running, new_id(), 1)
    until(lambda: hub.changes("asker") > before)
    return True


def break_all_connections(running: RunningService) -> None:
    """As a server does that is restarted."""
    end = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
    with running.reader.connect() as connection:
        connection.execute(text(f"{end} and datname = current_database()"))


def test_a_server_that_was_restarted_costs_nobody_a_failed_deed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restart takes longer than the pause after which a connection is tried before its use."""
    asking = crew.worker(settings)
    monkeypatch.setattr(database, "PAUSE_SECONDS", 0)
    pair.ask(asking["asker"], new_id(), 1)
    break_all_connections(asking["asker"])
    pair.ask(asking["asker"], new_id(), 2)
    asking.stop()


def test_a_process_that_freezes_inside_a_transaction_keeps_nobody_waiting(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOCKS_END", "-c idle_in_transaction_session_timeout=1s")
    frozen, patient = crew.worker(settings), new_id()
    monkeypatch.undo()
    with pytest.raises(DBAPIError):
        ask_while_another_asks(frozen["asker"], patient, settings)
    assert crew.numbers_of_deliveries(frozen["asker"], patient) == [1]
    frozen.stop()


def ask_while_another_asks(frozen: RunningService, patient: UUID, settings: Settings) -> None:
    """It has the lock of the patient's numbers, does nothing for a while, and then goes on."""
    with frozen.work() as late:
        crew.say(late, patient, 1)
        crew.write_down(frozen, late)
        with process(settings) as (asker, *_):
            pair.ask(asker, patient, 2)
        late.session.execute(text("select 1"))
