"""Members leave, are away and come back, units open at other hours and close: who owes it then."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlmodel import col, select

from services.coordinator import actions
from services.coordinator.actions.watching import problems
from services.coordinator.rules.owners import Seat
from services.coordinator.tables import Obligation
from shared.backbone.tables import EventRow
from shared.events import Closure, Opening, ReferralAccepted
from tests.coordinator.office import UNIT, Office
from tests.coordinator.team import OTHER, Team, deeds_of
from tests.coordinator.test_obligations import accepted, book, requested

WHY = "They are short of people."


@pytest.fixture
def team(office: Office) -> Team:
    return Team(office)


@pytest.fixture
def of_tomas(office: Office, team: Team) -> Obligation:
    """Something that one member of the unit owes by name."""
    requested(office)
    (row,) = office.obligations()
    with team.decide() as work:
        actions.transfer(work, row.id, Seat(UNIT, team.tomas), WHY)
    (row,) = office.obligations()
    return row


def tick(office: Office) -> None:
    office.wait(seconds=6)


def test_a_deputy_owes_it_while_somebody_is_away(
    office: Office, team: Team, of_tomas: Obligation
) -> None:
    team.away("Tomas Hartl", team.tomas, deputy=team.rosa, days=2)
    tick(office)
    assert team.owner() == (UNIT, team.rosa, "away")
    assert office.told()[-2:] == ["cancelled", "opened"]
    office.wait(days=2)
    assert team.owner() == (UNIT, team.tomas, "")
    office.wait(days=0.1)
    assert deeds_of(office, of_tomas) == ["transferred", "moved", "moved"]


def test_the_unit_owes_it_while_somebody_is_away_without_a_deputy(
    office: Office, team: Team, of_tomas: Obligation
) -> None:
    del of_tomas
    team.away("Tomas Hartl", team.tomas)
    tick(office)
    assert team.owner() == (UNIT, None, "away")


@pytest.mark.parametrize("how", ["disabled", "another unit"])
def test_the_unit_owes_what_somebody_who_left_owed(
    office: Office, team: Team, of_tomas: Obligation, how: str
) -> None:
    del of_tomas
    units = (OTHER,) if how == "another unit" else (UNIT,)
    team.member("Tomas Hartl", *units, member_id=team.tomas, active=how != "disabled")
    tick(office)
    assert team.owner() == (UNIT, None, "left")


def test_what_is_opened_later_is_owed_by_whoever_is_there(office: Office, team: Team) -> None:
    team.away("Tomas Hartl", team.tomas, deputy=team.rosa)
    one = book(office, accepted(office))
    del one
    (row,) = office.obligations()
    assert (row.debtor, row.named) == (UNIT, None)
    with team.decide() as work:
        actions.transfer(work, row.id, Seat(UNIT, team.tomas), WHY)
    assert team.owner("record-outcome") == (UNIT, team.rosa, "away")


def test_a_successor_owes_what_a_closed_unit_owed(office: Office, team: Team) -> None:
    names = requested(office)
    team.unit(UNIT, closed_from=team.today, successor=OTHER)
    tick(office)
    assert team.owner() == (OTHER, None, "closed")
    assert office.told() == ["opened", "cancelled", "opened"]
    (row,) = office.obligations()
    assert row.place == UNIT
    requested(office)
    assert {row.debtor for row in office.obligations()} == {OTHER}
    office.hear(ReferralAccepted(**names))
    assert office.owed() == ["answer-referral", "book-session"]


def test_it_moves_on_the_day_on_which_the_unit_closes(office: Office, team: Team) -> None:
    requested(office)
    team.unit(UNIT, closed_from=team.today + timedelta(days=1), successor=OTHER)
    tick(office)
    assert team.owner() == (UNIT, None, "")
    office.wait(days=1)
    assert team.owner() == (OTHER, None, "closed")


@pytest.mark.parametrize("how", ["closed", "nobody"])
def test_the_coordinator_owes_what_nobody_else_can_and_is_told_at_once(
    office: Office, team: Team, how: str
) -> None:
    requested(office)
    if how == "closed":
        team.unit(UNIT, closed_from=team.today)
    else:
        for member_id in (team.tomas, team.rosa):
            team.member("Gone", UNIT, member_id=member_id, active=False)
    tick(office)
    assert team.owner() == ("coordinator", None, how)
    told = ["opened", "cancelled", "opened", "tell-coordinator"]
    assert office.told() == told
    assert [row.told for row in office.obligations()] == [True]
    tick(office)
    assert office.told() == told
    requested(office)
    assert office.told() == [*told, "opened", "tell-coordinator"]
    with office.look() as work:
        assert problems(work) == []


def test_a_unit_owes_it_again_when_somebody_works_there_again(office: Office, team: Team) -> None:
    requested(office)
    for member_id in (team.tomas, team.rosa):
        team.member("Gone", UNIT, member_id=member_id, active=False)
    tick(office)
    team.member("Ada New", UNIT)
    tick(office)
    assert team.owner() == (UNIT, None, "")
    (row,) = office.obligations()
    assert not row.told
    assert office.told()[-2:] == ["cancelled", "opened"]


def test_what_rests_moves_without_a_word(office: Office, team: Team, of_tomas: Obligation) -> None:
    with team.decide() as work:
        day = team.today + timedelta(days=5)
        actions.pause_until(work, of_tomas.id, day, "The patient is away.")
    said = office.told()
    team.member("Tomas Hartl", UNIT, member_id=team.tomas, active=False)
    tick(office)
    assert team.owner() == (UNIT, None, "left")
    assert office.told() == said


def test_what_is_taken_back_is_owed_by_whoever_owes_it_now(
    office: Office, team: Team, of_tomas: Obligation
) -> None:
    with team.decide() as work:
        actions.settle(work, of_tomas.id, "By telephone.")
    said = office.told()
    team.member("Tomas Hartl", UNIT, member_id=team.tomas, active=False)
    tick(office)
    with team.decide() as work:
        actions.take_back(work, of_tomas.id)
    assert team.owner() == (UNIT, None, "left")
    assert office.told() == [*said, "opened"]
    assert str(team.tomas) not in last_said(office)
    assert deeds_of(office, of_tomas) == ["transferred", "done", "moved", "undone"]


def test_a_step_goes_to_nobody_who_has_left_at_this_moment(
    office: Office, team: Team, of_tomas: Obligation
) -> None:
    said = office.told()
    team.member("Tomas Hartl", UNIT, member_id=team.tomas, active=False)
    climb(office, days=4)
    assert office.told() == [*said, "cancelled", "opened", "remind"]
    assert str(team.tomas) not in last_said(office)
    assert deeds_of(office, of_tomas) == ["transferred", "moved"]


def test_a_coordinator_who_has_just_got_it_is_told_once(office: Office, team: Team) -> None:
    requested(office)
    for member_id in (team.tomas, team.rosa):
        team.member("Gone", UNIT, member_id=member_id, active=False)
    climb(office, days=10)
    assert team.owner() == ("coordinator", None, "nobody")
    assert office.told().count("tell-coordinator") == 1
    assert [row.told for row in office.obligations()] == [True]


def test_it_stays_told_when_only_the_reason_is_another(office: Office, team: Team) -> None:
    requested(office)
    for member_id in (team.tomas, team.rosa):
        team.member("Gone", UNIT, member_id=member_id, active=False)
    tick(office)
    said = office.told()
    team.unit(UNIT, closed_from=team.today)
    tick(office)
    assert team.owner() == ("coordinator", None, "closed")
    assert [row.told for row in office.obligations()] == [True]
    assert office.told() == said


def climb(office: Office, days: int) -> None:
    """The clock takes a step before it has looked at whoever owes what today."""
    office.clock.move(days=days)
    with office.running.work() as work:
        assert actions.escalate_next(work)


def last_said(office: Office) -> str:
    """What the office announced last, as it travels."""
    with office.look() as work:
        return str(work.all(select(EventRow.body).order_by(col(EventRow.id)))[-1])


def test_many_are_looked_at_in_pieces(office: Office, team: Team) -> None:
    count = 5
    for _ in range(count):
        requested(office)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.coordinator.actions.redrawing.AT_ONCE", 2)
        team.unit(UNIT, closed_from=team.today, successor=OTHER)
        tick(office)
    assert [row.debtor for row in office.obligations()] == [OTHER] * count
    assert office.told() == ["opened"] * count + ["cancelled", "opened"] * count


FRIDAYS = tuple(Opening(weekday=day, opens=time(9), closes=time(16)) for day in (0, 2, 4))


def test_the_ladder_counts_the_days_of_the_unit(office: Office, team: Team) -> None:
    """Open on Mondays, Wednesdays and Fridays: three working days are a week."""
    team.unit(UNIT, opening=FRIDAYS)
    tick(office)
    requested(office)
    (row,) = office.obligations()
    assert row.due_at == datetime(2026, 11, 30, 15, tzinfo=UTC)
    assert row.next_at == datetime(2026, 11, 30, 8, tzinfo=UTC)


def test_a_changed_calendar_moves_what_is_open_and_only_the_future(
    office: Office, team: Team
) -> None:
    requested(office)
    office.wait(days=4)  # Friday: the first step was taken on Thursday, its due time has passed
    (before,) = office.obligations()
    assert before.taken == 1
    since = team.today - timedelta(days=3)  # said late: it was closed when it was due
    closed = Closure(begins=since, ends=team.today + timedelta(days=30))
    team.unit(UNIT, closures=(closed,))
    tick(office)
    (after,) = office.obligations()
    assert after.due_at == before.due_at
    assert after.next_at
    assert after.next_at.date() > closed.ends
    assert office.told() == ["opened", "remind"]
    team.unit(UNIT)
    tick(office)
    (again,) = office.obligations()
    assert again.next_at == before.next_at


def test_a_step_that_would_have_been_is_taken_once_and_nothing_moves_into_the_past(
    office: Office, team: Team
) -> None:
    team.unit(UNIT, opening=FRIDAYS)
    requested(office)
    office.clock.set(datetime(2026, 11, 27, 12, tzinfo=UTC))
    office.wait(seconds=0)
    team.unit(UNIT)  # by all working days it would have been due on Thursday
    tick(office)
    (row,) = office.obligations()
    assert row.due_at >= datetime(2026, 11, 27, 12, tzinfo=UTC)
    assert office.told() == ["opened", "remind"]
    tick(office)
    assert office.told() == ["opened", "remind"]


def test_other_units_keep_their_dates(office: Office, team: Team) -> None:
    requested(office)
    (before,) = office.obligations()
    team.unit(OTHER, opening=FRIDAYS)
    tick(office)
    (after,) = office.obligations()
    assert (after.due_at, after.next_at) == (before.due_at, before.next_at)


def test_a_transfer_counts_the_days_of_the_new_unit(office: Office, team: Team) -> None:
    team.unit(OTHER, opening=FRIDAYS)
    tick(office)
    requested(office)
    (row,) = office.obligations()
    with team.decide() as work:
        actions.transfer(work, row.id, Seat(OTHER), WHY)
    (row,) = office.obligations()
    assert row.due_at == datetime(2026, 11, 30, 15, tzinfo=UTC)
