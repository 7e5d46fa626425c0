"""Two at the same moment: a mail is sent now while another takes it in, a button pressed twice."""

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from sqlmodel import col, select

from services.reminders import actions
from services.reminders.actions.acknowledging import take_care
from services.reminders.tables import DIGEST, SINGLE, Mail, Matter, Reminder
from shared.access.tables import Member
from shared.access.viewer import COORDINATOR, Viewer
from shared.backbone.tables import EventRow
from shared.errors import NotFound, RuleBroken
from shared.identifiers import new_id
from shared.running import RunningService
from tests.clinic import MONDAY
from tests.discipline.test_two_at_once import comes_up, server
from tests.reminders.test_taken_while_it_changes import reminders

__all__ = ["reminders", "server"]
pytestmark = pytest.mark.postgres


def waiting(reminders: RunningService, reader: UUID, kind: str, after: timedelta) -> Reminder:
    """A mail that reminds this member of one thing, and goes after this time."""
    matter = Matter(
        obligation_id=new_id(),
        patient_id=new_id(),
        what="plan-next",
        debtor="rtms_unit",
        creditor="pain_physician",
        subject=new_id(),
        due_at=MONDAY + timedelta(days=3),
    )
    at = MONDAY + after
    mail = Mail(
        member_id=reader,
        kind=kind,
        wanted_at=at,
        next_try_at=at,
        created_at=MONDAY,
        changed_at=MONDAY,
    )
    line = Reminder(
        occurrence_key=new_id().hex,
        mail_id=mail.id,
        obligation_id=matter.obligation_id,
        patient_id=matter.patient_id,
        member_id=reader,
        step="opened",
        part="debtor",
    )
    for rows in ([matter, mail], [line]):
        with reminders.work() as work:
            work.session.add_all(rows)
    return line


@pytest.fixture
def reader(reminders: RunningService) -> Viewer:
    """Somebody of the unit, who is its coordinator as well."""
    member = Member(
        id=new_id(),
        name="Tomas Hartl",
        email="t@clinic.example",
        roles=[COORDINATOR],
        units=["rtms_unit"],
    )
    with reminders.work() as work:
        work.add(member)
    return Viewer(member.id, member.name, frozenset(member.roles), frozenset(member.units))


def test_a_mail_that_is_put_into_another_at_this_moment_is_not_there_to_be_sent(
    reminders: RunningService, server: psycopg.Connection, reader: Viewer
) -> None:
    waiting(reminders, reader.member_id, DIGEST, timedelta())
    alone = waiting(reminders, reader.member_id, SINGLE, timedelta(hours=1)).mail_id
    told: list[Exception] = []

    def send_now() -> None:
        try:
            with reminders.work(viewer=reader) as work:
                actions.resend(work, alone)
        except Exception as error:
            told.append(error)

    with comes_up(server, send_now), reminders.work() as work:
        (taken,) = actions.claim(work) or []
    assert [type(error) for error in told] == [NotFound]
    with reminders.look() as work:
        assert [mail.id for mail in work.all(select(Mail))] == [taken.mail_id]


def test_a_button_that_is_pressed_twice_at_once_counts_once(
    reminders: RunningService, server: psycopg.Connection, reader: Viewer
) -> None:
    line = waiting(reminders, reader.member_id, SINGLE, timedelta()).id
    told: list[Exception] = []

    def press() -> None:
        try:
            with reminders.work(viewer=reader) as work:
                take_care(work, line, 1)
        except RuleBroken as refusal:
            told.append(refusal)

    with comes_up(server, press), reminders.work(viewer=reader) as work:
        take_care(work, line, 1)
    assert len(told) == 1
    with reminders.look() as work:
        said = select(EventRow).where(col(EventRow.kind) == "reminder.acknowledged")
        assert len(work.all(said)) == 1
