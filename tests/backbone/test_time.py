"""Clocks that jump, days of absence, events that cannot be applied, and releases side by side."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from shared.backbone.bus import lose_memory
from shared.backbone.verify import verify
from shared.clock import VirtualClock
from shared.identifiers import new_id
from shared.running import Team
from tests.backbone import pair
from tests.backbone.books import states
from tests.backbone.pair import Heard, ask, numbers
from tests.torture import scaled

JUMPS = [
    timedelta(days=-400),
    timedelta(days=-1),
    timedelta(hours=-1),
    timedelta(seconds=-5),
    timedelta(hours=1),
    timedelta(days=400),
]


def problems(team: Team) -> list[str]:
    return verify({running.name: running.reader for running in team}, settled=True)


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_a_clock_that_jumps_holds_nothing_up(
    team: Team, clock: VirtualClock, jump: timedelta
) -> None:
    """What was lost under the old clock is sent again under the new one, as soon as ever."""
    patient = new_id()
    team.settle()
    ask(team["asker"], patient, 1)
    team["asker"].turn(team["asker"].open_bus())
    lose_memory("answerer")
    clock.move(seconds=jump.total_seconds())
    ask(team["asker"], patient, 2)
    for _ in range(12):
        clock.move(minutes=1)
        team.settle()
    assert numbers(team["answerer"], Heard, patient) == [1, 2]
    assert problems(team) == []


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_what_is_to_be_tried_again_is_tried_again_after_a_jump_of_the_clock(
    team: Team, clock: VirtualClock, jump: timedelta
) -> None:
    patient = new_id()
    pair.poisoned.add(1)
    ask(team["asker"], patient, 1)
    for _ in range(4):
        clock.move(seconds=2)
        team.settle()
    pair.poisoned.clear()
    clock.move(seconds=jump.total_seconds())
    for _ in range(70):
        clock.move(minutes=1)
        team.settle()
    assert numbers(team["answerer"], Heard, patient) == [1]
    assert problems(team) == []


def test_a_subscriber_that_was_away_for_days_hears_everything_once_and_in_order(
    team: Team, clock: VirtualClock
) -> None:
    """Its queue is emptied every day, as a queue server that is full or new does."""
    patients, asked = [new_id() for _ in range(3)], scaled(30, 3000)
    team.settle()
    bus = team["asker"].open_bus()
    for number in range(asked):
        for patient in patients:
            ask(team["asker"], patient, number)
        clock.move(days=10 / asked)
        team["asker"].turn(bus)
        if number % 3 == 0:
            lose_memory("answerer")
    assert numbers(team["answerer"], Heard, patients[0]) == []
    for _ in range(10):
        clock.move(minutes=6)
        team.settle()
    for patient in patients:
        assert numbers(team["answerer"], Heard, patient) == list(range(asked))
        assert numbers(team["asker"], Heard, patient) == list(range(asked))
    assert problems(team) == []


def test_one_event_in_ten_is_poisoned_and_only_its_patient_waits(
    team: Team, clock: VirtualClock
) -> None:
    patients, asked = [new_id() for _ in range(10)], scaled(100, 5000)
    pair.poisoned.update(range(0, asked, 10))
    for number in range(asked):
        ask(team["asker"], patients[number % 10], number)
        if number % 7 == 0:
            team.settle()
    for _ in range(15):
        clock.move(minutes=6)
        team.settle()
    assert numbers(team["answerer"], Heard, patients[0]) == []
    for place, patient in enumerate(patients[1:], start=1):
        assert numbers(team["answerer"], Heard, patient) == list(range(place, asked, 10))
    assert states(team, "answerer", "inbox")["parked"] == 1
    pair.poisoned.clear()
    for _ in range(3):
        clock.move(minutes=61)
        team.settle()
    assert numbers(team["answerer"], Heard, patients[0]) == list(range(0, asked, 10))
    assert problems(team) == []


def test_an_older_and_a_newer_release_of_a_producer_take_turns(team: Team) -> None:
    """A field that this release does not know, an attribute it does not know, and none of both."""
    patient = new_id()
    news = [
        "body",
        """replace(body, '"data":{', '"data":{"colour":"blue",')""",
        """'{"newattribute":"x",' || substr(body, 2)""",
    ]
    for number in range(30):
        ask(team["asker"], patient, number)
        said = text(f"update event set body = {news[number % 3]} where body like :mark")  # noqa: S608
        with team["asker"].engine.begin() as connection:
            connection.execute(said, {"mark": f'%"next_step":"{number}"%'})
        if number % 4 == 0:
            team.settle()
    team.settle()
    assert numbers(team["answerer"], Heard, patient) == list(range(30))
    assert problems(team) == []


def test_a_newer_release_takes_over_what_the_older_one_had_to_park(
    team: Team, clock: VirtualClock
) -> None:
    """The subscriber is of yesterday: it keeps the event of tomorrow, whole and in its place."""
    patient = new_id()
    for number in (1, 2, 3):
        ask(team["asker"], patient, number)
    change(team, "asker", "event", ("closed.v1", "closed.v2"), '%"next_step":"2"%')
    team.settle()
    assert numbers(team["answerer"], Heard, patient) == [1]
    assert states(team, "answerer", "inbox") == {"handled": 1, "parked": 1, "held": 1}
    # Tomorrow's release knows version 2; here its name is made one that this release knows.
    change(team, "answerer", "inbox", ("closed.v2", "closed.v1"), "%")
    clock.move(minutes=61)
    team.settle()
    assert numbers(team["answerer"], Heard, patient) == [1, 2, 3]
    assert problems(team) == []


def change(team: Team, service: str, table: str, words: tuple[str, str], mark: str) -> None:
    """Change the text of events, as another release would have written it."""
    version = "" if table == "event" else ", version = 1"
    statement = (
        f"update {table} set body = replace(body, :old, :new){version} where body like :mark"  # noqa: S608
    )
    with team[service].engine.begin() as connection:
        connection.execute(text(statement), {"old": words[0], "new": words[1], "mark": mark})
