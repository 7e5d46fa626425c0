"""E-mail: what a mail is, and the ways to hand it over."""

from dataclasses import dataclass, field
from urllib.parse import SplitResult

from shared.mail.mailbox import check_mailbox
from shared.mail.message import (
    Accepted,
    MailDeferred,
    Mailer,
    MailRefused,
    MailUncertain,
    Message,
    NotAccepted,
    as_bytes,
    is_address,
)
from shared.mail.returned import LONGEST_PLACE, returning_to
from shared.mail.servers import authority, is_elsewhere, password, place
from shared.mail.smtp import PORTS, SmtpMailer, Tell, unheard
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
    "is_address",
    "mailer_for",
    "returning_to",
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


def mailer_for(settings: Settings, tell: Tell = unheard) -> Mailer:
    """The way to send that the settings ask for; a wrong setting stops the start in words."""
    _refuse_unsafe_addresses(settings)
    check_mailbox(settings)
    authority(settings.mail_ca_file)
    if not settings.smtp_url:
        return KeptMailer()
    server = place(settings.smtp_url, "RELAIS_SMTP_URL", "smtp+starttls://user@host:587", PORTS)
    _refuse_unsafe_server(server, settings)
    secret = password(settings.smtp_password_file, server, "RELAIS_SMTP_URL")
    return SmtpMailer(settings.smtp_url, secret, ca_file=settings.mail_ca_file, tell=tell)


def _refuse_unsafe_server(server: SplitResult, settings: Settings) -> None:
    if settings.demo and server.hostname not in LOCAL_HOSTS:
        raise ValueError("in the demo no mail may leave this machine: use a mail server on it")
    # A name without a dot is a neighbour in the same container network.
    if server.scheme == "smtp" and is_elsewhere(server):
        raise ValueError("mail to another host must be encrypted: smtp+starttls:// or smtps://")


def _refuse_unsafe_addresses(settings: Settings) -> None:
    """Without this every mail would be refused, one by one."""
    if not is_address(settings.mail_from):
        raise ValueError("RELAIS_MAIL_FROM must be an e-mail address such as relais@example.org")
    bounces = settings.mail_bounces_address
    if bounces and not (is_address(bounces) and bounces.index("@") <= LONGEST_PLACE):
        raise ValueError(
            "RELAIS_MAIL_BOUNCES_ADDRESS must be an e-mail address such as bounces@example.org, "
            f"with at most {LONGEST_PLACE} characters before the @"
        )
