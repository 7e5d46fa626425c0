"""What a mail is, how it goes over the wire, and what can become of it."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Protocol

# An encoded word (`=?`) in a value would be decoded by Python's e-mail library and could hold a
# line break: a name would become a header. Control characters never belong in a header.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|=\?")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")
_POLICY = SMTP.clone(cte_type="7bit")


class NotAccepted(Exception):
    """The mail was not (surely) accepted. `words` are the server's own, for the ledger."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


class MailDeferred(NotAccepted):
    """Not now (4xx, no connection): the same mail may be accepted later."""


class MailRefused(NotAccepted):
    """Never (5xx, no usable address): trying again unchanged is useless."""


class MailUncertain(NotAccepted):
    """The connection was lost after the text was sent: accepted or not, nobody knows."""


@dataclass(frozen=True)
class Accepted:
    """A server took the mail over. `kept`: no server is set, so it was only kept here."""

    words: str
    kept: bool = False


@dataclass(frozen=True)
class Message:
    """One mail to one person. The same message always gives the same bytes."""

    sender: str
    to: str
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    to_name: str = ""
    references: str = ""


class Mailer(Protocol):
    """A way to hand over mails. `send` raises `NotAccepted`; `close` ends a batch."""

    def send(self, message: Message) -> Accepted: ...
    def close(self) -> None: ...


def as_bytes(message: Message) -> bytes:
    """The mail as it goes over the wire (7-bit, CRLF); `MailRefused` when it cannot be safe."""
    _refuse_unsafe(message)
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _person(message.sender, "Relais")
    mail["To"] = _person(message.to, message.to_name)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.date)
    mail["Message-ID"] = message.message_id
    if message.references:
        mail["References"] = mail["In-Reply-To"] = message.references
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    mail.set_boundary("=_" + re.sub(r"[^A-Za-z0-9]", "", message.message_id)[:60])
    return mail.as_bytes()


def _refuse_unsafe(message: Message) -> None:
    header_values = (message.subject, message.message_id, message.references)
    if any(_UNSAFE.search(value) for value in header_values):
        raise MailRefused("a header of this mail holds characters that no header may hold")
    for address in (message.sender, message.to):
        if not _ADDRESS.fullmatch(address):
            raise MailRefused("this is not an e-mail address that a mail can be sent to")


def _person(address: str, name: str) -> Address:
    """A name that is not safe in a header is left out: the mail itself must still arrive."""
    local, _, domain = address.rpartition("@")
    return Address("" if _UNSAFE.search(name) else name, local, domain)
