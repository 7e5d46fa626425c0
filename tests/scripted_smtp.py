"""A mail server that fails in every known way, once or as often as its script says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

from tests.mail_server import DROP, AnyPort, Desk, MailServer, identity_of, the_password_is

THINKS_LONG = 1.5


@dataclass(frozen=True)
class Script:
    """What the server does, by the place where it does it. `times`: how often, then it is well.

    `says` are answers to commands, each given once, to whichever mail comes then.
    """

    name: str
    at: str = ""
    answer: str = ""
    times: int = 1
    says: dict[str, tuple[str, ...]] = field(default_factory=dict)
    secure: bool = False
    password: str = ""
    trusted: bool = True
    comes_back: bool = False


SCRIPTS = [
    Script("well"),
    Script("well, encrypted, with a password", secure=True, password="right"),
    Script("connection refused", "accept", "close", times=4),
    Script("banner 421", "banner", "421 busy", times=4),
    Script("banner 554", "banner", "554 no service"),
    Script("EHLO 502", "greeting", "502 what?", times=2),
    Script("STARTTLS fails", "STARTTLS", "454 TLS not available", secure=True),
    Script("bad certificate", secure=True, trusted=False),
    Script("AUTH 535", secure=True, password="wrong"),
    Script("MAIL 451", says={"MAIL": ("451 4.3.0 later",) * 4}),
    Script("MAIL 552", says={"MAIL": ("552 5.2.2 quota",)}),
    Script("RCPT 450, well after five minutes", says={"RCPT": ("450 4.2.0 greylisted",) * 3}),
    Script("RCPT 550", says={"RCPT": ("550 5.1.1 no such user",)}),
    Script("RCPT 550 for all", says={"RCPT": ("550 5.1.1 no such user",) * 20}),
    Script("DATA 451", says={"DATA": ("451 4.3.0 later",) * 4}),
    Script("DATA 554", says={"DATA": ("554 5.7.1 policy",)}),
    Script("cut after half of the text", "text", "cut"),
    Script("cut after the last dot", says={"DATA": (DROP,)}),
    Script("cut after the last dot, again and again", says={"DATA": (DROP,) * 20}),
    Script("250, then cut", "afterwards", "cut", times=9),
    Script("250 after very long", "thinks", "long", times=1),
    Script("421 in the middle", says={"DATA": ("421 4.3.2 shutting down",)}),
    Script("250, and it comes back later", comes_back=True),
]


@dataclass
class Scripted(MailServer):
    """The server with what is left of its script."""

    script: Script = field(default_factory=lambda: Script("well"))
    left: int = 0

    def does(self, place: str) -> str:
        """What happens here now; nothing when the script is over or about another place."""
        if self.script.at != place or self.left <= 0:
            return ""
        self.left -= 1
        return self.script.answer


class _Protocol(SMTP):
    """aiosmtpd, with a script for what it would do well by itself."""

    scripted: Scripted

    async def push(self, status: Any) -> None:
        said = status.decode() if isinstance(status, bytes) else str(status)
        if said.startswith("220 ") and "go ahead" not in said.lower() and not self._greeted:
            self._greeted = True
            if self.scripted.does("accept"):
                self._cut()
                return
            if banner := self.scripted.does("banner"):
                await super().push(banner)
                self._cut(politely=True)
                return
        await super().push(status)
        if said.startswith("250 2.0.0 queued") and self.scripted.does("afterwards"):
            self._cut(politely=True)

    _greeted = False

    def _cut(self, politely: bool = False) -> None:
        line: Any = self.transport
        if line is not None:
            line.close() if politely else line.abort()

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 - the name that aiosmtpd calls
        if refusal := self.scripted.does("greeting"):
            await self.push(refusal)
        else:
            await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname: str) -> None:  # noqa: N802
        if refusal := self.scripted.does("greeting"):
            await self.push(refusal)
        else:
            await super().smtp_HELO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        if refusal := self.scripted.does("STARTTLS"):
            await self.push(refusal)
        else:
            await super().smtp_STARTTLS(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if self.scripted.does("text"):
            await self.push("354 speak")
            await self._reader.readline()
            self._cut()
            return
        if self.scripted.does("thinks"):
            self.scripted.thinks = THINKS_LONG
        await super().smtp_DATA(arg)
        self.scripted.thinks = 0.0


class _Listener(AnyPort):
    """Makes a protocol with the script for every connection."""

    def __init__(self, scripted: Scripted, **options: Any) -> None:
        self._scripted = scripted
        super().__init__(Desk(scripted), hostname="127.0.0.1", port=0, **options)

    def factory(self) -> SMTP:
        protocol = _Protocol(self.handler, **self.SMTP_kwargs)
        protocol.scripted = self._scripted
        return protocol


@contextmanager
def scripted_server(script: Script, folder: Path) -> Iterator[Scripted]:
    """A server that runs while the block does, and follows this script."""
    server = Scripted(script=script)
    options: dict[str, Any] = {}
    if script.secure:
        options["tls_context"], _ = identity_of("localhost", folder)
    if script.password:
        options["auth_required"] = True
        options["authenticator"] = the_password_is("right")
    listener = _Listener(server, **options)
    listener.start()
    server.port, server.connections = listener.port, 0
    # From now on: the listener itself has knocked once to see whether it listens.
    server.left = script.times
    server.says = {command: list(answers) for command, answers in script.says.items()}
    try:
        yield server
    finally:
        listener.stop()
