"""Something is done at the moment at which its mail is taken to be sent: the ledger stays true."""

from datetime import timedelta

import psycopg
import pytest
from sqlmodel import col, select

from services.reminders import actions
from services.reminders.tables import Mail, Matter
from shared.access.tables import Member
from shared.events import ObligationMet, ObligationOpened
from shared.identifiers import new_id
from shared.mail import Accepted
from shared.running import RunningService
from tests.clinic import MONDAY
from tests.discipline.test_two_at_once import comes_up
from tests.reminders.test_taken_while_it_changes import hear, reminders, server

__all__ = ["reminders", "server"]
pytestmark = pytest.mark.postgres


def test_a_mail_that_went_is_not_called_withdrawn(
    reminders: RunningService, server: psycopg.Connection
) -> None:
    with reminders.work() as work:
        work.add(Member(id=new_id(), name="Tomas Hartl", email="t@clinic.example", units=["x"]))
    about = {
        **{name: new_id() for name in ("patient_id", "obligation_id", "subject")},
        **{"what": "acknowledge-concern", "debtor": "x", "creditor": "pain_physician"},
    }
    opened = {**about, "since": MONDAY, "due_at": MONDAY + timedelta(hours=1), "urgent": True}
    hear(reminders, ObligationOpened.model_validate(opened), 1)
    done = ObligationMet.model_validate(about)
    with comes_up(server, lambda: hear(reminders, done, 2)), reminders.work() as work:
        (taken,) = actions.claim(work) or []
    with reminders.look() as work:
        assert work.first(select(Matter.open)) is False
        assert not actions.may_still_go(work, taken), "if it has not gone yet, it does not go"
    with reminders.work() as work:
        actions.record(work, [(taken, Accepted("250"))])
    with reminders.look() as work:
        mail = work.first(select(Mail).order_by(col(Mail.id)))
        assert (mail.state, mail.server_words) == ("accepted", "250")
