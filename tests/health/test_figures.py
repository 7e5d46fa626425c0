"""The figures are true, they say when something is stuck, and they cost the same on a long log."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, insert, text

from shared.backbone.bus import QueueAway
from shared.backbone.tables import Delivery, EventRow, Forgotten, InboxRow
from shared.clock import VirtualClock
from shared.identifiers import new_id
from shared.running import RunningService, Team
from shared.running.figures import NEWEST, figures_of
from shared.web.metrics import FRESH, Metrics
from tests.backbone import pair
from tests.backbone.books import park_one
from tests.backbone.pair import ask
from tests.backbone.schemas import on_postgres

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LONG_LOG = 20_000


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(MONDAY)


@pytest.fixture
def team(tmp_path: Path, clock: VirtualClock) -> Iterator[Team]:
    team = pair.start(pair.prepare(tmp_path), clock)
    yield team
    pair.poisoned.clear()
    team.stop()


class Scrape:
    """What a monitoring system reads at one moment."""

    def __init__(self, metrics: Metrics) -> None:
        families = text_string_to_metric_families(metrics.text().decode())
        self.samples = [sample for family in families for sample in family.samples]

    def value(self, name: str, **labels: str) -> float:
        (found,) = [
            sample.value
            for sample in self.samples
            if sample.name == f"relais_{name}" and labels.items() <= sample.labels.items()
        ]
        return float(found)

    def has(self, name: str) -> bool:
        return any(sample.name == f"relais_{name}" for sample in self.samples)


@pytest.fixture
def metrics(team: Team) -> Metrics:
    metrics = Metrics(team)
    team.on_measure(metrics)
    return metrics


def test_what_waits_is_counted_and_its_age_told(
    team: Team, metrics: Metrics, clock: VirtualClock
) -> None:
    ask(team["asker"], new_id(), 1)
    clock.move(minutes=3)
    ask(team["asker"], new_id(), 2)
    clock.move(minutes=1)
    told = Scrape(metrics)
    to = {"service": "asker", "subscriber": "answerer"}
    assert told.value("deliveries_open", **to, state="waiting") == 2
    assert told.value("delivery_oldest_seconds", **to) == 240
    assert told.value("events_announced_total", service="asker", kind="referral.closed") == 2
    team.settle()
    clock.move(minutes=1)
    told = Scrape(metrics)
    assert told.value("delivery_oldest_seconds", **to) == 0, "an alarm sees that it is over"
    assert told.value("delivery_sends", **to) == 1
    assert told.value("queue_connected", service="asker") == 1
    assert told.value("turn_seconds_count", service="answerer") >= 1
    assert not told.has("inbox_open")


def test_what_is_parked_and_held_is_seen_on_both_sides(
    team: Team, metrics: Metrics, clock: VirtualClock
) -> None:
    park_one(team, clock, new_id())
    told = Scrape(metrics)
    to = {"service": "asker", "subscriber": "answerer"}
    assert told.value("deliveries_open", **to, state="parked") == 1
    assert told.value("deliveries_open", **to, state="held") == 1
    assert told.value("inbox_open", service="answerer", state="parked") == 1
    assert told.value("delivery_oldest_seconds", **to) == 12 * 360
    assert told.value("delivery_sends", **to) > 1, (
        "nothing final was answered, so it was sent again"
    )


def test_the_time_until_an_event_is_handled_is_measured(team: Team, metrics: Metrics) -> None:
    for _ in range(3):
        ask(team["asker"], new_id(), 1)
    team.settle()
    with team["asker"].engine.begin() as connection:
        rows = connection.execute(text("select event_id, stored_at from delivery")).all()
        for seconds, row in zip((2, 4, 60), rows, strict=True):
            handled = datetime.fromisoformat(row.stored_at) + timedelta(seconds=seconds)
            connection.execute(
                text("update delivery set handled_at=:at where event_id=:id"),
                {"at": handled.strftime("%Y-%m-%d %H:%M:%S.%f"), "id": row.event_id},
            )
    told = Scrape(metrics)
    assert told.value("delivery_lag_seconds", service="asker", of="median") == 4
    assert told.value("delivery_lag_seconds", service="asker", of="max") == 60


def test_a_message_that_nobody_can_read_is_counted(team: Team, metrics: Metrics) -> None:
    team.settle()
    team["asker"].open_bus().tell("answerer", b"\xff")
    team.settle()
    assert Scrape(metrics).value("dead_frames", service="answerer") == 1
    assert Scrape(metrics).value("dead_frames", service="asker") == 0


def test_a_service_that_was_set_back_in_time_is_seen(team: Team, metrics: Metrics) -> None:
    with team["asker"].engine.begin() as connection:
        row = {"subscriber": "answerer", "stream": new_id(), "announced": 1, "known": 3}
        connection.execute(insert(Forgotten).values(**row, noticed_at=team.clock.now()))
    assert Scrape(metrics).value("forgotten_streams", service="asker") == 1
    assert Scrape(metrics).value("forgotten_streams", service="answerer") == 0


def test_a_worker_that_is_silent_is_seen(team: Team, metrics: Metrics, clock: VirtualClock) -> None:
    team.tick()
    clock.move(minutes=5)
    assert Scrape(metrics).value("worker_age_seconds", service="asker") == 300


def test_a_queue_that_is_away_is_seen(
    team: Team, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: RunningService) -> None:
        raise QueueAway

    monkeypatch.setattr(RunningService, "open_bus", away)
    team = pair.start(team.settings, VirtualClock(MONDAY))
    metrics = Metrics(team)
    team.on_measure(metrics)
    team.settle()
    assert Scrape(metrics).value("queue_connected", service="asker") == 0
    team.stop()


def test_a_database_that_is_away_hides_no_other(team: Team, metrics: Metrics) -> None:
    with team["asker"].engine.begin() as connection:
        connection.execute(text("drop table delivery"))
    told = Scrape(metrics)
    assert told.value("database_up", service="asker") == 0
    assert told.value("database_up", service="answerer") == 1
    assert told.value("dead_frames", service="answerer") == 0


def test_however_often_it_is_asked_the_database_is_asked_once(
    team: Team, metrics: Metrics, clock: VirtualClock
) -> None:
    first = Scrape(metrics)
    ask(team["asker"], new_id(), 1)
    assert not Scrape(metrics).has("deliveries_open")
    assert not first.has("deliveries_open")
    clock.move(seconds=FRESH.total_seconds())
    assert Scrape(metrics).has("deliveries_open")
    clock.move(days=-1)
    ask(team["asker"], new_id(), 2)
    waiting = Scrape(metrics).value("deliveries_open", state="waiting")
    assert waiting == 2, "a clock that was set back delays nothing"


@pytest.mark.postgres
def test_the_figures_are_the_same_on_postgresql(tmp_path: Path, clock: VirtualClock) -> None:
    with on_postgres() as url:
        team = pair.start(pair.prepare(tmp_path, url), clock)
        metrics = Metrics(team)
        team.tick()
        ask(team["asker"], new_id(), 1)
        team.settle()
        ask(team["asker"], new_id(), 2)
        clock.move(minutes=2)
        told = Scrape(metrics)
        to = {"service": "asker", "subscriber": "answerer"}
        assert told.value("deliveries_open", **to, state="waiting") == 1
        assert told.value("delivery_oldest_seconds", **to) == 120
        assert told.value("delivery_lag_seconds", **to, of="max") == 0
        assert told.value("worker_age_seconds", service="asker") == 120
        assert told.value("database_up", service="answerer") == 1
        team.stop()


def test_a_long_log_costs_no_more_than_a_short_one(team: Team) -> None:
    """Counted in the rows that the database looks at, which no busy machine changes."""
    engine = team["asker"].engine
    fill(engine, 2 * NEWEST)
    short = steps(team["asker"].reader)
    fill(engine, LONG_LOG)
    long = steps(team["asker"].reader)
    assert long < short * 1.5


def fill(engine: Engine, events: int) -> None:
    """A log of events that were all handled, and an inbox as long."""
    ids = [new_id() for _ in range(events)]
    at, stream = {"recorded_at": MONDAY}, new_id()
    with engine.begin() as connection:
        last = connection.execute(text("select count(*) from event")).scalar_one()
        numbered = list(enumerate(ids, last + 1))
        event = {"stream": stream, "kind": "k", "version": 1, "body": "{}", **at}
        connection.execute(insert(EventRow), [{"id": one, **event} for one in ids])
        done = {"stream": stream, "state": "handled", "stored_at": MONDAY, "handled_at": MONDAY}
        delivery = {"subscriber": "answerer", "attempts": 1, **done}
        connection.execute(
            insert(Delivery),
            [{"event_id": one, "delivery_seq": seq, **delivery} for seq, one in numbered],
        )
        inbox = {"source": "answerer", "kind": "k", "version": 1, "body": "{}", **done}
        connection.execute(
            insert(InboxRow),
            [{"event_id": one, "delivery_seq": seq, **inbox} for seq, one in numbered],
        )


def steps(reader: Engine) -> int:
    """How many steps of a thousand instructions SQLite's machine takes to answer."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    connection = reader.raw_connection()
    driver = connection.driver_connection
    assert driver is not None
    driver.set_progress_handler(count, 10)
    connection.close()
    figures_of(reader)
    driver.set_progress_handler(None, 0)
    return taken
