"""Many events at once: in order, each once, at a price that does not grow with their number."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from services.cli import measuring
from shared import faults
from shared.backbone import deliveries, inbox
from shared.backbone.envelope import split
from shared.backbone.inbox import applying
from shared.backbone.relay import _batches
from shared.clock import VirtualClock
from shared.identifiers import new_id
from shared.mail import MemoryMailer
from shared.running import House, RunningService, Team
from shared.running.fetching import fetch
from shared.settings import Settings
from tests.backbone import pair
from tests.backbone.books import states
from tests.backbone.conftest import MONDAY
from tests.backbone.pair import Heard, ask, numbers
from tests.surroundings import POSTGRES


def frames_of(asker: RunningService) -> list[bytes]:
    """What the asker's relay would publish now, one event in each frame."""
    with asker.engine.begin() as connection:
        rows = pair.claim(connection, asker.now())
    return [b"[" + body + b"]" for row in rows for [(_, body)] in _batches([row])]


def store(answerer: RunningService, *frames: bytes) -> None:
    with answerer.engine.begin() as connection:
        inbox.keep(connection, inbox.read(frames)[0], answerer.now())


@contextmanager
def statements(*engines: Engine) -> Iterator[Counter[str]]:
    """How often each kind of statement is sent to these databases."""
    sent: Counter[str] = Counter()

    def count(_: object, __: object, statement: str, *___: object) -> None:
        sent[" ".join(statement.split()[:3])] += 1

    for engine in engines:
        event.listen(engine, "before_cursor_execute", count)
    yield sent
    for engine in engines:
        event.remove(engine, "before_cursor_execute", count)


def test_a_batch_costs_as_many_statements_as_one_event(tmp_path: Path, clock: VirtualClock) -> None:
    settings = Settings(data_dir=tmp_path)
    measuring.prepare(settings)
    services = measuring.services(measuring.Arrivals())
    team = Team(services, House(services, settings, clock, MemoryMailer()))
    patients = [new_id() for _ in range(60)]
    engines = [engine for running in team for engine in (running.engine, running.reader)]

    def price(events: int) -> Counter[str]:
        with statements(*engines) as sent:
            measuring.announce(team[measuring.SENDER], patients, events)
            team.settle()
        return sent

    price(60)
    assert price(60) == price(1)
    team.stop()


def test_what_waits_for_the_next_batch_is_not_called_held(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "BATCH", 4)
    monkeypatch.setattr(applying, "WINDOW", 2)
    patient, answerer = new_id(), team["answerer"]
    for number in range(10):
        ask(team["asker"], patient, number)
    store(answerer, *frames_of(team["asker"]))
    with answerer.engine.begin() as connection:
        found = inbox.ready(connection, answerer.now())
    assert [row.delivery_seq for row in found.rows] == [1, 2, 3, 4]
    assert found.held == []
    team.settle()
    assert numbers(answerer, Heard, patient) == list(range(10))


def test_what_came_too_early_is_held_and_follows_at_once(team: Team) -> None:
    patient, answerer = new_id(), team["answerer"]
    for number in range(4):
        ask(team["asker"], patient, number)
    frames = frames_of(team["asker"])
    store(answerer, *frames[1:])
    team.settle()
    assert states(team, "answerer", "inbox") == {"held": 3}
    store(answerer, frames[0])
    team.settle()
    assert numbers(answerer, Heard, patient) == [0, 1, 2, 3]


