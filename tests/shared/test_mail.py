"""Handing mails over: what a mail server can say, and what a mail may never carry."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from shared.mail import (
    Accepted,
    KeptMailer,
    MailDeferred,
    MailRefused,
    MailUncertain,
    MemoryMailer,
    Message,
    NotAccepted,
    SmtpMailer,
    as_bytes,
    mailer_for,
)
from shared.mail.smtp import steps
from shared.settings import Settings
from tests.mail_server import (
    DROP,
    MailServer,
    identity_of,
    mail_server,
    rude_server,
    the_password_is,
)

LETTER = Message(
    sender="relais@centre.example",
    to="nora@centre.example",
    to_name="Nora Benali",
    subject="Du nouveau vous attend (R-7F3K-9Q2M), réponse souhaitée",
    text="Répondre à une demande\n.une ligne qui commence par un point\n..deux\n",
    html="<p>Répondre à une demande</p>",
    message_id="<R-7F3K-9Q2M.1@centre.example>",
    references="<R-7F3K-9Q2M.0@centre.example>",
    date=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
)
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "References",
    "In-Reply-To",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
]


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def mailer(server: MailServer) -> Iterator[SmtpMailer]:
    mailer = SmtpMailer(server.url, timeout=5)
    yield mailer
    mailer.close()


def read_back(raw: bytes) -> EmailMessage:
    mail = email.message_from_bytes(raw, policy=email.policy.SMTP)
    assert isinstance(mail, EmailMessage)
    return mail


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_a_mail_arrives_as_it_was_written(server: MailServer, mailer: SmtpMailer) -> None:
    assert mailer.send(LETTER) == Accepted("250 2.0.0 queued as 4F")
    mail = read_back(server.accepted[0])
    assert server.recipients == ["nora@centre.example"]
    assert mail["Subject"] == LETTER.subject
    assert part(mail, "plain") == LETTER.text
    assert part(mail, "html").strip() == LETTER.html


def test_a_mail_is_plain_seven_bit_text_with_known_headers() -> None:
    raw = as_bytes(LETTER)
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    mail = read_back(raw)
    assert mail.keys() == HEADERS
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["References"] == LETTER.references


def test_the_same_mail_is_the_same_bytes() -> None:
    assert as_bytes(LETTER) == as_bytes(replace(LETTER))


@pytest.mark.parametrize(
    ("command", "words", "answer"),
    [
        ("MAIL", "451 try later", MailDeferred),
        ("MAIL", "452 4.3.1 disk full", MailDeferred),
        ("MAIL", "552 quota", MailRefused),
        ("RCPT", "450 greylisted", MailDeferred),
        ("RCPT", "550 5.1.1 no such user", MailRefused),
        ("DATA", "451 try later", MailDeferred),
        ("DATA", "452 4.2.2 mailbox full", MailDeferred),
        ("DATA", "554 5.7.1 policy", MailRefused),
        ("DATA", "421 closing", MailDeferred),
    ],
)
def test_a_server_that_says_no_is_understood(
    server: MailServer, mailer: SmtpMailer, command: str, words: str, answer: type[NotAccepted]
) -> None:
    server.says[command] = [words]
    with pytest.raises(NotAccepted) as caught:
        mailer.send(LETTER)
    assert type(caught.value) is answer
    assert caught.value.words == words
    assert server.accepted == []


@pytest.mark.parametrize(
    "lines",
    [
        ("421 busy",),
        ("554 go away",),
        ("220 hello", "502 what?", "502 what?"),
        ("220 hello", "250 hello", "421 no more today"),
        ("220 hello", "250 hello", "250 go on", "250 go on", "451 not now"),
        ("220 hello", "250 hello", "250 go on", "250 go on"),
    ],
)
def test_a_server_that_does_not_begin_is_for_later(lines: tuple[str, ...]) -> None:
    with rude_server(*lines) as url, pytest.raises(MailDeferred):
        SmtpMailer(url, timeout=5).send(LETTER)


def test_a_line_cut_in_the_middle_of_the_text_is_uncertain() -> None:
    lines = ("220 hello", "250 hello", "250 go on", "250 go on", "354 speak")
    with rude_server(*lines) as url, pytest.raises(MailUncertain):
        SmtpMailer(url, timeout=5).send(LETTER)


def test_nobody_listening_is_for_later() -> None:
    with mail_server() as gone:
        url = gone.url
    with pytest.raises(MailDeferred):
        SmtpMailer(url, timeout=5).send(LETTER)


def test_a_line_cut_after_the_text_is_uncertain(server: MailServer, mailer: SmtpMailer) -> None:
    server.says["DATA"] = [DROP]
    with pytest.raises(MailUncertain):
        mailer.send(LETTER)
    assert len(server.accepted) == 1
    mailer.send(LETTER)
    assert len(server.accepted) == 2


def test_a_batch_shares_one_connection(server: MailServer, mailer: SmtpMailer) -> None:
    for _ in range(3):
        mailer.send(LETTER)
    assert (server.connections, len(server.accepted)) == (1, 3)


def test_one_bad_recipient_does_not_spoil_the_next(server: MailServer, mailer: SmtpMailer) -> None:
    mailer.send(LETTER)
    server.says["RCPT"] = ["550 5.1.1 no such user"]
    with pytest.raises(MailRefused):
        mailer.send(LETTER)
    mailer.send(LETTER)
    assert len(server.accepted) == 2


def test_a_connection_that_went_stale_is_opened_again(
    server: MailServer, mailer: SmtpMailer
) -> None:
    mailer.send(LETTER)
    server.says["MAIL"] = ["421 you were quiet for too long"]
    mailer.send(LETTER)
    assert (server.connections, len(server.accepted)) == (2, 2)


def test_the_server_is_told_where_a_mail_comes_back_to(
    server: MailServer, mailer: SmtpMailer
) -> None:
    mailer.send(replace(LETTER, envelope_from="bounces+abc@centre.example"))
    mailer.send(LETTER)
    assert server.senders == ["bounces+abc@centre.example", "relais@centre.example"]


def test_an_encrypted_line_needs_a_certificate_that_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secure, certificate = identity_of("localhost", tmp_path)
    with mail_server(tls_context=secure, require_starttls=True) as server:
        mailer = SmtpMailer(f"smtp+starttls://localhost:{server.port}", timeout=5)
        with pytest.raises(MailDeferred) as caught:
            mailer.send(LETTER)
        assert caught.value.words == "SSLCertVerificationError"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert mailer.send(LETTER).words == "250 2.0.0 queued as 4F"
        mailer.close()


def test_a_private_authority_is_known_by_its_file(tmp_path: Path) -> None:
    secure, certificate = identity_of("localhost", tmp_path)
    with mail_server(tls_context=secure, require_starttls=True) as server:
        url = f"smtp+starttls://localhost:{server.port}"
        mailer = SmtpMailer(url, ca_file=certificate, timeout=5)
        assert mailer.send(LETTER).words == "250 2.0.0 queued as 4F"
        mailer.close()
        other = SmtpMailer(url.replace("localhost", "127.0.0.1"), ca_file=certificate, timeout=5)
        with pytest.raises(MailDeferred) as caught:
            other.send(LETTER)
    assert caught.value.words == "SSLCertVerificationError"


def test_a_line_that_is_encrypted_from_the_first_word(tmp_path: Path) -> None:
    secure, certificate = identity_of("localhost", tmp_path)
    with mail_server(ssl_context=secure) as server:
        url = f"smtps://localhost:{server.port}"
        told: list[str] = []
        mailer = SmtpMailer(
            url, ca_file=certificate, timeout=5, tell=lambda step, _: told.append(step)
        )
        mailer.send(LETTER)
        mailer.close()
        assert told == steps(url)
        with pytest.raises(MailDeferred):
            SmtpMailer(url, timeout=5).send(LETTER)
    assert len(server.accepted) == 1


def test_a_server_may_think_longer_about_a_mail_than_about_a_word(server: MailServer) -> None:
    server.thinks = 1.0
    patient = SmtpMailer(server.url, timeout=0.3)
    assert patient.send(LETTER).words == "250 2.0.0 queued as 4F"
    patient.close()
    with pytest.raises(MailUncertain):
        SmtpMailer(server.url, timeout=0.3, patience=0.3).send(LETTER)


def test_a_server_without_encryption_gets_nothing_when_it_was_asked_for(
    server: MailServer,
) -> None:
    with pytest.raises(MailDeferred):
        SmtpMailer(f"smtp+starttls://127.0.0.1:{server.port}", timeout=5).send(LETTER)
    assert server.accepted == []


def test_a_wrong_password_is_for_later_and_the_right_one_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secure, certificate = identity_of("localhost", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(
        tls_context=secure, auth_required=True, authenticator=the_password_is("right")
    ) as server:
        url = f"smtp+starttls://relais%40centre@localhost:{server.port}"
        with pytest.raises(MailDeferred) as caught:
            SmtpMailer(url, "wrong", timeout=5).send(LETTER)
        assert caught.value.words.startswith("535 ")
        mailer = SmtpMailer(url, "right", timeout=5)
        mailer.send(LETTER)
        mailer.close()
    assert len(server.accepted) == 1


def test_without_a_server_the_mail_is_kept_and_says_so() -> None:
    mailer = mailer_for(Settings())
    assert isinstance(mailer, KeptMailer)
    assert mailer.send(LETTER) == Accepted("", kept=True)


def test_a_list_of_mails_for_tests_can_refuse_too() -> None:
    mailer = MemoryMailer(answers=[MailRefused("550")])
    with pytest.raises(MailRefused):
        mailer.send(LETTER)
    mailer.send(LETTER)
    assert mailer.sent == [LETTER]


def test_the_password_comes_from_its_file(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("s3cret\n")
    settings = Settings(smtp_url="smtps://relais@mail.example", smtp_password_file=secret)
    assert isinstance(mailer_for(settings), SmtpMailer)


@pytest.mark.parametrize(
    ("url", "said", "sentence"),
    [
        ("smtps://relais@mail.example", "", "names a user, but .* holds no password"),
        ("smtps://mail.example", "secret", "holds a password, but RELAIS_SMTP_URL names no user"),
        ("smtps://relais@mail.example", "clé-secrète", "letters that no mail server understands"),
    ],
)
def test_a_password_that_cannot_be_right_stops_the_start(
    tmp_path: Path, url: str, said: str, sentence: str
) -> None:
    file = tmp_path / "password"
    file.write_text(said, encoding="utf-8")
    with pytest.raises(ValueError, match=sentence) as caught:
        mailer_for(Settings(smtp_url=url, smtp_password_file=file))
    assert not said or said not in str(caught.value)


def test_servers_that_ask_for_no_password_have_an_empty_file(tmp_path: Path) -> None:
    """So it is in a centre in containers, where the file is always there."""
    file = tmp_path / "password"
    file.touch()
    mailer_for(Settings(smtp_url="smtp://mailpit:1025", smtp_password_file=file))


def returned(url: str, demo: bool = False) -> Settings:
    """The settings with a mailbox for what comes back."""
    return Settings(mail_bounces_address="b@x.example", bounces_url=url, demo=demo)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (Settings(smtp_url="mail.example"), "must look like"),
        (Settings(smtp_url="http://mail.example"), "must look like"),
        (Settings(smtp_url="smtps://me:secret@mail.example"), "belongs in a file"),
        (Settings(smtp_url="smtp://mail.example"), "must be encrypted"),
        (Settings(smtp_url="smtps://mail.example", demo=True), "in the demo"),
        (Settings(smtp_url="smtp://[2001:db8::1]"), "must be encrypted"),
        (Settings(smtp_url="smtps://mail.example:port"), "must look like"),
        (Settings(smtp_url="smtps://mail.example/box"), "must look like"),
        (Settings(mail_from="Relais"), "RELAIS_MAIL_FROM must be an e-mail address"),
        (Settings(mail_from="r@x\nBcc: a@b"), "RELAIS_MAIL_FROM must be an e-mail address"),
        (Settings(mail_bounces_address="b"), "RELAIS_MAIL_BOUNCES_ADDRESS must be"),
        (Settings(mail_bounces_address="b" * 22 + "@x.example"), "at most 21 characters"),
        (Settings(bounces_url="imaps://b@x.example"), "only with RELAIS_MAIL_BOUNCES_ADDRESS"),
        (returned("pop3://b@x.example"), "RELAIS_BOUNCES_URL must look like imaps://"),
        (returned("maildir://box"), "RELAIS_BOUNCES_URL must look like imaps://"),
        (returned("imaps://x.example"), "must name a user"),
        (returned("imap://b@x.example"), "must be read encrypted"),
        (returned("imaps://b:secret@x.example"), "belongs in a file: RELAIS_BOUNCES_PASSWORD_FILE"),
        (returned("imaps://b@x.example", demo=True), "in the demo no mailbox"),
    ],
)
def test_an_unsafe_setting_stops_the_start_in_words(settings: Settings, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        mailer_for(settings)
