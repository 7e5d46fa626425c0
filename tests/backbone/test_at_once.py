"""What comes next in its stream is applied as it is stored; everything else waits for its turn."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from services.cli import measuring
from services.cli.measuring import RECEIVER, SENDER, LastScore
from shared.backbone.bus import EVENTS, Frame
from shared.clock import VirtualClock
from shared.database import table_of
from shared.identifiers import new_id
from shared.mail import MemoryMailer
from shared.running import House, RunningService, Team
from shared.running.bell import Bell
from shared.settings import Settings
from tests.backbone import pair
from tests.backbone.books import states
from tests.backbone.pair import Heard, ask, numbers
from tests.backbone.test_batches import frames_of, statements


def hear(running: RunningService, *frames: bytes) -> None:
    """Frames arrive, and nobody looks into the inbox."""
    running._receiver.receive([Frame(EVENTS, frame, lambda: None) for frame in frames])


def test_what_comes_next_is_written_once(team: Team) -> None:
    patient, answerer = new_id(), team["answerer"]
    ask(team["asker"], patient, 1)
    with statements(answerer.engine) as sent:
        hear(answerer, *frames_of(team["asker"]))
    assert numbers(answerer, Heard, patient) == [1]
    assert states(team, "answerer", "inbox") == {"handled": 1}
    assert sent["INSERT INTO inbox"] == 1
    assert not any(statement.startswith("UPDATE inbox") for statement in sent)


def test_what_comes_too_early_waits_and_is_released(team: Team) -> None:
    patient, answerer = new_id(), team["answerer"]
    for number in range(3):
        ask(team["asker"], patient, number)
    frames = frames_of(team["asker"])
    hear(answerer, *frames[1:])
    team.settle()
    assert numbers(answerer, Heard, patient) == []
    assert states(team, "answerer", "inbox") == {"held": 2}
    hear(answerer, frames[0])
    assert numbers(answerer, Heard, patient) == [0]
    team.settle()
    assert numbers(answerer, Heard, patient) == [0, 1, 2]


def test_a_failure_undoes_all_of_it_and_everything_is_stored(team: Team) -> None:
    patients, answerer = [new_id() for _ in range(8)], team["answerer"]
    pair.poisoned.add(5)
    for number, patient in enumerate(patients):
        ask(team["asker"], patient, number)
    hear(answerer, *frames_of(team["asker"]))
    assert [numbers(answerer, Heard, patient) for patient in patients] == [[]] * 8
    assert states(team, "answerer", "inbox") == {"new": 8}
    team.settle()
    assert states(team, "answerer", "inbox") == {"handled": 7, "retry": 1}


def test_what_failed_before_is_left_to_its_turn_when_it_comes_again(
    team: Team, clock: VirtualClock
) -> None:
    patient, answerer = new_id(), team["answerer"]
    pair.poisoned.add(1)
    ask(team["asker"], patient, 1)
    frames = frames_of(team["asker"])
    hear(answerer, *frames)
    answerer._apply()
    pair.poisoned.clear()
    hear(answerer, *frames)
    assert numbers(answerer, Heard, patient) == []
    assert states(team, "answerer", "inbox") == {"retry": 1}
    clock.move(minutes=10)
    team.settle()
    assert numbers(answerer, Heard, patient) == [1]
    assert states(team, "answerer", "inbox") == {"handled": 1}


def test_without_a_look_the_database_is_asked_nothing(team: Team) -> None:
    answerer = team["answerer"]
    bus = answerer.open_bus()
    answerer.turn(bus)
    with statements(answerer.engine, answerer.reader) as sent:
        answerer.turn(bus, look=False)
    assert not sent


def test_a_bell_tells_what_has_arrived_from_what_was_changed(team: Team) -> None:
    bell = team["answerer"].bell
    bell.answer()
    bell.knock()
    assert bell.is_set()
    assert not bell.answer()
    bell.set()
    assert bell.answer()
    assert not bell.is_set()


def test_whoever_calls_while_the_bell_is_answered_is_heard() -> None:
    """Another thread calls just after it was looked whether somebody has."""

    class Interrupted(Bell):
        said = called = False

        @property
        def _calls(self) -> bool:
            said = self.said
            if not self.called:
                self.called = True
                self.set()
            return said

        @_calls.setter
        def _calls(self, said: bool) -> None:
            self.said = said

    bell = Interrupted()
    assert not bell.answer()
    assert bell.is_set()
    assert bell.answer()


@pytest.fixture
def scores(tmp_path: Path, clock: VirtualClock) -> Callable[..., tuple[list[int], int]]:
    """Announces scores of patients and returns their counts, and how often rows were written."""
    settings = Settings(data_dir=tmp_path)
    measuring.prepare(settings)
    services = measuring.services(measuring.Arrivals())
    team = Team(services, House(services, settings, clock, MemoryMailer()))
    score, receiver = table_of(LastScore), team[RECEIVER]

    def announce(patients: list[object], many: int) -> tuple[list[int], int]:
        with statements(receiver.engine) as sent:
            measuring.announce(team[SENDER], patients, many)  # type: ignore[arg-type]
            team.settle()
        with receiver.reader.connect() as connection:
            counts = connection.execute(select(score.c.count).order_by(score.c.count)).scalars()
            return list(counts), sent["INSERT INTO last_score"] + sent["UPDATE last_score SET"]

    return announce


def test_a_row_that_one_event_made_is_known_to_the_next(
    scores: Callable[..., tuple[list[int], int]],
) -> None:
    assert scores([new_id()], 5) == ([5], 1)


def test_many_rows_that_were_changed_are_written_together(
    scores: Callable[..., tuple[list[int], int]],
) -> None:
    patients = [new_id() for _ in range(6)]
    assert scores(patients, 6) == ([1] * 6, 1)
    assert scores(patients, 18) == ([4] * 6, 1)