def test_what_was_held_too_far_ahead_is_released_step_by_step(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More waits than one batch takes: the rest must not be forgotten in its state."""
    patient, answerer = new_id(), team["answerer"]
    for number in range(9):
        ask(team["asker"], patient, number)
    frames = frames_of(team["asker"])
    store(answerer, *frames[1:])
    team.settle()
    monkeypatch.setattr(applying, "BATCH", 3)
    store(answerer, frames[0])
    team.settle()
    assert numbers(answerer, Heard, patient) == list(range(9))


def test_one_event_that_fails_costs_its_neighbours_a_few_tries(team: Team) -> None:
    patients = [new_id() for _ in range(64)]
    pair.poisoned.add(13)
    for number, patient in enumerate(patients):
        ask(team["asker"], patient, number)
        ask(team["asker"], patient, number + 100)
    store(team["answerer"], *frames_of(team["asker"]))
    tries = Counter[str]()
    faults.install(lambda point: tries.update([point]))
    team["answerer"]._apply()
    faults.install(None)
    assert states(team, "answerer", "inbox") == {"handled": 126, "retry": 1, "held": 1}
    assert tries["applier.committed"] <= 10, "128 events, and seven halvings find the one"


def test_a_message_is_kept_as_it_came(team: Team) -> None:
    ask(team["asker"], new_id(), 1)
    [frame] = frames_of(team["asker"])
    longer = frame.replace(b'"specversion"', b'"tomorrow": [1, "\\u00e9"],"specversion"')
    store(team["answerer"], longer)
    with team["answerer"].reader.connect() as connection:
        body = connection.execute(text("select body from inbox")).scalar_one()
    assert [body] == split(longer)
    assert '"tomorrow": [1, "\\u00e9"]' in body
    team.settle()
    assert states(team, "answerer", "inbox") == {"handled": 1}


def test_a_subscriber_with_much_under_way_is_sent_no_more(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "IN_FLIGHT", 3)
    asker = team["asker"]
    for number in range(5):
        ask(asker, new_id(), number)
    assert claim_and_send(asker) == 3
    assert claim_and_send(asker) == 0
    with asker.engine.begin() as connection:
        connection.execute(text("update delivery set state='handled', next_try_at=null where 1"))
        connection.execute(text("update delivery set state='sent', next_try_at='2020-01-01'"))
    assert claim_and_send(asker) == 5, "what is sent again is never too much"


def test_what_was_held_back_goes_as_soon_as_some_is_answered(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else rings: a backlog must not wait for the look that is due each second."""
    monkeypatch.setattr(deliveries, "IN_FLIGHT", 3)
    asker, answerer = team["asker"], team["answerer"]
    for number in range(9):
        ask(asker, new_id(), number)
    mine, theirs = asker.open_bus(), answerer.open_bus()
    asker.turn(mine)
    while answerer.turn(theirs, look=False) or asker.turn(mine, look=False):
        pass
    assert states(team, "asker", "delivery") == {"handled": 9}
    mine.close()
    theirs.close()


def claim_and_send(asker: RunningService) -> int:
    with asker.engine.begin() as connection:
        rows = pair.claim(connection, asker.now())
        deliveries.mark_sent(connection, [(r.event_id, r.subscriber) for r in rows], asker.now())
    return len(rows)


@pytest.fixture
def server_team(tmp_path: Path, clock: VirtualClock) -> Iterator[Team]:
    """The two services on PostgreSQL, in schemas of their own."""
    name = f"relais_test_{new_id().hex[-12:]}"
    schemas = [f"{name}_{service}" for service in ("asker", "answerer")]
    with closing(psycopg.connect(POSTGRES, autocommit=True)) as server:
        for schema in schemas:
            server.execute(f'create schema "{schema}"')
        url = f"{POSTGRES}?options=-csearch_path%3D{name}_{{service}}"
        team = pair.start(pair.prepare(tmp_path, url), clock)
        yield team
        team.stop()
        for schema in schemas:
            server.execute(f'drop schema "{schema}" cascade')


@pytest.mark.postgres
def test_two_workers_never_take_the_same_stream_nor_judge_it(server_team: Team) -> None:
    """On PostgreSQL: what one holds, the other neither applies nor calls held."""
    patients, answerer = [new_id() for _ in range(6)], server_team["answerer"]
    for patient in patients:
        ask(server_team["asker"], patient, 0)
    server_team.settle()
    for number in (1, 2):
        for patient in patients:
            ask(server_team["asker"], patient, number)
    frames = frames_of(server_team["asker"])
    store(answerer, *frames[: len(patients)])
    with answerer.engine.begin() as one, answerer.engine.begin() as two:
        first = inbox.ready(one, answerer.now())
        store(answerer, *frames[len(patients) :])
        second = inbox.ready(two, answerer.now())
        assert {row.stream for row in first.rows} == set(patients)
        assert (second.rows, second.held) == ([], [])
        one.rollback()
    server_team.settle()
    for patient in patients:
        assert numbers(answerer, Heard, patient) == [0, 1, 2]


@pytest.mark.postgres
def test_two_relays_never_claim_the_same_delivery(server_team: Team) -> None:
    asker = server_team["asker"]
    for number in range(5):
        ask(asker, new_id(), number)
    with asker.engine.begin() as one, asker.engine.begin() as two:
        first, second = pair.claim(one, MONDAY), pair.claim(two, MONDAY)
    assert (len(first), len(second)) == (5, 0)


@pytest.mark.postgres
def test_nobody_changes_the_rows_that_a_batch_goes_by(server_team: Team) -> None:
    """On PostgreSQL: two services may tell of the same referral, to two workers at once."""
    answerer, patient = server_team["answerer"], new_id()
    ask(server_team["asker"], patient, 0)
    server_team.settle()
    with answerer.look() as work:
        wanted = [[(Heard, work.first(select(Heard)).id)]]
    with Session(answerer.engine) as one, Session(answerer.engine) as two:
        (row,) = fetch(one, wanted).values()
        two.execute(text("set local lock_timeout = '50ms'"))
        with pytest.raises(OperationalError):
            fetch(two, wanted)
        assert isinstance(row, Heard)
        row.number += 1
        one.commit()
        two.rollback()
        (row,) = fetch(two, wanted).values()
        assert isinstance(row, Heard)
        assert row.number == 1
