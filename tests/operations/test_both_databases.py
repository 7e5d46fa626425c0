"""What an operator relies on is the same on SQLite and on PostgreSQL."""

from uuid import UUID

import pytest
from sqlalchemy import text

from shared.backbone import following, inbox, positions, replaying, turned_back
from shared.backbone.receipts import NUMBER_TAKEN
from shared.backbone.verify import examine
from shared.clock import VirtualClock
from shared.identifiers import new_id
from shared.running import Team
from tests.backbone import pair
from tests.backbone.books import park_one, states
from tests.backbone.pair import Heard, ask, numbers


def query(team: Team, service: str, statement: str) -> list[tuple[object, ...]]:
    with team[service].reader.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def change(team: Team, service: str, *statements: str) -> None:
    """Break into the database of a service."""
    with team[service].engine.begin() as connection:
        for statement in statements:
            assert connection.execute(text(statement)).rowcount > 0


def problems(team: Team) -> list[str]:
    return examine({running.name: running.reader for running in team}).problems


def refill(team: Team) -> positions.Noted:
    """The answerer says how far it is, and the asker does what follows."""
    with team["answerer"].reader.connect() as look:
        (told,) = positions.report(look, "answerer", "asker")
    with team["asker"].engine.begin() as connection:
        return positions.note(connection, positions.unpack_positions(told.pack()), team.clock.now())


def test_what_a_subscriber_lost_is_sent_again_in_order(team: Team) -> None:
    patients = [new_id() for _ in range(3)]
    for number in range(4):
        for patient in patients:
            ask(team["asker"], patient, number)
    team.settle()
    assert refill(team) == positions.Noted(0, 0)
    change(
        team,
        "answerer",
        "delete from inbox where delivery_seq > 2",
        "update position set last_seq=2",
        "delete from heard where number > 1",
    )
    assert any("missing here" in problem for problem in problems(team))
    assert refill(team) == positions.Noted(6, 0)
    team.settle()
    for patient in patients:
        assert numbers(team["answerer"], Heard, patient) == [0, 1, 2, 3]


