"""Handing mails to a mail server. The only file that speaks SMTP."""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import unquote, urlsplit

from shared.faults import reach
from shared.mail.message import (
    Accepted,
    MailDeferred,
    MailRefused,
    MailUncertain,
    Message,
    NotAccepted,
    as_bytes,
)

_TIMEOUT = 30.0
_PATIENCE = 240.0
"""A server that looks for spam before it answers may need minutes (RFC 5321, 4.5.3.2.6). More
would outlive the lease of a mail that is being sent."""
_WORDS = 300
_READY, _GREETED, _GO_AHEAD = 220, 250, 354
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
CONNECT, GREET, ENCRYPT, SIGN_IN = "connect", "greet", "encrypt", "sign-in"
SENDER, RECIPIENT, TEXT, ANSWER = "sender", "recipient", "text", "answer"

_POINTS = {
    CONNECT: "mail.connected",
    GREET: "mail.greeted",
    ENCRYPT: "mail.encrypted",
    SIGN_IN: "mail.signed-in",
    SENDER: "mail.sender-named",
    RECIPIENT: "mail.recipient-named",
    TEXT: "mail.text-sent",
    ANSWER: "mail.answered",
}
"""Where a test may kill the house between two steps."""

Tell = Callable[[str, str], None]
"""Hears of each step that was taken, and what the server said to it."""


def unheard(step: str, words: str) -> None:
    """Nobody watches."""


def steps(url: str) -> list[str]:
    """What happens one after the other until a mail is accepted by this server."""
    server = urlsplit(url)
    way = [CONNECT, GREET]
    # With smtps the line is encrypted before the first word.
    way = [CONNECT, ENCRYPT, GREET] if server.scheme == "smtps" else way
    way += [ENCRYPT] if server.scheme == "smtp+starttls" else []
    way += [SIGN_IN] if server.username else []
    return [*way, SENDER, RECIPIENT, TEXT, ANSWER]


class _Listening(smtplib.SMTP):
    """Keeps the words that a server begins with."""

    welcome = b""

    def connect(self, *where: Any, **more: Any) -> tuple[int, bytes]:
        code, self.welcome = super().connect(*where, **more)
        return code, self.welcome


class _Encrypted(_Listening, smtplib.SMTP_SSL):
    """The same, encrypted before the first word."""


