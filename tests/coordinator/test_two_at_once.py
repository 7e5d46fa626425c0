"""Two people, or a person, an event and the clock, decide at once: the second sees the first."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from services.coordinator import actions
from services.coordinator.rules.owners import Seat
from services.coordinator.tables import Obligation
from shared import faults
from shared.errors import RuleBroken
from shared.events import Identity, PatientUpdated, ReferralAccepted, ReferralUpdated
from shared.identifiers import new_id
from tests.coordinator.office import ASKER, UNIT, Office
from tests.coordinator.team import Team
from tests.coordinator.test_obligations import requested
from tests.surroundings import POSTGRES

WHY = "They are short of people."


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator["Both"]:
    """The office on a file, and on a server where two transactions really run side by side."""
    if request.param == "sqlite":
        office = Office(tmp_path)
        yield Both(office, None)
        office.close()
        return
    prefix = f"relais_{new_id().hex}_"
    with closing(psycopg.connect(POSTGRES, autocommit=True)) as server:
        server.execute(f'create schema "{prefix}coordinator"')
        office = Office(tmp_path, f"{POSTGRES}?options=-csearch_path%3D{prefix}{{service}}")
        yield Both(office, server)
        office.close()
        server.execute(f'drop schema "{prefix}coordinator" cascade')


class Both:
    """The office, and what happens between the first one's last word and its commit."""

    def __init__(self, office: Office, server: psycopg.Connection | None) -> None:
        self.office, self._server = office, server
        self.team = Team(office)

    @contextmanager
    def comes_up(self, second: Callable[[], object]) -> Iterator[None]:
        """Before the first one commits, the second one comes up to it: it waits, or passes by."""
        other = threading.Thread(target=second)

        def before_commit(point: str) -> None:
            if point == "work.before-commit" and not other.ident:
                other.start()
                while other.is_alive() and not self._waits():
                    pass

        faults.install(before_commit)
        try:
            yield
        finally:
            faults.install(None)
            other.join()

    def _waits(self) -> bool:
        """Whether anybody of ours waits; with a file the second cannot even begin."""
        if self._server is None:
            return True
        asked = """select exists (
            select from pg_stat_activity
            where cardinality(pg_blocking_pids(pid)) > 0 and query ~ 'obligation|redrawing'
        )"""
        row = self._server.execute(asked).fetchone()
        return bool(row and row[0])

    def the_row(self) -> Obligation:
        (row,) = self.office.obligations("open", "paused", "settled")
        return row


def refused(act: Callable[[], object]) -> str:
    """Why it was refused; empty when it was done."""
    try:
        act()
    except RuleBroken as refusal:
        return str(refusal)
    return ""


def test_of_two_coordinators_the_second_is_told_what_the_first_did(both: Both) -> None:
    requested(both.office)
    row, said = both.the_row(), list[str]()

    def dismiss() -> None:
        with both.team.decide() as work:
            actions.dismiss(work, row.id, "Not needed.", row.version)

    with both.comes_up(lambda: said.append(refused(dismiss))), both.team.decide() as work:
        actions.transfer(work, row.id, Seat(UNIT, both.team.rosa), WHY, row.version)
    assert said == [
        "Claire Morvan gave this to somebody else at Mon 23 Nov 09:00, "
        "after you opened this page. Look again."
    ]
    assert both.the_row().state == "open"


def test_what_is_met_at_this_moment_climbs_no_further(both: Both) -> None:
    names = requested(both.office)
    both.office.clock.move(days=4)
    with both.office.running.work() as work:
        actions.redraw_next(work)

    def climb() -> None:
        with both.office.running.work() as work:
            actions.escalate_next(work)

    with both.comes_up(climb):
        both.office.hear(ReferralAccepted(**names))
    told = both.office.told()
    assert told == ["opened", "met", "opened"]
    (met,) = both.office.obligations("met")
    assert (met.next_at, met.taken) == (None, 0)


def test_what_climbs_at_this_moment_is_met_after_it(both: Both) -> None:
    names = requested(both.office)
    both.office.clock.move(days=4)
    with (
        both.comes_up(lambda: both.office.hear(ReferralAccepted(**names))),
        both.office.running.work() as work,
    ):
        actions.escalate_next(work)
    assert both.office.told() == ["opened", "remind", "met", "opened"]
    (met,) = both.office.obligations("met")
    assert (met.next_at, met.taken) == (None, 1)


def test_what_a_person_settles_at_this_moment_is_not_met_twice(both: Both) -> None:
    names = requested(both.office)
    row = both.the_row()
    with (
        both.comes_up(lambda: both.office.hear(ReferralAccepted(**names))),
        both.team.decide() as work,
    ):
        actions.settle(work, row.id, "By telephone.")
    assert both.office.told() == ["opened", "met", "opened"]


def test_what_ends_at_this_moment_is_not_taken_back(both: Both) -> None:
    names = requested(both.office)
    row, said = both.the_row(), list[str]()
    with both.team.decide() as work:
        actions.settle(work, row.id, "By telephone.")

    def take_back() -> None:
        with both.team.decide() as work:
            actions.take_back(work, row.id)

    with both.comes_up(lambda: said.append(refused(take_back))):
        both.office.hear(ReferralAccepted(**names))
    assert said == ["Nobody did anything with this, or what it was about has ended since."]
    assert both.office.owed() == ["book-session"]


def test_two_clocks_resume_once(both: Both) -> None:
    requested(both.office)
    row = both.the_row()
    with both.team.decide() as work:
        actions.pause_until(work, row.id, both.team.today + timedelta(days=1), "On holiday.")
    both.office.clock.move(days=2)

    def resume() -> None:
        with both.office.running.work() as work:
            actions.resume_next(work)

    with both.comes_up(resume):
        resume()
    assert both.office.told() == ["opened", "cancelled", "opened"]


def test_two_clocks_move_an_owner_once(both: Both) -> None:
    requested(both.office)
    both.team.unit(UNIT, closed_from=both.team.today, successor=ASKER)

    def redraw() -> None:
        with both.office.running.work() as work:
            actions.redraw_next(work)

    with both.comes_up(redraw):
        redraw()
    redraw()
    redraw()
    assert both.office.told() == ["opened", "cancelled", "opened"]


def test_news_wait_for_a_transfer_and_leave_it(both: Both) -> None:
    names = requested(both.office)
    row = both.the_row()
    said = both.office.request(names)
    words = said.model_dump(include={"identity", "details"})
    same = ReferralUpdated(**names, urgency="routine", reason_code="", **words)
    with (
        both.comes_up(lambda: both.office.hear(same, source=ASKER)),
        both.team.decide() as work,
    ):
        actions.transfer(work, row.id, Seat(UNIT, both.team.rosa), WHY)
    assert both.the_row().debtor_member == both.team.rosa


def test_what_is_owed_again_when_the_patient_dies_ends_for_everybody(both: Both) -> None:
    names = requested(both.office)
    row = both.the_row()
    with both.team.decide() as work:
        actions.pause_until(work, row.id, both.team.today + timedelta(days=1), "On holiday.")
    identity = both.office.seal(Identity(family="Lefèvre"), names["patient_id"])
    died = PatientUpdated(patient_id=names["patient_id"], identity=identity, status="deceased")
    with both.comes_up(lambda: both.office.hear(died, source=ASKER)), both.team.decide() as work:
        actions.resume_now(work, row.id)
    assert both.office.told() == ["opened", "cancelled", "opened", "cancelled"]
    assert both.office.owed("open", "paused") == []