def test_positions_come_in_pieces_that_leave_no_stream_out(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(positions, "STREAMS_AT_ONCE", 4)
    patients = sorted(new_id() for _ in range(10))
    for patient in patients:
        ask(team["asker"], patient, 1)
    team.settle()
    change(team, "answerer", "delete from inbox", "delete from position", "delete from heard")
    for patient in patients[:5]:
        ask(team["asker"], patient, 2)
    change_positions(team, patients[2:8])
    with team["answerer"].reader.connect() as look:
        parts = list(positions.report(look, "answerer", "asker"))
    assert [len(part.streams) for part in parts] == [4, 2]
    with team["asker"].engine.begin() as connection:
        noted = [positions.note(connection, part, team.clock.now()) for part in parts]
    assert sum(one.sent_again for one in noted) == 4
    assert sum(one.forgotten for one in noted) == 0


def change_positions(team: Team, streams: list[UUID]) -> None:
    with team["answerer"].engine.begin() as connection:
        inbox.advance(connection, {("asker", stream): 1 for stream in streams})


def test_a_source_that_forgot_writes_it_down_and_goes_on_after_it(team: Team) -> None:
    patient = new_id()
    for number in range(3):
        ask(team["asker"], patient, number)
    team.settle()
    forget(team, last=1)
    assert any("set back to an older copy" in problem for problem in problems(team))
    assert refill(team) == positions.Noted(0, 1)
    assert query(team, "asker", "select announced, known from forgotten") == [(1, 3)]
    assert refill(team) == positions.Noted(0, 0)
    ask(team["asker"], patient, 7)
    team.settle()
    assert numbers(team["answerer"], Heard, patient) == [0, 1, 2, 7]


def forget(team: Team, last: int) -> None:
    """The asker is set back to when it had announced so many events to the patient."""
    change(
        team,
        "asker",
        f"delete from delivery where delivery_seq > {last}",  # noqa: S608
        f"update stream_counter set last_seq={last}",  # noqa: S608
        "delete from event where id not in (select event_id from delivery)",
    )


def test_an_event_under_a_taken_number_is_set_aside_and_can_be_numbered_anew(team: Team) -> None:
    patient = new_id()
    for number in range(2):
        ask(team["asker"], patient, number)
    team.settle()
    forget(team, last=1)
    ask(team["asker"], patient, 9)
    team.settle()
    assert numbers(team["answerer"], Heard, patient) == [0, 1]
    ((event_id, error),) = query(
        team, "asker", "select event_id, error from delivery where state='parked'"
    )
    assert error == NUMBER_TAKEN
    with team["answerer"].reader.connect() as look:
        (parked,) = following.parked(look)
    assert parked.error == NUMBER_TAKEN
    assert any("under numbers that others had" in problem for problem in problems(team))
    with team["asker"].engine.begin() as connection:
        now = team.clock.now()
        assert replaying.number_anew(connection, parked.event_id, "answerer", now)
        assert not replaying.number_anew(connection, parked.event_id, "answerer", now)
    team.settle()
    assert str(event_id).replace("-", "") == parked.event_id.hex
    assert numbers(team["answerer"], Heard, patient) == [0, 1, 9]
    with team["answerer"].reader.connect() as look:
        assert following.parked(look) == []


def test_an_event_that_is_set_aside_can_be_passed_over(team: Team) -> None:
    patient = new_id()
    for number in range(2):
        ask(team["asker"], patient, number)
    team.settle()
    forget(team, last=1)
    ask(team["asker"], patient, 9)
    team.settle()
    with team["answerer"].reader.connect() as look:
        (parked,) = following.parked(look)
    assert team["answerer"].skip("asker", parked.event_id, who="member:1", reason="entered twice")
    team.settle()
    assert states(team, "asker", "delivery") == {"handled": 1, "skipped": 1}
    assert not team["answerer"].skip("asker", parked.event_id, who="member:1", reason="again")


def test_a_newcomer_is_filled_from_the_beginning(team: Team) -> None:
    patients = [new_id() for _ in range(3)]
    for number in range(3):
        for patient in patients:
            ask(team["asker"], patient, number)
    change(team, "asker", "delete from delivery", "delete from stream_counter")
    with team["asker"].engine.begin() as connection:
        audience = team["asker"].house.audience
        filled = replaying.fill(connection, "answerer", lambda e: audience(e, "asker"))
    assert (filled.made, filled.left_out) == (9, 0)
    team.settle()
    for patient in patients:
        assert numbers(team["answerer"], Heard, patient) == [0, 1, 2]
    assert problems(team) == []


def test_what_a_newcomer_cannot_hear_in_order_is_left_out(team: Team) -> None:
    patient = new_id()
    for number in range(3):
        ask(team["asker"], patient, number)
    change(team, "asker", "delete from delivery where delivery_seq < 3")
    with team["asker"].engine.begin() as connection:
        audience = team["asker"].house.audience
        filled = replaying.fill(connection, "answerer", lambda e: audience(e, "asker"))
    assert (filled.made, filled.left_out) == (0, 2)


def test_deliveries_to_nobody_are_ended_with_a_reason(team: Team) -> None:
    ask(team["asker"], new_id(), 1)
    change(team, "asker", "update delivery set subscriber='gone'")
    with team["asker"].engine.begin() as connection:
        assert replaying.close(connection, "gone", "the unit was closed", team.clock.now()) == 1
        assert replaying.close(connection, "gone", "the unit was closed", team.clock.now()) == 0
    assert states(team, "asker", "delivery") == {"skipped": 1}


def test_a_wrong_clock_leaves_nothing_waiting(team: Team, clock: VirtualClock) -> None:
    ask(team["asker"], new_id(), 1)
    park_one(team, clock, new_id())
    clock.move(days=-300)
    for service, hastened in (("asker", 2), ("answerer", 1)):
        with team[service].engine.begin() as connection:
            assert turned_back.hasten(connection, clock.now()) == hastened
            assert turned_back.hasten(connection, clock.now()) == 0


def test_bytes_that_come_again_are_kept_once_and_counted(team: Team) -> None:
    stranger = team["asker"].open_bus()
    team.settle()
    for frame in (b"nothing", b"nothing", b"[1]", b'[{"id":"x"}]', b'[{"id":"x"},{"id":"y"}]'):
        stranger.tell("answerer", frame)
    team.settle()
    kept = query(team, "answerer", "select times from dead_frame order by times")
    assert kept == [(1,), (1,), (2,), (2,)]


def test_who_has_an_event_is_a_question_to_the_books(team: Team) -> None:
    patient = new_id()
    for number in range(2):
        ask(team["asker"], patient, number)
    team.settle()
    with team["asker"].reader.connect() as look, team["answerer"].reader.connect() as there:
        wanted = following.Wanted(kind="referral.closed", stream=patient)
        (first, _) = following.newest(look, wanted, 5)
        assert following.newest(look, following.Wanted(kind="member.changed"), 5) == []
        (delivery,) = following.deliveries(look, [first.id])[first.id]
        here = following.stored(there, "asker", first.id)
        (effect,) = following.caused_by(there, first.id)
        figures = following.figures(look)
    assert (delivery.subscriber, delivery.state) == ("answerer", "handled")
    assert here is not None
    assert here.state == "handled"
    assert effect.kind == "follow_up.cancelled"
    assert (figures.events, figures.inbox) == (2, {"handled": 2})
    assert [(row.subscriber, row.state, row.many) for row in figures.deliveries] == [
        ("answerer", "handled", 2)
    ]


def test_the_books_of_both_agree_also_while_they_work(team: Team, clock: VirtualClock) -> None:
    team.settle()
    for number in range(100, 130):
        ask(team["asker"], new_id(), number)
    assert problems(team) == []
    team["asker"].turn(team["asker"].open_bus())
    assert problems(team) == []
    team.settle()
    assert problems(team) == []
    park_one(team, clock, new_id())
    found = examine({running.name: running.reader for running in team})
    assert found.problems == []
    assert "answerer: 1 events are parked, a person has to look" in found.told("under way")
    assert examine({r.name: r.reader for r in team}, settled=True).counts["problem"] == 2 + 1


def test_the_promise_is_examined_without_asking_for_memory(team: Team) -> None:
    """However much is wrong, what is told of it stays small."""
    for number in range(120):
        ask(team["asker"], new_id(), number)
    change(team, "asker", "delete from delivery")
    report = examine({running.name: running.reader for running in team})
    assert report.counts["problem"] == 240
    assert len(report.problems) == 101
    assert report.problems[-1] == "... and 140 more"


def test_retry_and_skip_are_said_to_whoever_sent_the_event(team: Team, clock: VirtualClock) -> None:
    park_one(team, clock, new_id())
    pair.poisoned.clear()
    with team["answerer"].reader.connect() as look:
        (row,) = following.parked(look)
    assert team["answerer"].retry("asker", row.event_id)
    team.settle()
    assert states(team, "asker", "delivery") == {"handled": 2}
