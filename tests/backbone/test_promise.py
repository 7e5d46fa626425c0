"""What the backbone promises, seen from two services that exchange events."""

from pathlib import Path

import pytest
from sqlalchemy import text

from shared.backbone.bus import forget_memory, lose_memory
from shared.clock import VirtualClock
from shared.identifiers import new_id
from shared.running import Team
from tests.backbone import pair
from tests.backbone.books import park_one, parked, states
from tests.backbone.pair import Heard, ask, numbers


def test_a_question_is_heard_and_answered_and_every_step_is_known(team: Team) -> None:
    patient = new_id()
    ask(team["asker"], patient, 1)
    assert states(team, "asker", "delivery") == {"waiting": 1}
    team.settle()
    assert numbers(team["answerer"], Heard, patient) == [1]
    assert numbers(team["asker"], Heard, patient) == [1]
    assert states(team, "asker", "delivery") == {"handled": 1}
    assert states(team, "answerer", "inbox") == {"handled": 1}


def test_a_change_that_is_undone_announces_nothing(team: Team) -> None:
    with pytest.raises(pair.Poison):
        pair.ask_and_fail(team["asker"], new_id())
    team.settle()
    assert states(team, "asker", "delivery") == {}


def test_the_order_of_each_patient_is_kept(team: Team) -> None:
    patients = [new_id() for _ in range(5)]
    for number in range(40):
        for patient in patients:
            ask(team["asker"], patient, number)
    team.settle()
    for patient in patients:
        assert numbers(team["answerer"], Heard, patient) == list(range(40))


def test_a_queue_that_is_lost_loses_no_event(team: Team, clock: VirtualClock) -> None:
    patient = new_id()
    team.settle()
    for number in range(3):
        ask(team["asker"], patient, number)
    asker_bus = team["asker"].open_bus()
    team["asker"].turn(asker_bus)
    assert states(team, "asker", "delivery") == {"sent": 3}
    lose_memory("answerer")
    team.settle()
    assert numbers(team["answerer"], Heard, patient) == []
    clock.move(minutes=1)
    team.settle()
    assert numbers(team["answerer"], Heard, patient) == [0, 1, 2]


def test_a_repeated_delivery_has_one_effect_and_is_answered_again(team: Team) -> None:
    patient = new_id()
    ask(team["asker"], patient, 7)
    team.settle()
    with team["asker"].engine.begin() as connection:
        connection.execute(text("update delivery set state='sent', next_try_at='2020-01-01'"))
    team.settle()
    assert numbers(team["answerer"], Heard, patient) == [7]
    assert states(team, "asker", "delivery") == {"handled": 1}


def test_an_event_that_cannot_be_applied_is_parked_and_blocks_only_its_patient(
    team: Team, clock: VirtualClock
) -> None:
    ill, well = new_id(), new_id()
    pair.poisoned.add(13)
    for number in (12, 13, 14):
        ask(team["asker"], ill, number)
        ask(team["asker"], well, number + 100)
    for _ in range(12):
        clock.move(minutes=6)
        team.settle()
    assert numbers(team["answerer"], Heard, ill) == [12]
    assert numbers(team["answerer"], Heard, well) == [112, 113, 114]
    assert states(team, "asker", "delivery") == {"handled": 4, "parked": 1, "held": 1}


def test_a_parked_event_is_tried_again_by_hand_and_the_rest_follows(
    team: Team, clock: VirtualClock
) -> None:
    patient = new_id()
    park_one(team, clock, patient)
    pair.poisoned.clear()
    assert team["answerer"].retry(*parked(team))
    team.settle()
    assert numbers(team["answerer"], Heard, patient) == [13, 14]
    clock.move(minutes=6)
    team.settle()
    assert states(team, "asker", "delivery") == {"handled": 2}


def test_a_parked_event_is_skipped_only_by_a_named_person(team: Team, clock: VirtualClock) -> None:
    patient = new_id()
    park_one(team, clock, patient)
    assert team["answerer"].skip(*parked(team), who="Claire Morvan", reason="entered twice")
    clock.move(minutes=6)
    team.settle()
    assert numbers(team["answerer"], Heard, patient) == [14]
    assert states(team, "asker", "delivery") == {"handled": 1, "skipped": 1}


def test_an_unknown_version_is_parked_whole_at_once(team: Team) -> None:
    patient = new_id()
    ask(team["asker"], patient, 1)
    with team["asker"].engine.begin() as connection:
        connection.execute(text("update event set body=replace(body, 'closed.v1', 'closed.v9')"))
    team.settle()
    assert states(team, "answerer", "inbox") == {"parked": 1}
    with team["answerer"].reader.connect() as connection:
        row = connection.execute(text("select error, body from inbox")).one()
    assert row.error == "referral.closed version 9 is not known to this release"
    assert '"next_step":"1"' in row.body


@pytest.mark.parametrize(
    "frame",
    [b"", b"{", b"[1]", b"\xff\xfe", b'[{"id":"x"}]', b"[" * 10_000, b'[{"a":1e999}]', b"null"],
)
def test_bytes_that_are_no_message_are_kept_and_break_nothing(team: Team, frame: bytes) -> None:
    team.settle()
    team["asker"].open_bus().tell("answerer", frame)
    patient = new_id()
    ask(team["asker"], patient, 1)
    team.settle()
    assert numbers(team["answerer"], Heard, patient) == [1]
    with team["answerer"].reader.connect() as connection:
        assert connection.execute(text("select frame from dead_frame")).scalar_one() == frame


def test_after_a_restart_everything_under_way_goes_out_again(
    tmp_path: Path, clock: VirtualClock
) -> None:
    settings = pair.prepare(tmp_path)
    first, patient = pair.start(settings, clock), new_id()
    ask(first["asker"], patient, 1)
    first["asker"].turn(first["asker"].open_bus())
    first.stop()
    forget_memory()
    second = pair.start(settings, clock)
    second.settle()
    assert numbers(second["answerer"], Heard, patient) == [1]
    second.stop()
