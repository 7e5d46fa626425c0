"""Each day what was asked for is compared with the ledger, and a difference is an alarm."""

from datetime import timedelta

import pytest
from sqlmodel import col, delete, select, update

from services.reminders import actions
from services.reminders.tables import Mail, Matter, Reconciliation, Reminder
from shared.mail import MailDeferred, MailRefused
from tests.reminders.post import LATER, Post


def compared(post: Post) -> Reconciliation:
    """At noon of the next day."""
    post.morning()
    post.clinic.wait(hours=5)
    with post.clinic.look("reminders") as work:
        found = actions.newest(work)
        assert found is not None
        work.session.expunge_all()
    return found


def numbers(found: Reconciliation) -> tuple[int, int, int, int]:
    return found.expected, found.told, found.waiting, found.failed


def test_what_is_told_waits_or_has_failed_agrees(post: Post) -> None:
    post.clinic.mailer.answers = [MailRefused("550")]
    post.owes("acknowledge-concern", urgent=True, debtor="psychologist")
    post.tick()
    post.owes()
    post.owes("follow-up")
    post.done(post.owes())
    post.clinic.wait(hours=1)
    post.clinic.mailer.answers = [MailDeferred("451")] * 9
    post.owes("plan-next", debtor="pain_physician", due_in=LATER)
    found = compared(post)
    assert numbers(found) == (3, 1, 1, 1)
    assert (found.absent, found.overdue, found.after_end) == (0, 0, 0)
    page = post.clinic.http(post.clinic.coordinator)
    assert "Matters that somebody was to be told of" in page.get("/reminders/mails").text
    assert page.get("/reminders/notices").text.strip() == ""
    assert page.get("/reminders/api/mails/comparison").json()["expected"] == 3


@pytest.mark.parametrize("lost", ["absent", "overdue", "after_end"])
def test_a_difference_is_an_alarm(post: Post, lost: str) -> None:
    obligation = post.owes()
    post.clinic.wait(minutes=10)
    with post.clinic.team["reminders"].work() as work:
        if lost == "absent":
            work.session.execute(delete(Reminder))
        elif lost == "overdue":
            late = work.now - timedelta(hours=2)
            work.session.execute(update(Mail).values(next_try_at=late, state="due"))
            work.session.execute(update(Mail).values(next_try_at=late))
        else:
            ended = work.now - timedelta(hours=1)
            of_matter = update(Matter).where(col(Matter.obligation_id) == obligation)
            work.session.execute(of_matter.values(open=False, closed_at=ended))
        found = actions.compare(work)
    assert getattr(found, lost) == 1
    coordinator = post.clinic.http(post.clinic.coordinator)
    assert "do not agree" in coordinator.get("/reminders/notices").text
    assert "do not agree" in coordinator.get("/reminders/mails").text


def test_it_is_compared_once_a_day(post: Post) -> None:
    post.owes()
    for _ in range(3):
        compared(post)
        post.tick()
    with post.clinic.look("reminders") as work:
        days = work.all(select(Reconciliation.day))
    assert len(days) == len(set(days)) == 3
