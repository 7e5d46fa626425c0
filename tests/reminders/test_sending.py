"""What becomes of a mail: accepted, put off, refused, uncertain; and what a crash leaves behind."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from services.reminders.actions import letters
from services.reminders.jobs import send_due_mails
from services.reminders.rules import wording
from services.reminders.tables import Mail
from shared.access.tables import Member
from shared.mail import MailDeferred, MailRefused, MailUncertain, SmtpMailer
from shared.work import Work
from tests.mail_server import DROP, MailServer, mail_server
from tests.reminders.post import LATER, Post, power_cut


@pytest.fixture
def server(post: Post) -> Iterator[MailServer]:
    """A real mail server, that the mails go to."""
    with mail_server() as server:
        mailer = SmtpMailer(server.url, timeout=5)
        post.send_through(mailer)
        yield server
        mailer.close()


def text_of(mail: EmailMessage) -> str:
    """The plain words of a mail that has arrived."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_the_servers_words_are_kept(post: Post, server: MailServer) -> None:
    post.owes()
    post.tick()
    mail = post.mails[0]
    assert (mail.state, mail.server_words) == ("accepted", "250 2.0.0 queued as 4F")
    assert not mail.kept
    assert len(server.accepted) == 1


def test_one_batch_is_one_connection(post: Post, server: MailServer) -> None:
    for debtor in ("rtms_unit", "psychologist", "pain_physician"):
        post.owes(debtor=debtor)
    post.tick()
    assert (server.connections, len(server.accepted)) == (1, 3)


@pytest.mark.parametrize(
    ("command", "words"),
    [("MAIL", "451 later"), ("RCPT", "450 greylisted"), ("DATA", "452 4.2.2 mailbox full")],
)
def test_a_mail_that_is_put_off_goes_later(
    post: Post, server: MailServer, command: str, words: str
) -> None:
    server.says[command] = [words, words]
    post.owes()
    post.tick()
    assert (post.states, post.mails[0].server_words) == (["deferred"], words)
    post.clinic.wait(minutes=1)
    assert post.states == ["deferred"]
    post.clinic.wait(minutes=4)
    assert post.mails[0].attempts == 2
    post.clinic.wait(minutes=1)
    assert (post.states, post.mails[0].attempts) == (["accepted"], 3)
    assert len(server.accepted) == 1
    assert len(post.told("reminder.sent")) == 1


def test_a_mail_that_is_refused_is_seen_and_blocks_nobody(post: Post, server: MailServer) -> None:
    server.says["RCPT"] = ["550 5.1.1 no such user"]
    for debtor in ("rtms_unit", "psychologist", "pain_physician"):
        post.owes(debtor=debtor)
    post.tick()
    assert sorted(post.states) == ["accepted", "accepted", "refused"]
    assert len(server.accepted) == 2
    assert [told["reason_code"] for told in post.told("reminder.failed")] == ["refused"]
    post.clinic.wait(days=1)
    assert len(server.accepted) == 2


