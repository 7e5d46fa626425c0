"""A mail that is sent at once, or twice in a day, never stands in the way of the daily one."""

import shutil
from datetime import time
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import col, select

import services
from services.reminders.tables import DIGEST, SINGLE, Mail
from shared.database import insert_new
from shared.identifiers import new_id
from shared.mail import MailDeferred, MailUncertain
from shared.migrations import upgrade
from tests.clinic import MONDAY
from tests.migrations.bases import opened
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


def test_a_daily_mail_that_an_older_release_sent_at_once_becomes_a_mail_of_its_own(
    tmp_path: Path,
) -> None:
    service = next(one for one in services.load_all() if one.plate.name == "reminders")
    *others, own = service.migrations
    older = tmp_path / "older"
    shutil.copytree(own, older, ignore=shutil.ignore_patterns("f9c4936f6777_*", "__pycache__"))
    url = f"sqlite:///{tmp_path}/base"
    upgrade(url, [*others, str(older)])
    times = dict.fromkeys(("wanted_at", "next_try_at", "created_at", "changed_at"), MONDAY)
    mail = Mail.model_validate({**times, "kind": DIGEST, "member_id": new_id()})
    planned, asked = mail.model_copy(), mail.model_copy(update={"asked_by": new_id()})
    asked.id, planned.member_id = new_id(), new_id()
    with opened(url) as engine:
        with engine.begin() as connection:
            insert_new(connection, Mail, [planned.model_dump(), asked.model_dump()])
        assert upgrade(url, service.migrations)
        with engine.connect() as connection:
            found = connection.execute(select(col(Mail.id), col(Mail.kind)))
            kinds = {row[0]: row[1] for row in found}
    assert kinds == {planned.id: DIGEST, asked.id: SINGLE}