class SmtpMailer:
    """Hands mails to an SMTP server, one recipient each; a connection serves a whole batch.

    A server's certificate must be known to this machine, or to the authority in `ca_file`.
    """

    def __init__(
        self,
        url: str,
        password: str = "",
        *,
        ca_file: Path | None = None,
        timeout: float = _TIMEOUT,
        patience: float = _PATIENCE,
        tell: Tell = unheard,
    ) -> None:
        self._server, self._password, self._ca_file = urlsplit(url), password, ca_file
        self._timeout, self._patience, self._tell = timeout, patience, tell
        self._connection: smtplib.SMTP | None = None
        self._one_at_a_time = Lock()

    def send(self, message: Message) -> Accepted:
        content = re.sub(rb"(?m)^\.", b"..", as_bytes(message))
        with self._one_at_a_time:
            try:
                return self._hand_over(message, content)
            except MailRefused:
                self._drop()
                raise
            except NotAccepted:
                # The server may be gone: saying goodbye to it would only cost a second timeout.
                self._drop(politely=False)
                raise

    def close(self) -> None:
        with self._one_at_a_time:
            self._drop()

    def _hand_over(self, message: Message, content: bytes) -> Accepted:
        try:
            connection = self._announce(message)
            _expect_go(connection.docmd("DATA"))
        except (OSError, smtplib.SMTPException) as error:
            raise MailDeferred(_said(error)) from error
        reach("mail.text-begun")
        try:
            reply = self._pour(connection, content)
        except (OSError, smtplib.SMTPException) as error:
            raise MailUncertain(_said(error)) from error
        _expect_go(reply)
        self._took(ANSWER, _words(*reply))
        return Accepted(_words(*reply))

    def _announce(self, message: Message) -> smtplib.SMTP:
        connection = self._begin(message.returns_to)
        reply = connection.rcpt(message.to)
        _expect_go(reply)
        self._took(RECIPIENT, _words(*reply))
        return connection

    def _pour(self, connection: smtplib.SMTP, content: bytes) -> tuple[int, bytes]:
        """Send the text; from here on nobody knows, until the server has answered."""
        half = len(content) // 2
        connection.send(content[:half])
        reach("mail.text-half")
        connection.send(content[half:] + b".\r\n")
        self._took(TEXT, f"{len(content)} bytes")
        line = connection.sock
        if line is not None:
            line.settimeout(self._patience)
        reply = connection.getreply()
        if line is not None:
            line.settimeout(self._timeout)
        return reply

    def _begin(self, sender: str) -> smtplib.SMTP:
        """Name the sender; a connection that went stale since the last mail is opened again."""
        if self._connection is not None:
            try:
                return self._name_sender(self._connection, sender)
            except (OSError, smtplib.SMTPException, MailDeferred):
                self._drop(politely=False)
        self._connection = self._connect()
        return self._name_sender(self._connection, sender)

    def _name_sender(self, connection: smtplib.SMTP, sender: str) -> smtplib.SMTP:
        reply = connection.mail(sender)
        _expect_go(reply)
        self._took(SENDER, _words(*reply))
        return connection

    def _connect(self) -> smtplib.SMTP:
        connection = self._dial()
        try:
            self._introduce(connection)
        except (OSError, smtplib.SMTPException):
            connection.close()
            raise
        return connection

    def _introduce(self, connection: smtplib.SMTP) -> None:
        connection.ehlo_or_helo_if_needed()
        self._took(GREET, _words(_GREETED, (connection.ehlo_resp or b"").partition(b"\n")[0]))
        if self._server.scheme == "smtp+starttls":
            connection.starttls(context=self._trust())
            self._took(ENCRYPT, _cipher(connection))
            connection.ehlo_or_helo_if_needed()
        if self._server.username:
            reply = connection.login(unquote(self._server.username), self._password)
            self._took(SIGN_IN, _words(*reply))

    def _dial(self) -> smtplib.SMTP:
        host, port = self._server.hostname or "", self._server.port or PORTS[self._server.scheme]
        connection: _Listening
        if self._server.scheme == "smtps":
            connection = _Encrypted(host, port, timeout=self._timeout, context=self._trust())
        else:
            connection = _Listening(host, port, timeout=self._timeout)
        self._took(CONNECT, _words(_READY, connection.welcome))
        if self._server.scheme == "smtps":
            self._took(ENCRYPT, _cipher(connection))
        return connection

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._ca_file)

    def _took(self, step: str, words: str) -> None:
        self._tell(step, words)
        reach(_POINTS[step])

    def _drop(self, politely: bool = True) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with suppress(OSError, smtplib.SMTPException):
            if politely:
                connection.quit()
        connection.close()


def _expect_go(reply: tuple[int, bytes]) -> None:
    """2xx and 354 go on; 5xx is a refusal; anything else (4xx, -1: closed) is for later."""
    code = reply[0]
    if code == _GO_AHEAD or 200 <= code < 300:  # noqa: PLR2004 - the classes of SMTP replies
        return
    if 500 <= code < 600:  # noqa: PLR2004
        raise MailRefused(_words(*reply))
    raise MailDeferred(_words(*reply))


def _cipher(connection: smtplib.SMTP) -> str:
    line = connection.sock
    return line.version() or "" if isinstance(line, ssl.SSLSocket) else ""


def _words(code: int, words: bytes) -> str:
    """What the server said, in one short line that is safe to show."""
    said = words.decode("ascii", "replace")
    return f"{code} " + " ".join(re.sub(r"[^ -~]", " ", said).split())[:_WORDS]


def _said(error: Exception) -> str:
    """Why there is no connection. Only the server's answer or the kind of error is told."""
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return _words(error.smtp_code, text if isinstance(text, bytes) else text.encode())
    return type(error).__name__
