"""The red list: what no clock and no mail moves, and the check that nothing else is stuck."""

from datetime import timedelta

import pytest
from sqlmodel import select

from services.coordinator import actions
from services.coordinator.actions.watching import problems, red_list
from services.coordinator.rules.red import GRACE, LATE_STEP, NO_DATE, TOLD, WRONG_OWNER
from services.coordinator.tables import Obligation
from shared.events import ReferralHeld
from tests.coordinator.office import UNIT, Office
from tests.coordinator.team import Team
from tests.coordinator.test_obligations import requested


@pytest.fixture
def team(office: Office) -> Team:
    return Team(office)


def reds(office: Office) -> list[str]:
    with office.look() as work:
        return [red.why for red in red_list(work)]


def faults(office: Office) -> int:
    with office.look() as work:
        return len(problems(work))


def test_nothing_is_red_at_first_and_after_the_ladder_it_is(office: Office, team: Team) -> None:
    del team
    requested(office)
    assert reds(office) == []
    office.wait(days=10)
    assert reds(office) == [TOLD]
    assert faults(office) == 0


def test_a_step_that_nobody_takes_is_red_after_the_grace(office: Office, team: Team) -> None:
    del team
    requested(office)
    (row,) = office.obligations()
    assert row.next_at
    office.clock.set(row.next_at + GRACE)
    assert reds(office) == []
    office.clock.move(seconds=1)
    assert reds(office) == [LATE_STEP]


def test_what_rests_by_a_person_has_a_date(office: Office, team: Team) -> None:
    requested(office)
    (row,) = office.obligations()
    with team.decide() as work:
        actions.pause_until(work, row.id, team.today + timedelta(days=9), "On holiday.")
    assert (reds(office), faults(office)) == ([], 0)


def test_what_waits_for_a_question_that_was_ended_is_red(office: Office, team: Team) -> None:
    """The question is settled by telephone, and nobody says so in Relais: the referral stands."""
    names = requested(office)
    office.hear(ReferralHeld(**names, question=office.note("Metal?", names["patient_id"])))
    assert (reds(office), faults(office)) == ([], 0)
    (question,) = office.obligations()
    with team.decide() as work:
        actions.settle(work, question.id, "Answered by telephone.")
    assert (reds(office), faults(office)) == ([NO_DATE], 1)


def test_a_wrong_owner_is_a_fault_once_owners_were_looked_at(office: Office, team: Team) -> None:
    requested(office)
    with office.running.work() as work:
        row = work.first(select(Obligation))
        row.debtor_member = team.nora
    assert reds(office) == [WRONG_OWNER]
    assert faults(office) == 1
    team.member("Ada New", UNIT)  # now they are looked at again: it is on its way
    assert faults(office) == 0
    office.wait(seconds=6)
    assert (reds(office), faults(office)) == ([], 0)


def test_a_lost_date_is_a_fault(office: Office, team: Team) -> None:
    del team
    requested(office)
    with office.running.work() as work:
        work.first(select(Obligation)).next_at = None
    assert (reds(office), faults(office)) == ([NO_DATE], 1)
