"""A mail server for tests: it says what it is told to say, and keeps what it accepts."""

import asyncio
import socketserver
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

GO_ON = "250 go on"
QUEUED = "250 2.0.0 queued as 4F"
DROP = "drop"


@dataclass
class MailServer:
    """`says` holds the next answers to a command; without one the server is content.

    The answer `drop` to DATA takes the mail and cuts the line before it says so.
    """

    says: dict[str, list[str]] = field(default_factory=dict)
    accepted: list[bytes] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    thinks: float = 0.0
    """Seconds that it takes before it answers to a text."""
    connections: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def answer(self, command: str) -> str:
        waiting = self.says.get(command, [])
        return waiting.pop(0) if waiting else ""


class Desk:
    """What aiosmtpd calls for each command of a client."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def handle_EHLO(  # noqa: N802 - the name that aiosmtpd calls
        self, _: SMTP, session: Session, __: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self._server.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        refusal = self._server.answer("MAIL")
        if not refusal:
            envelope.mail_from = address
        return refusal or GO_ON

    async def handle_RCPT(  # noqa: N802
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        refusal = self._server.answer("RCPT")
        if not refusal:
            envelope.rcpt_tos.append(address)
        return refusal or GO_ON

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _: Session, envelope: Envelope
    ) -> str:
        answer = self._server.answer("DATA")
        if answer in ("", DROP):
            assert isinstance(envelope.content, bytes)
            self._server.accepted.append(envelope.content)
            self._server.senders.append(envelope.mail_from or "")
            self._server.recipients.extend(envelope.rcpt_tos)
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), self._server.thinks)
        if answer == DROP:
            transport: Any = server.transport
            transport.abort()
        return answer or QUEUED


class AnyPort(Controller):
    """Listens on whichever port is free, and lets everything end before its loop does."""

    def cancel_tasks(self, stop_loop: bool = True) -> None:
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        ended = asyncio.gather(*tasks, return_exceptions=True)
        if stop_loop:
            ended.add_done_callback(lambda _: self.loop.stop())

    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mail_server(**options: Any) -> Iterator[MailServer]:
    """A server that runs while the block does; options are those of aiosmtpd."""
    server = MailServer()
    controller = AnyPort(Desk(server), hostname="127.0.0.1", port=0, **options)
    controller.start()
    server.port = controller.port
    # The controller itself has knocked once to see whether it listens.
    server.connections = 0
    try:
        yield server
    finally:
        controller.stop()


@contextmanager
def rude_server(*lines: str) -> Iterator[str]:
    """A server that says these lines in turn, whatever it is told, and hangs up. Gives its URL."""

    class Rude(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for line in lines:
                self.wfile.write(line.encode() + b"\r\n")
                self.rfile.readline()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Rude) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"smtp://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def the_password_is(password: str) -> Callable[..., AuthResult]:
    """What aiosmtpd asks whether somebody may come in."""
    right = password.encode()
    return lambda *said: AuthResult(success=said[-1].password == right, handled=False)


def identity_of(host: str, folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A key for this host that nobody trusts, and the certificate to trust it by."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret, public = folder / "key.pem", folder / "certificate.pem"
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(public, secret)
    return secure, public
