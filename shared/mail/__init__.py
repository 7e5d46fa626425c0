"""E-mail: what a mail is, and the ways to hand it over."""

from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from shared.mail.message import (
    Accepted,
    MailDeferred,
    Mailer,
    MailRefused,
    MailUncertain,
    Message,
    NotAccepted,
    as_bytes,
)
from shared.mail.smtp import PORTS, SmtpMailer
from shared.settings import LOCAL_HOSTS, Settings

__all__ = [
    "Accepted",
    "KeptMailer",
    "MailDeferred",
    "MailRefused",
    "MailUncertain",
    "Mailer",
    "MemoryMailer",
    "Message",
    "NotAccepted",
    "SmtpMailer",
    "as_bytes",
    "mailer_for",
]


@dataclass
class KeptMailer:
    """No mail server is set: the ledger keeps the mail and the mailbox page shows it."""

    def send(self, message: Message) -> Accepted:
        as_bytes(message)
        return Accepted("", kept=True)

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class MemoryMailer:
    """Keeps what it accepts in a list, for tests; `answers` are given first, one for each try."""

    sent: list[Message] = field(default_factory=list)
    answers: list[NotAccepted] = field(default_factory=list)

    def send(self, message: Message) -> Accepted:
        as_bytes(message)
        if self.answers:
            raise self.answers.pop(0)
        self.sent.append(message)
        return Accepted("250 kept in memory")

    def close(self) -> None:
        """Nothing is open."""


def mailer_for(settings: Settings) -> Mailer:
    """The way to send that the settings ask for; a wrong setting stops the start in words."""
    if not settings.smtp_url:
        return KeptMailer()
    _refuse_unsafe_server(urlsplit(settings.smtp_url), settings)
    secret = settings.smtp_password_file
    return SmtpMailer(settings.smtp_url, secret.read_text().strip() if secret else "")


def _refuse_unsafe_server(server: SplitResult, settings: Settings) -> None:
    if server.scheme not in PORTS or not server.hostname:
        raise ValueError("RELAIS_SMTP_URL must look like smtp+starttls://user@host:587")
    if server.password:
        raise ValueError("the mail password belongs in a file: RELAIS_SMTP_PASSWORD_FILE")
    if settings.demo and server.hostname not in LOCAL_HOSTS:
        raise ValueError("in the demo no mail may leave this machine: use a mail server on it")
    # A name without a dot is a neighbour in the same container network.
    if server.scheme == "smtp" and server.hostname not in LOCAL_HOSTS and "." in server.hostname:
        raise ValueError("mail to another host must be encrypted: smtp+starttls:// or smtps://")
