"""A mail that is sent at once, or twice in a day, never stands in the way of the daily one."""

from datetime import time
from uuid import UUID

import pytest

from shared.mail import MailDeferred, MailUncertain
from tests.reminders.post import LATER, Post, when_it_comes_to
from tests.reminders.test_daily import changed, subjects, wishes


def send_now(post: Post, mail_id: UUID) -> int:
    browser = post.clinic.http(post.clinic.coordinator)
    return browser.post(f"/reminders/api/mails/{mail_id}/resend").status_code


@pytest.mark.timeout(60)  # a plan that finds no daily mail to go with looks for ever
def test_more_may_wait_for_the_morning_while_the_last_daily_mail_is_sent_now(post: Post) -> None:
    for what in ("answer-referral", "plan-next"):
        post.owes(what, due_in=LATER)
    assert send_now(post, post.mails[0].id) == 200
    post.owes("report-back", due_in=LATER)
    post.tick()
    assert subjects(post) == ["2 things wait for you"]
    assert post.sent[0].unsubscribe == ""
    post.morning()
    assert subjects(post) == ["2 things wait for you", "Something new waits for you"]
    assert [mail.kind for mail in post.mails] == ["single", "digest"]


def test_tomorrows_daily_mail_is_sent_now_after_that_of_today_went(post: Post) -> None:
    post.owes(due_in=LATER)
    post.morning()
    post.owes(due_in=LATER)
    assert send_now(post, post.mails[1].id) == 200
    post.tick()
    assert post.states == ["accepted", "accepted"]
    assert [mail.kind for mail in post.mails] == ["digest", "single"]


def test_a_daily_mail_that_was_put_off_and_is_sent_now_stays_that_of_its_day(post: Post) -> None:
    post.clinic.mailer.answers = [MailDeferred("451 later")]
    post.owes(due_in=LATER)
    post.morning()
    assert send_now(post, post.mails[0].id) == 200
    post.tick()
    mail = post.mails[0]
    assert (mail.kind, mail.state, mail.digest_on) == ("digest", "accepted", post.clinic.now.date())


def test_a_daily_mail_that_is_given_back_gives_way_to_one_that_was_begun_meanwhile(
    post: Post,
) -> None:
    ended, left = post.owes(due_in=LATER), post.owes("plan-next", due_in=LATER)
    post.owes(debtor="psychologist", due_in=LATER)

    def meanwhile() -> None:
        post.done(ended)
        post.owes("report-back", due_in=LATER)
        post.clinic.settle()

    with when_it_comes_to("mail.claimed", meanwhile):
        post.morning()
    post.tick()
    assert left
    assert sorted(post.receivers) == ["Nora Benali", "Tomas Hartl"]
    assert subjects(post).count("Today: 2 things wait for you") == 1
    assert "sending" not in post.states


def test_one_in_doubt_and_the_next_are_not_both_the_mail_of_one_day(post: Post) -> None:
    post.clinic.mailer.answers = [MailUncertain("lost")]
    post.owes(due_in=LATER)
    post.morning()
    assert post.states == ["uncertain"]
    changed(post, post.clinic.operator, mails=wishes(digest_at=time(8)))
    post.owes("plan-next", due_in=LATER)
    post.clinic.wait(minutes=30)
    assert post.states == ["accepted", "due"]
    post.morning()
    post.clinic.wait(minutes=30)
    assert post.states == ["accepted", "accepted"]
    days = [mail.digest_on for mail in post.mails]
    assert None not in days
    assert len(set(days)) == 2
