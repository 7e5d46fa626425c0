"""What a mail is, how it goes over the wire, and what can become of it."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from typing import Protocol

# An encoded word (`=?`) in a value would be decoded by Python's e-mail library and could hold a
# line break: a name would become a header. Control characters never belong in a header.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|=\?")
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@(?=.{1,255}$)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*"
)
_IDENTIFIER = re.compile(r"<[!-;=?-~]{1,900}>")
_PAGE = re.compile(r"https?://[!#-;=?-~]{1,900}")
_METHOD = re.compile(r"[A-Z]{1,20}")
_LONGEST_WORD = 60
"""What has longer words, or letters that are not ASCII, is written in code words (RFC 2047)."""
_END = "\r\n"


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
    """One mail to one person. The same message always gives the same bytes.

    `calendar` is an iCalendar text, `calendar_method` what is to be done with it (REQUEST,
    CANCEL). `unsubscribe` is a page that one POST is enough for (RFC 8058). `envelope_from` is
    the address that hears of a mail that could not be delivered; empty: the sender's.
    """

    sender: str
    to: str
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    to_name: str = ""
    references: str = ""
    calendar: str = ""
    calendar_method: str = ""
    unsubscribe: str = ""
    envelope_from: str = ""

    @property
    def returns_to(self) -> str:
        """Who is named to the mail server as the sender, and gets what comes back."""
        return self.envelope_from or self.sender


class Mailer(Protocol):
    """A way to hand over mails. `send` raises `NotAccepted`; `close` ends a batch."""

    def send(self, message: Message) -> Accepted: ...
    def close(self) -> None: ...


def is_address(address: str) -> bool:
    """Whether a mail can be sent there, and its headers can name it."""
    return _fits(_ADDRESS, address)


def as_bytes(message: Message) -> bytes:
    """The mail as it goes over the wire (7-bit, CRLF); `MailRefused` when it cannot be safe."""
    _refuse_unsafe(message)
    # What Python's e-mail library writes is right, but it takes it ten times as long.
    try:
        head = "".join(f"{name}: {value}{_END}" for name, value in _headers(message))
        return head.encode("ascii") + b"\r\n" + _body(message)
    except ValueError:
        raise MailRefused("this mail holds characters that no mail can hold") from None


def _headers(message: Message) -> Iterator[tuple[str, str]]:
    yield "From", formataddr(("Relais", message.sender))
    yield "To", _person(message.to, message.to_name)
    yield "Subject", _words_of("Subject", message.subject)
    yield "Date", format_datetime(message.date)
    yield "Message-ID", message.message_id
    if message.references:
        yield "References", message.references
        yield "In-Reply-To", message.references
    if message.unsubscribe:
        yield "List-Unsubscribe", f"<{message.unsubscribe}>"
    if message.unsubscribe.startswith("https:"):
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    yield "Auto-Submitted", "auto-generated"
    yield "X-Auto-Response-Suppress", "All"
    yield "MIME-Version", "1.0"
    yield "Content-Type", f'multipart/alternative; boundary="{_boundary(message)}"'


def _body(message: Message) -> bytes:
    """The same in several forms, the best one last: that is where calendars are looked for."""
    parts = [("text/plain", message.text), ("text/html", message.html)]
    if message.calendar:
        parts.append((f"text/calendar; method={message.calendar_method}", message.calendar))
    between = b"--" + _boundary(message).encode()
    return b"".join(between + b"\r\n" + _part(*part) for part in parts) + between + b"--\r\n"


def _part(kind: str, text: str) -> bytes:
    lines = b"\r\n".join(text.encode().splitlines()) + b"\r\n"
    head = f'Content-Type: {kind}; charset="utf-8"{_END}Content-Transfer-Encoding: quoted-printable'
    return head.encode("ascii") + b"\r\n\r\n" + binascii.b2a_qp(lines, istext=True) + b"\r\n"


def _boundary(message: Message) -> str:
    """No text in quoted-printable holds `=_`."""
    return "=_" + re.sub(r"[^A-Za-z0-9]", "", message.message_id)[:60]


def _refuse_unsafe(message: Message) -> None:
    if _UNSAFE.search(message.subject) or not _are_in_form(message):
        raise MailRefused("a header of this mail holds characters that no header may hold")
    for address in (message.sender, message.to, message.returns_to):
        if not is_address(address):
            raise MailRefused("this is not an e-mail address that a mail can be sent to")


def _are_in_form(message: Message) -> bool:
    """What programs read of a mail is exactly in the form that they expect, or not there."""
    return (
        _fits(_IDENTIFIER, message.message_id)
        and (not message.references or _fits(_IDENTIFIER, message.references))
        and (not message.unsubscribe or _fits(_PAGE, message.unsubscribe))
        and (not message.calendar or _fits(_METHOD, message.calendar_method))
    )


def _fits(form: re.Pattern[str], value: str) -> bool:
    return form.fullmatch(value) is not None and not _UNSAFE.search(value)


def _person(address: str, name: str) -> str:
    """A name that is not safe in a header is left out: the mail itself must still arrive."""
    if not name.strip() or _UNSAFE.search(name):
        return address
    if _is_plain(name) and len(name) <= _LONGEST_WORD:
        return formataddr((name, address))
    return f"{Header(name, 'utf-8', header_name='To').encode(linesep=_END)}{_END} <{address}>"


def _words_of(header: str, text: str) -> str:
    charset = None if _is_plain(text) else "utf-8"
    return Header(text, charset, header_name=header).encode(linesep=_END)


def _is_plain(text: str) -> bool:
    return text.isascii() and all(len(word) <= _LONGEST_WORD for word in text.split(" "))
