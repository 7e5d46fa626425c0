"""What mail servers report later: it stands in the ledger, and the coordinator is told."""

import imaplib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from sqlmodel import select

from services.coordinator.tables import MailState
from services.reminders import actions
from services.reminders.actions.envelopes import envelope_address, mail_id_of
from services.reminders.jobs import hear_of_bounces
from services.reminders.tables import Mail
from shared.mail import Accepted, MailDeferred, MailUncertain
from shared.mail.mailbox import ImapMailbox, MailboxAway
from shared.mail.returned import read_returned
from tests import reports
from tests.imap_server import PASSWORD, ImapServer, imap_server
from tests.reminders.post import Post, power_cut

STRANGERS = (
    b"From: friend@example.net\r\nTo: bounces@centre.example\r\nSubject: hello\r\n\r\nhello\r\n",
    reports.report(f"bounces+{'a' * 42}@centre.example"),
    reports.absence("bounces@centre.example"),
)


Make = Callable[[str], bytes]


class Letterbox:
    """A folder that a mail server of this machine delivers to (a Maildir)."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._number = folder, 0
        for name in ("new", "cur", "tmp"):
            (folder / name).mkdir(parents=True)

    def deliver(self, *mails: bytes) -> None:
        for mail in mails:
            self._number += 1
            (self.folder / "new" / f"1795690138.M{self._number}P1.mx").write_bytes(mail)

    @property
    def new(self) -> int:
        return len(list((self.folder / "new").iterdir()))

    @property
    def read(self) -> list[str]:
        return [file.name.partition(":")[2] for file in (self.folder / "cur").iterdir()]


@pytest.fixture
def box(post: Post, tmp_path: Path) -> Letterbox:
    """From now on mails come back to an address of their own."""
    box = Letterbox(tmp_path / "box")
    expect_returns(post, f"maildir://{box.folder}")
    return box


def expect_returns(post: Post, url: str, **more: object) -> None:
    running = post.clinic.team["reminders"]
    known = {"mail_bounces_address": "bounces@centre.example", "bounces_url": url, **more}
    running.settings = running.settings.model_copy(update=known)


def returns_to(post: Post) -> str:
    """The address of the newest mail."""
    return post.sent[-1].returns_to


def listen(post: Post) -> None:
    hear_of_bounces(post.clinic.team["reminders"])
    post.clinic.settle()


def reasons(post: Post) -> list[str]:
    return [told["reason_code"] for told in post.told("reminder.failed")]


@pytest.mark.usefixtures("box")
def test_each_mail_has_an_address_of_its_own_that_nobody_can_guess(post: Post) -> None:
    for debtor in ("rtms_unit", "psychologist"):
        post.owes(debtor=debtor)
    post.tick()
    addresses = {message.returns_to for message in post.sent}
    assert len(addresses) == 2
    assert all(len(address.partition("@")[0]) <= 64 for address in addresses)
    with post.clinic.look("reminders") as work:
        for address in addresses:
            reference = address.partition("+")[2].partition("@")[0]
            known = mail_id_of(work, reference)
            assert known in {mail.id for mail in post.mails}
            assert mail_id_of(work, reference.upper()) == known
            for at in (0, 20, 41):
                other = "b" if reference[at] == "a" else "a"
                forged = reference[:at] + other + reference[at + 1 :]
                assert mail_id_of(work, forged) is None


def test_without_such_an_address_mails_come_back_to_the_sender(post: Post) -> None:
    post.owes()
    post.tick()
    assert post.sent[0].envelope_from == ""
    assert post.sent[0].returns_to == post.sent[0].sender


@pytest.mark.parametrize("make", [reports.report, reports.in_sentences, reports.exchange])
def test_a_mail_that_comes_back_is_seen(post: Post, box: Letterbox, make: Make) -> None:
    post.owes()
    post.tick()
    box.deliver(make(returns_to(post)))
    listen(post)
    mail = post.mails[0]
    assert (mail.state, mail.next_try_at) == ("bounced", None)
    assert mail.server_words.startswith("250 kept in memory / 5.1.1 ")
    assert reasons(post) == ["bounced"]
    assert (box.new, box.read) == (0, ["2,S"])


def test_the_coordinator_is_told_on_the_board(post: Post, box: Letterbox) -> None:
    post.owes()
    post.tick()
    box.deliver(reports.report(returns_to(post)))
    listen(post)
    page = post.clinic.http(post.clinic.coordinator).get("/reminders/mails?state=bounced").text
    assert "came back" in page
    with post.clinic.look("coordinator") as work:
        found = work.all(select(MailState))
    assert [(row.state, row.reason_code) for row in found] == [("failed", "bounced")]


def test_a_mail_that_is_only_late_is_noted(post: Post, box: Letterbox) -> None:
    post.owes()
    post.tick()
    box.deliver(reports.late(returns_to(post)), reports.late(returns_to(post)))
    listen(post)
    mail = post.mails[0]
    assert mail.state == "accepted"
    assert mail.server_words.count(" / 4.4.1 ") == 1
    assert reasons(post) == []


def test_mails_of_strangers_stay_untouched(post: Post, box: Letterbox) -> None:
    post.owes()
    post.tick()
    box.deliver(*STRANGERS)
    before = sorted((file.name, file.stat().st_mtime_ns) for file in box.folder.rglob("*"))
    for _ in range(3):
        listen(post)
    assert sorted((file.name, file.stat().st_mtime_ns) for file in box.folder.rglob("*")) == before
    assert (post.states, reasons(post)) == (["accepted"], [])
    box.deliver(reports.report(returns_to(post)))
    listen(post)
    assert (post.states, box.new) == (["bounced"], len(STRANGERS))


def test_a_late_arrival_under_an_earlier_name_is_read_too(post: Post, box: Letterbox) -> None:
    post.owes()
    post.tick()
    box.deliver(*STRANGERS)
    listen(post)
    early = box.folder / "new" / "1795690100.M0P1.mx"
    early.write_bytes(reports.report(returns_to(post)))
    listen(post)
    assert post.states == ["bounced"]


def test_a_mail_named_by_a_wrong_clock_hides_none_that_come_later(
    post: Post, box: Letterbox
) -> None:
    post.owes()
    post.tick()
    now = int(post.clinic.now.timestamp())
    (box.folder / "new" / f"{now + 40 * 86_400}.M1P1.mx").write_bytes(STRANGERS[0])
    listen(post)
    (box.folder / "new" / f"{now + 60}.M2P1.mx").write_bytes(reports.report(returns_to(post)))
    listen(post)
    assert post.states == ["bounced"]


def test_a_flood_of_strangers_is_read_in_turns_and_keeps_no_report_from_its_own(
    post: Post, box: Letterbox
) -> None:
    post.owes()
    post.tick()
    now = int(post.clinic.now.timestamp())
    for number in range(250):
        (box.folder / "new" / f"{now - 400 + number}.M1P1.mx").write_bytes(STRANGERS[0])
    (box.folder / "new" / f"{now}.M1P1.mx").write_bytes(reports.report(returns_to(post)))
    listen(post)
    assert post.states == ["accepted"]
    listen(post)
    assert post.states == ["bounced"]


@pytest.mark.parametrize("point", ["bounce.read", "work.before-commit", "bounce.written-down"])
def test_a_crash_loses_no_report_and_tells_nothing_twice(
    post: Post, box: Letterbox, point: str
) -> None:
    post.owes()
    post.tick()
    box.deliver(reports.report(returns_to(post)))
    with power_cut(point):
        hear_of_bounces(post.clinic.team["reminders"])
    listen(post)
    listen(post)
    assert (post.states, reasons(post)) == (["bounced"], ["bounced"])


@pytest.mark.parametrize("answer", [MailUncertain("cut"), MailDeferred("451 later")])
def test_a_report_ends_a_doubt_but_not_another_try(
    post: Post, box: Letterbox, answer: MailUncertain | MailDeferred
) -> None:
    post.clinic.mailer.answers = [answer]
    post.owes()
    post.tick()
    address = address_of(post, post.mails[0])
    box.deliver(reports.report(address))
    listen(post)
    is_doubt = isinstance(answer, MailUncertain)
    assert post.states == (["bounced"] if is_doubt else ["deferred"])
    post.clinic.wait(hours=2)
    assert len(post.sent) == (0 if is_doubt else 1)


def address_of(post: Post, mail: Mail) -> str:
    with post.clinic.look("reminders") as work:
        return envelope_address(work, mail.id)


def test_a_report_that_is_quicker_than_our_own_books_counts(post: Post, box: Letterbox) -> None:
    """The server took the mail and sent it back before its acceptance was written down."""
    post.owes()
    place = post.clinic.team["reminders"]
    with place.work() as work:
        claimed = actions.claim(work)
    assert claimed is not None
    box.deliver(reports.report(claimed[0].message.returns_to))
    listen(post)
    with place.work() as work:
        actions.record(work, [(claimed[0], Accepted("250 taken"))])
    assert (post.states, reasons(post)) == (["bounced"], ["bounced"])


def test_who_corrects_the_address_sends_it_again(post: Post, box: Letterbox) -> None:
    post.owes()
    post.tick()
    box.deliver(reports.report(returns_to(post)))
    listen(post)
    browser = post.clinic.http(post.clinic.coordinator)
    browser.post(f"/reminders/mails/{post.mails[0].id}/resend")
    post.clinic.settle()
    post.tick()
    assert post.states == ["bounced", "accepted"]
    assert len({message.returns_to for message in post.sent}) == 2


def test_a_mailbox_that_cannot_be_read_is_told_above_the_mails(post: Post, box: Letterbox) -> None:
    expect_returns(post, "maildir:///no/such/folder")
    listen(post)
    browser = post.clinic.http(post.clinic.coordinator)
    assert "is no Maildir" in browser.get("/reminders/mails").text
    expect_returns(post, f"maildir://{box.folder}")
    listen(post)
    assert "is no Maildir" not in browser.get("/reminders/mails").text


@pytest.fixture(scope="module")
def imap() -> Iterator[ImapServer]:
    with imap_server() as server:
        yield server


@pytest.fixture
def mailbox(post: Post, imap: ImapServer, tmp_path: Path) -> ImapServer:
    secret = tmp_path / "password"
    secret.write_text(PASSWORD)
    imap.empty()
    expect_returns(post, imap.url, bounces_password_file=secret)
    return imap


@pytest.mark.imap
def test_a_mailbox_on_a_server_is_read_once_and_left_as_it_was(
    post: Post, mailbox: ImapServer
) -> None:
    post.owes()
    post.tick()
    mailbox.deliver(*STRANGERS)
    listen(post)
    mailbox.deliver(reports.report(returns_to(post)), reports.late(returns_to(post)))
    for _ in range(2):
        listen(post)
    assert (post.states, reasons(post)) == (["bounced"], ["bounced"])
    assert mailbox.flags() == ["", "", "", r"\Seen", r"\Seen"]


@pytest.mark.imap
@pytest.mark.parametrize("point", ["bounce.read", "work.before-commit", "bounce.written-down"])
def test_a_crash_at_the_server_loses_no_report(post: Post, mailbox: ImapServer, point: str) -> None:
    post.owes()
    post.tick()
    mailbox.deliver(STRANGERS[0], reports.report(returns_to(post)), STRANGERS[1])
    with power_cut(point):
        hear_of_bounces(post.clinic.team["reminders"])
    listen(post)
    assert (post.states, reasons(post)) == (["bounced"], ["bounced"])


@pytest.mark.imap
def test_a_wrong_password_is_told_and_waits(
    post: Post, mailbox: ImapServer, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong")
    expect_returns(post, mailbox.url, bounces_password_file=wrong)
    listen(post)
    page = post.clinic.http(post.clinic.administrator).get("/reminders/mails").text
    assert "AUTHENTICATIONFAILED" in page
    assert "wrong" not in page.partition("AUTHENTICATIONFAILED")[2][:200]


class Reluctant:
    """A server that has a mail and does not give it."""

    def select(self, _: str) -> tuple[str, list[bytes]]:
        return "OK", [b"1"]

    def response(self, code: str) -> tuple[str, list[bytes]]:
        return code, [b"7"]

    def uid(self, command: str, *_: str) -> tuple[str, list[bytes]]:
        return ("OK", [b"5"]) if command == "SEARCH" else ("NO", [b"[UNAVAILABLE] later"])


def test_a_report_that_the_server_does_not_give_now_is_asked_for_again() -> None:
    mailbox = ImapMailbox(cast(imaplib.IMAP4, Reluctant()), "INBOX")
    with pytest.raises(MailboxAway, match="UNAVAILABLE"):
        list(mailbox.after("7:4"))


def test_a_burst_of_reports_is_read_in_one_go(post: Post, box: Letterbox) -> None:
    for number in range(30):
        post.owes(debtor="psychologist" if number % 2 else "rtms_unit", urgent=True)
    post.tick()
    assert len(post.sent) == 30
    box.deliver(*(reports.report(message.returns_to) for message in post.sent))
    listen(post)
    assert post.states == ["bounced"] * 30


def test_nothing_of_a_report_but_the_servers_words_is_kept(post: Post, box: Letterbox) -> None:
    post.owes()
    post.tick()
    raw = reports.report(returns_to(post)).replace(b"Something new waits", b"Zqxmarked-subject")
    assert read_returned(raw) is not None
    box.deliver(raw)
    listen(post)
    mail = post.mails[0]
    assert mail.state == "bounced"
    assert "Zqxmarked" not in f"{mail.server_words} {mail.subject} {mail.text}"
