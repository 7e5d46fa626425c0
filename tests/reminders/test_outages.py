"""Relais was away, or its clock jumped: nothing is lost or told twice, and nobody is flooded."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from services.reminders.tables import ClockReading, Hold, Reminder
from shared.mail import MailDeferred
from tests.reminders.post import LATER, Post


def reasons(post: Post) -> list[str]:
    return [told["reason_code"] for told in post.told("reminder.failed")]


def nothing_is_doubtful(post: Post) -> bool:
    with post.clinic.look("reminders") as work:
        return work.first(select(Hold)) is None


@pytest.mark.parametrize("away", [timedelta(minutes=7), timedelta(hours=3), timedelta(hours=8)])
def test_after_a_short_outage_each_mail_goes_once_and_says_how_late(
    post: Post, away: timedelta
) -> None:
    post.owes()
    post.owes("acknowledge-concern", urgent=True)
    post.clinic.clock.move(seconds=away.total_seconds())
    for _ in range(3):
        post.tick()
    assert len(post.sent) == 2
    assert reasons(post) == []
    page = post.clinic.http(post.clinic.coordinator).get("/reminders/mails").text
    assert (" min late" in page) is (away < timedelta(hours=2))
    assert (" h late" in page) is (away >= timedelta(hours=2))


def test_after_an_outage_of_days_each_gets_one_mail_and_the_coordinator_is_told(post: Post) -> None:
    """F3: what is past is no flood; what is owed now is one mail, and marked as missed."""
    post.clinic.clock.set(post.clinic.now.replace(hour=21))
    single, daily = post.owes(due_in=timedelta(hours=1)), post.owes(due_in=LATER)
    assert sorted(mail.kind for mail in post.mails) == ["digest", "single"]
    ended = post.owes("plan-next", due_in=LATER)
    post.clinic.clock.move(days=7, hours=12)
    post.done(ended)
    for _ in range(3):
        post.tick()
    assert [message.subject for message in post.sent] == ["Today: 2 things wait for you"]
    told = {told["obligation_id"] for told in post.told("reminder.failed")}
    assert (set(reasons(post)), told) == ({"missed"}, {str(single), str(daily)})
    assert {told["obligation_id"] for told in post.told("reminder.sent")} == told
    with post.clinic.look("reminders") as work:
        missed = [row for row in work.all(select(Reminder)) if row.missed_at]
    assert len(missed) == 2
    post.morning()
    assert len(post.sent) == 1


def test_an_outage_of_weeks_sends_what_is_urgent_and_still_open(post: Post) -> None:
    open_one, ended = (post.owes("acknowledge-concern", urgent=True) for _ in range(2))
    post.clinic.clock.move(days=30)
    post.done(ended)
    post.tick()
    assert len(post.sent) == 1
    assert reasons(post) == ["missed"]
    assert post.told("reminder.sent")[0]["obligation_id"] == str(open_one)


def test_a_mail_server_that_was_away_for_days_gets_one_daily_mail(post: Post) -> None:
    post.clinic.mailer.answers = [MailDeferred("421 closed")] * 200
    for _ in range(2):
        post.owes(due_in=timedelta(days=9))
        post.morning()
        for _ in range(8):
            post.clinic.wait(hours=1)
    post.clinic.mailer.answers = []
    post.owes(due_in=timedelta(days=9))
    post.morning()
    assert [message.subject for message in post.sent] == ["Today: 3 things wait for you"]
    for _ in range(5):
        post.clinic.wait(hours=1)
    assert len(post.sent) == 1
    assert sorted(post.states) == ["accepted", "cancelled", "cancelled"]


def test_what_waited_for_days_because_of_us_is_tried_as_often_as_any_other(post: Post) -> None:
    post.owes("acknowledge-concern", urgent=True, due_in=timedelta(hours=1))
    post.clinic.clock.move(hours=60)
    post.clinic.mailer.answers = [MailDeferred("450 try later")] * 2
    post.tick()
    assert post.states == ["deferred"]
    post.clinic.wait(minutes=1)
    post.clinic.wait(minutes=5)
    assert post.states == ["accepted"]
    assert reasons(post) == ["missed"]


def test_a_clock_that_jumps_far_ahead_holds_all_mails_until_somebody_says_so(post: Post) -> None:
    post.tick()
    post.owes(due_in=LATER)
    post.clinic.clock.jump(days=400)
    post.owes("acknowledge-concern", urgent=True)
    post.tick()
    post.clinic.wait(hours=1)
    assert post.sent == []
    coordinator = post.clinic.http(post.clinic.coordinator)
    for address in ("/reminders/mails", "/reminders/notices"):
        assert "Mails are held back." in coordinator.get(address).text
    operator = post.clinic.http(post.clinic.operator)
    assert "held back" not in operator.get("/reminders/notices").text
    assert operator.post("/reminders/api/mails/release").status_code == 403
    assert operator.post("/reminders/mails/release").status_code == 403
    post.tick()
    assert post.sent == []
    with post.clinic.team["reminders"].work() as work:  # another worker noted it as well
        work.add(Hold(since=post.clinic.now, jumped_hours=9600))
    resent = coordinator.post(f"/reminders/mails/{post.mails[0].id}/resend")
    assert (
        "Mails are held back: it goes as soon as"
        in coordinator.get(resent.headers["location"]).text
    )
    assert coordinator.post("/reminders/mails/release").status_code == 303
    assert coordinator.post("/reminders/api/mails/release").status_code == 409
    post.tick()
    assert any(message.subject.startswith("Urgent") for message in post.sent)
    assert "held back" not in coordinator.get("/reminders/notices").text


def test_a_house_that_stood_still_is_not_taken_for_a_jump(post: Post) -> None:
    post.tick()
    post.clinic.clock.move(days=400)
    post.tick()
    assert nothing_is_doubtful(post)


@pytest.mark.parametrize("back", [timedelta(seconds=1), timedelta(hours=1), timedelta(days=3650)])
def test_a_clock_that_is_put_back_sends_nothing_twice_and_keeps_nothing_waiting(
    post: Post, back: timedelta
) -> None:
    post.clinic.mailer.answers = [MailDeferred("451 later")]
    post.owes("acknowledge-concern", urgent=True)
    sent = post.owes("acknowledge-concern", urgent=True)
    post.tick()
    assert (sorted(post.states), len(post.sent)) == (["accepted", "deferred"], 1)
    post.clinic.clock.jump(seconds=-back.total_seconds())
    for _ in range(3):
        post.clinic.wait(minutes=1)
    assert (post.states, len(post.sent)) == (["accepted", "accepted"], 2)
    assert len({message.message_id for message in post.sent}) == 2
    assert len(post.told("reminder.sent")) == 2
    assert sent


def test_a_machine_that_begins_anew_with_the_right_clock_hurries_what_the_wrong_one_put_off(
    post: Post,
) -> None:
    post.tick()
    right = post.clinic.now
    post.clinic.clock.move(days=30)
    post.clinic.mailer.answers = [MailDeferred("451 later")]
    post.owes("acknowledge-concern", urgent=True)
    post.tick()
    assert post.states == ["deferred"]
    with post.clinic.team["reminders"].work() as work:
        for known in work.all(select(ClockReading)):
            work.session.delete(known)  # a start of the machine that nobody has seen yet
    post.clinic.clock.set(right)
    post.tick()
    assert post.states == ["accepted"]


def test_a_step_back_in_the_night_of_the_clock_change_brings_no_second_mail(post: Post) -> None:
    """NTP puts the clock back by an hour at 2:59, when summer time ends as well."""
    post.clinic.clock.set(datetime(2026, 10, 23, 18, 0, tzinfo=UTC))
    post.owes(due_in=LATER)
    post.clinic.clock.set(datetime(2026, 10, 25, 0, 59, tzinfo=UTC))
    post.tick()
    post.clinic.clock.jump(hours=-1)
    for _ in range(60):
        post.clinic.clock.move(hours=1)
        post.tick()
    assert len(post.sent) == 1
    assert post.mails[0].sent_at == datetime(2026, 10, 26, 6, 59, tzinfo=UTC)
