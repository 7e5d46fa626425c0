"""Handing mails to a mail server. The only file that speaks SMTP."""

import re
import smtplib
import ssl
from contextlib import suppress
from threading import Lock
from urllib.parse import unquote, urlsplit

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
_WORDS = 300
_GO_AHEAD = 354
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class SmtpMailer:
    """Hands mails to an SMTP server, one recipient each; a connection serves a whole batch."""

    def __init__(self, url: str, password: str = "", timeout: float = _TIMEOUT) -> None:
        self._server = urlsplit(url)
        self._password = password
        self._timeout = timeout
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
            connection = self._begin(message.returns_to)
            _expect_go(connection.rcpt(message.to))
            _expect_go(connection.docmd("DATA"))
        except (OSError, smtplib.SMTPException) as error:
            raise MailDeferred(_said(error)) from None
        try:
            connection.send(content + b".\r\n")
            reply = connection.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise MailUncertain(_said(error)) from None
        _expect_go(reply)
        return Accepted(_words(*reply))

    def _begin(self, sender: str) -> smtplib.SMTP:
        """Name the sender; a connection that went stale since the last mail is opened again."""
        if self._connection is not None:
            try:
                _expect_go(self._connection.mail(sender))
                return self._connection
            except (OSError, smtplib.SMTPException, MailDeferred):
                self._drop(politely=False)
        self._connection = self._connect()
        _expect_go(self._connection.mail(sender))
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        connection = self._dial()
        try:
            connection.ehlo_or_helo_if_needed()
            if self._server.scheme == "smtp+starttls":
                connection.starttls(context=ssl.create_default_context())
                connection.ehlo_or_helo_if_needed()
            if self._server.username:
                connection.login(unquote(self._server.username), self._password)
        except (OSError, smtplib.SMTPException):
            connection.close()
            raise
        return connection

    def _dial(self) -> smtplib.SMTP:
        host, port = self._server.hostname or "", self._server.port or PORTS[self._server.scheme]
        if self._server.scheme == "smtps":
            secure = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=self._timeout, context=secure)
        return smtplib.SMTP(host, port, timeout=self._timeout)

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
