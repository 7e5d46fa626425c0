"""Two people change a member or a unit at the same moment: nothing of either gets lost."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from sqlmodel import col, select

from services.accounts import actions
from services.accounts.rules.units import Plan
from shared.access.tables import Member
from shared.access.viewer import Viewer
from shared.backbone.tables import EventRow
from shared.errors import RuleBroken
from shared.events import Absence
from shared.running import RunningService
from tests.discipline.test_two_at_once import comes_up
from tests.side_by_side import service_alone
from tests.surroundings import POSTGRES

pytestmark = pytest.mark.postgres
TOMAS, UNIT = UUID(int=1), "rtms_unit"


@pytest.fixture
def server() -> Iterator[psycopg.Connection]:
    """A connection that sees who waits for whom."""
    with closing(psycopg.connect(POSTGRES, autocommit=True)) as connection:
        yield connection


@pytest.fixture
def accounts(server: psycopg.Connection, tmp_path: Path) -> Iterator[RunningService]:
    with service_alone("accounts", server, tmp_path) as running:
        with running.work() as work:
            member = Member(id=TOMAS, name="Tomas Hartl", email="tomas@centre.example")
            member.roles, member.units = ["rtms_operator"], [UNIT]
            work.add(member)
        yield running


def test_a_leave_is_told_although_the_same_member_chooses_a_language(
    accounts: RunningService, server: psycopg.Connection
) -> None:
    def choose() -> None:
        viewer = Viewer(TOMAS, "Tomas Hartl", frozenset({"rtms_operator"}), frozenset({UNIT}))
        with accounts.work(viewer=viewer) as work:
            actions.choose(work, language="fr")

    with comes_up(server, choose), accounts.work() as work:
        first = work.today + timedelta(days=1)
        actions.enter_absence(work, TOMAS, Absence(begins=first, ends=first))
    last = bodies(accounts)[-1]
    assert '"language":"fr"' in last
    assert f'"begins":"{first}"' in last


def test_two_who_describe_a_unit_for_the_first_time_do_so_one_after_the_other(
    accounts: RunningService, server: psycopg.Connection
) -> None:
    said = list[str]()

    def describe() -> None:
        try:
            with accounts.work() as work:
                seen = actions.preview(work, UNIT, Plan(public_holidays=False)).seen
                actions.change_unit(work, UNIT, Plan(public_holidays=False), seen)
        except RuleBroken as refused:
            said.append(str(refused))

    with comes_up(server, describe), accounts.work() as work:
        actions.change_unit(work, UNIT, Plan(zone="Europe/Lisbon"))
    assert said == ["The unit was changed meanwhile. Please look at the preview again."]
    assert len(bodies(accounts)) == 1


def bodies(accounts: RunningService) -> list[str]:
    """What was announced, oldest first."""
    with accounts.look() as work:
        return list(work.all(select(EventRow.body).order_by(col(EventRow.id))))
