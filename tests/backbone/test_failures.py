"""What failures of one event, one frame or one process may never do to the others."""

import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from shared.backbone import envelope, inbox, relay
from shared.backbone.bus import Bus
from shared.clock import VirtualClock
from shared.identifiers import new_id
from shared.running import RunningService, Team
from shared.running.applier import Applier
from tests.backbone import pair
from tests.backbone.books import park_one, parked, states
from tests.backbone.conftest import MONDAY
from tests.backbone.pair import Heard, ask, numbers


class Broken(Exception):
    """What no service expects of its database."""


def test_a_service_that_failed_for_a_while_still_hears_what_follows(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> list[inbox.Key]:
        raise Broken

    answerer, patient = team["answerer"], new_id()
    listening = answerer.open_bus()
    sender = team["asker"].open_bus()
    with monkeypatch.context() as patched:
        patched.setattr(inbox, "read", fail)
        for _ in range(1100):  # more than a queue gives before it wants to be acknowledged
            sender.tell("answerer", b"[]")
        while listening_fails(answerer, listening):
            pass
    ask(team["asker"], patient, 1)
    team["asker"].turn(sender)
    answerer.turn(listening)
    assert numbers(answerer, Heard, patient) == [1]


def listening_fails(running: RunningService, bus: Bus) -> bool:
    """One turn; whether it failed, which it does as long as something arrives."""
    try:
        running.turn(bus)
    except Broken:
        return True
    return False


def test_a_receipt_in_words_of_tomorrow_keeps_no_event_out(team: Team) -> None:
    team.settle()
    patient, stranger = new_id(), team["answerer"].open_bus()
    receipt = {
        "source": "asker",
        "event_id": str(patient),
        "subscriber": "answerer",
        "state": "marvelled-at",
        "at": MONDAY.isoformat(),
        "stored_at": MONDAY.isoformat(),
    }
    stranger.answer("asker", json.dumps([receipt]).encode())
    ask(team["asker"], patient, 1)
    team.settle()
    assert numbers(team["answerer"], Heard, patient) == [1]
    assert states(team, "asker", "delivery") == {"handled": 1}


def test_a_message_that_cannot_be_read_keeps_none_of_its_neighbours_out(team: Team) -> None:
    ill, well = new_id(), new_id()
    ask(team["asker"], ill, 1)
    ask(team["asker"], well, 2)
    with team["asker"].engine.begin() as connection:
        spoiled = text("update event set body=replace(body, '1.0', '7.0') where stream=:stream")
        connection.execute(spoiled, {"stream": ill.hex})
        bodies = connection.execute(text("select body from event order by id")).scalars().all()
    assert ["7.0" in body for body in bodies] == [True, False]
    team.settle()
    assert numbers(team["answerer"], Heard, well) == [2]


def test_long_events_travel_in_batches_that_no_subscriber_refuses(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "FRAME_BYTES", 1000)
    monkeypatch.setattr(envelope, "MAX_FRAME_BYTES", 1500)
    patient = new_id()
    for number in range(20):
        ask(team["asker"], patient, number)
    team.settle()
    assert numbers(team["answerer"], Heard, patient) == list(range(20))


def test_what_was_parked_is_tried_again_by_itself_within_an_hour_or_so(
    team: Team, clock: VirtualClock
) -> None:
    patient = new_id()
    park_one(team, clock, patient)
    pair.poisoned.clear()
    clock.move(minutes=61)
    team.settle()
    assert numbers(team["answerer"], Heard, patient) == [13, 14]


def test_no_event_is_parked_because_the_disk_is_full(team: Team, clock: VirtualClock) -> None:
    patient = new_id()
    pair.drowned.add(1)
    ask(team["asker"], patient, 1)
    for _ in range(12):
        clock.move(minutes=6)
        with pytest.raises(OperationalError, match="full"):
            team.settle()
    assert states(team, "answerer", "inbox") == {"new": 1}
    pair.drowned.clear()
    team.settle()
    assert numbers(team["answerer"], Heard, patient) == [1]


def test_who_sent_a_skipped_event_hears_of_it_at_once(team: Team, clock: VirtualClock) -> None:
    park_one(team, clock, new_id())
    assert team["answerer"].skip(*parked(team), who="Claire Morvan", reason="entered twice")
    team.settle()
    assert states(team, "asker", "delivery") == {"handled": 1, "skipped": 1}


def test_two_processes_on_one_database_apply_an_event_once(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one has read what is ready just before the first one applied it."""
    patient, answerer = new_id(), team["answerer"]
    ask(team["asker"], patient, 1)
    bus = answerer.open_bus()
    team["asker"].turn(team["asker"].open_bus())
    with answerer.engine.begin() as connection:
        heard, _ = inbox.read(frame.body for frame in bus.take(10))
        inbox.keep(connection, heard, MONDAY)
        both_saw = inbox.ready(connection, MONDAY)
    team.settle()
    monkeypatch.setattr(inbox, "anything_ready", lambda *_: True)
    monkeypatch.setattr(inbox, "ready", lambda *_: both_saw)
    Applier(answerer).apply()
    assert numbers(answerer, Heard, patient) == [1]
    assert states(team, "answerer", "inbox") == {"handled": 1}