def test_a_mail_that_cannot_be_written_is_seen_and_blocks_nobody(
    post: Post, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = letters.write

    def stumble(work: Work, mail: Mail, member: Member, *given: Any, **named: Any) -> None:
        if member.id == post.clinic.operator:
            raise KeyError(mail.id)
        write(work, mail, member, *given, **named)

    monkeypatch.setattr(letters, "write", stumble)
    for debtor in ("rtms_unit", "psychologist"):
        post.owes(debtor=debtor)
    post.tick()
    assert sorted(post.states) == ["accepted", "refused"]
    assert [told["reason_code"] for told in post.told("reminder.failed")] == ["not-written"]
    assert len(server.accepted) == 1


def test_a_lost_answer_is_repeated_once_as_the_same_mail(post: Post, server: MailServer) -> None:
    server.says["DATA"] = [DROP]
    post.owes()
    post.tick()
    assert post.states == ["uncertain"]
    post.clinic.wait(minutes=29)
    assert len(server.accepted) == 1
    post.clinic.wait(minutes=1)
    assert post.states == ["accepted"]
    first, second = (message_from_bytes(raw, policy=default) for raw in server.accepted)
    for header in ("message-id", "date", "subject", "to"):
        assert first[header] == second[header]
    assert wording.COPY not in text_of(first)
    assert text_of(second).splitlines() == [wording.COPY, "", *text_of(first).splitlines()]
    assert len(post.told("reminder.sent")) == 1


def test_a_second_lost_answer_is_left_to_a_person(post: Post, server: MailServer) -> None:
    server.says["DATA"] = [DROP, DROP]
    post.owes()
    post.tick()
    for _ in range(5):
        post.clinic.wait(hours=1)
    assert post.states == ["uncertain"]
    assert len(server.accepted) == 2
    assert [told["reason_code"] for told in post.told("reminder.failed")] == ["uncertain"]


def test_a_server_that_stays_away_is_given_up_in_the_end(post: Post) -> None:
    post.clinic.mailer.answers = [MailDeferred("421 closed")] * 100
    post.owes("acknowledge-concern", urgent=True, due_in=LATER)
    post.tick()
    for _ in range(23):
        post.clinic.wait(hours=3)
        assert post.states == ["deferred"]
    for _ in range(3):
        post.clinic.wait(hours=3)
    assert post.states == ["expired"]
    assert [told["reason_code"] for told in post.told("reminder.failed")] == ["expired"]


def test_what_would_come_too_late_is_given_up_before(post: Post) -> None:
    post.clinic.mailer.answers = [MailDeferred("421 closed")] * 100
    post.owes("acknowledge-concern", urgent=True, due_in=timedelta(hours=1))
    for _ in range(24):
        post.clinic.wait(hours=2)
        assert post.states == ["deferred"]
    for _ in range(3):
        post.clinic.wait(hours=2)
    assert post.states == ["expired"]


def test_a_mail_that_was_put_off_is_withdrawn_when_the_matter_is_done(post: Post) -> None:
    post.clinic.mailer.answers = [MailDeferred("451 later")]
    obligation = post.owes()
    post.tick()
    post.done(obligation)
    post.clinic.wait(hours=1)
    assert (post.states, post.sent) == (["cancelled"], [])


def test_a_common_mail_is_written_anew_without_what_is_done(post: Post) -> None:
    post.clinic.mailer.answers = [MailDeferred("451 later")]
    done, _ = post.owes(), post.owes("plan-next")
    post.tick()
    before = post.mails[0]
    assert before.subject == "2 things wait for you"
    post.done(done)
    post.clinic.wait(hours=1)
    assert post.sent[0].message_id.split(".")[1:] == before.message_id.split(".")[1:]
    assert "Plan the next appointment" in post.sent[0].text
    assert "Answer a referral" not in post.sent[0].text


def test_an_uncertain_mail_keeps_its_words_whatever_happens(post: Post) -> None:
    post.clinic.mailer.answers = [MailUncertain("cut")]
    done, _ = post.owes(), post.owes("plan-next")
    post.tick()
    before = post.mails[0]
    post.done(done)
    post.clinic.wait(minutes=31)
    assert post.sent[0].text == f"{wording.COPY}\n\n{before.text}"
    assert post.sent[0].message_id == before.message_id


def test_one_refusal_after_another_leaves_the_rest_alone(post: Post) -> None:
    post.clinic.mailer.answers = [MailRefused("550"), MailUncertain("cut"), MailDeferred("451")]
    for debtor in ("rtms_unit", "psychologist", "pain_physician", "psychophysical_therapist"):
        post.owes(debtor=debtor)
    post.tick()
    assert sorted(post.states) == ["accepted", "deferred", "refused", "uncertain"]


@pytest.mark.parametrize(
    ("point", "copies"), [("mail.claimed", 1), ("mail.tried", 2), ("work.before-commit", 1)]
)
def test_a_crash_loses_no_mail_and_hides_no_doubt(post: Post, point: str, copies: int) -> None:
    post.owes()
    with power_cut(point):
        send_due_mails(post.clinic.team["reminders"])
    post.tick()
    for _ in range(6):
        post.clinic.wait(minutes=10)
    assert post.states == ["accepted"]
    assert len(post.sent) == copies
    assert len({message.message_id for message in post.sent}) == 1
    assert len(post.told("reminder.sent")) == 1
    assert post.mails[0].doubts == (0 if point == "work.before-commit" else 1)


def test_a_crash_every_time_ends_in_front_of_a_person(post: Post) -> None:
    post.owes()
    for _ in range(2):
        with power_cut("mail.tried"):
            send_due_mails(post.clinic.team["reminders"])
        post.clinic.wait(minutes=10)
        post.clinic.clock.move(minutes=30)
    post.clinic.wait(hours=3)
    assert post.states == ["uncertain"]
    assert len(post.sent) == 2


def test_two_workers_send_each_mail_once(post: Post) -> None:
    for _ in range(10):
        post.owes("acknowledge-concern", urgent=True)
    begin = threading.Barrier(2)

    def work() -> None:
        begin.wait()
        while send_due_mails(post.clinic.team["reminders"]):
            pass

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(post.sent) == 10
    assert len({message.message_id for message in post.sent}) == 10
    assert post.states == ["accepted"] * 10


def test_a_worker_that_was_taken_for_lost_writes_nothing_over(post: Post) -> None:
    """The first worker hangs at the server; when it comes back, the mail has gone on without it."""
    from services.reminders import actions
    from shared.mail import Accepted

    post.owes()
    place = post.clinic.team["reminders"]
    with place.work() as work:
        claimed = actions.claim(work)
    assert claimed
    post.clinic.wait(minutes=10)
    assert post.states == ["uncertain"]
    with place.work() as work:
        actions.record(work, [(claimed[0], Accepted("250 late"))])
    assert post.states == ["uncertain"]
    post.clinic.wait(minutes=31)
    assert post.states == ["accepted"]
    assert post.clinic.now - post.mails[0].changed_at < timedelta(minutes=1)
