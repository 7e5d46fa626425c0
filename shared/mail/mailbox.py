"""Reading the mailbox that undelivered mails come back to; what is not ours stays untouched."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from shared.mail.returned import LARGEST
from shared.mail.servers import is_elsewhere, password, place
from shared.settings import LOCAL_HOSTS, Settings

_TIMEOUT = 30.0
_MOST = 200
"""So many mails that are new are looked at in one go; the rest waits for the next."""
_OVERLAP = 86_400
"""Seconds. The names of a Maildir are in order only as far as clocks and processes agree."""
_PORTS = {"imap": 143, "imap+starttls": 143, "imaps": 993}
_EXAMPLE = "imaps://bounces@mail.example.org or maildir:///var/mail/bounces"


class MailboxAway(Exception):
    """The mailbox cannot be read now. `words` say why, for whoever looks after it."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


@dataclass(frozen=True)
class Arrived:
    """A mail in the mailbox. After `position` come the later ones."""

    position: str
    name: str
    raw: bytes


class Mailbox(Protocol):
    """A mailbox that is open. Looking into it changes nothing; `mark` says that a mail is read."""

    def after(self, position: str) -> Iterator[Arrived]: ...
    def mark(self, arrived: Arrived) -> None: ...


class ImapMailbox:
    """A mailbox on a server. Its position is what IMAP promises never to give twice."""

    def __init__(self, line: imaplib.IMAP4, folder: str) -> None:
        self._line = line
        _good(*line.select(f'"{folder}"'))
        self._validity = _number(line.response("UIDVALIDITY")[1])

    def after(self, position: str) -> Iterator[Arrived]:
        validity, _, last = position.partition(":")
        begin = int(last) + 1 if last and validity == str(self._validity) else 1
        found = _good(*self._line.uid("SEARCH", f"UID {begin}:*"))
        # The last mail is always found by `n:*`, even when it is older.
        uids = sorted(uid for uid in map(int, b" ".join(found).split()) if uid >= begin)
        for uid in uids[:_MOST]:
            yield Arrived(f"{self._validity}:{uid}", str(uid), self._fetch(uid))

    def mark(self, arrived: Arrived) -> None:
        self._line.uid("STORE", arrived.name, "+FLAGS.SILENT", r"(\Seen)")

    def _fetch(self, uid: int) -> bytes:
        answer, parts = self._line.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{LARGEST}>)")
        _good(answer, parts)  # else a report that the server could not give now would be lost
        texts = (part[1] for part in parts or [] if isinstance(part, tuple))
        return next((text for text in texts if isinstance(text, bytes)), b"")


class MaildirMailbox:
    """A folder that a mail server of this machine delivers to: what is marked leaves `new`."""

    def __init__(self, folder: Path) -> None:
        self._new, self._seen = folder / "new", folder / "cur"
        if not self._new.is_dir():
            raise MailboxAway(f"{folder} is no Maildir: it has no folder named new")

    def after(self, position: str) -> Iterator[Arrived]:
        """Mails of strangers stay: those of the last day are looked at once more each time.

        Of these only the newest, so that however many stay, what is new has its turn.
        """
        latest = int(position or 0)
        names = sorted(file.name for file in self._new.iterdir())
        again = [name for name in names if _is_looked_at_again(_arrived(name), latest)]
        new = [name for name in names if _arrived(name) > latest]
        for name in [*again[-_MOST:], *new[:_MOST]]:
            latest = max(latest, _arrived(name))
            with suppress(FileNotFoundError), (self._new / name).open("rb") as file:
                yield Arrived(str(latest), name, file.read(LARGEST))

    def mark(self, arrived: Arrived) -> None:
        with suppress(OSError):
            (self._new / arrived.name).rename(self._seen / f"{arrived.name}:2,S")


def check_mailbox(settings: Settings) -> None:
    """Stop in words when the settings name no mailbox that could be opened."""
    if not settings.bounces_url:
        return
    if not settings.mail_bounces_address:
        raise ValueError("RELAIS_BOUNCES_URL is of use only with RELAIS_MAIL_BOUNCES_ADDRESS")
    server = urlsplit(settings.bounces_url)
    if server.scheme != "maildir":
        _refuse_unsafe_server(settings)
    elif server.netloc or not server.path.startswith("/"):
        raise ValueError(f"RELAIS_BOUNCES_URL must look like {_EXAMPLE}")


def _refuse_unsafe_server(settings: Settings) -> None:
    url = urlsplit(settings.bounces_url)._replace(path="").geturl()
    server = place(url, "RELAIS_BOUNCES_URL", _EXAMPLE, _PORTS)
    if not server.username:
        raise ValueError("RELAIS_BOUNCES_URL must name a user: imaps://user@host")
    password(settings.bounces_password_file, server, "RELAIS_BOUNCES_URL")
    if settings.demo and server.hostname not in LOCAL_HOSTS:
        raise ValueError("in the demo no mailbox of another machine is read")
    if server.scheme == "imap" and is_elsewhere(server):
        raise ValueError("a mailbox on another host must be read encrypted: imaps://")


@contextmanager
def opened(settings: Settings) -> Iterator[Mailbox]:
    """The mailbox that the settings name, or `MailboxAway`."""
    server = urlsplit(settings.bounces_url)
    try:
        if server.scheme == "maildir":
            yield MaildirMailbox(Path(unquote(server.path)))
            return
        with _connected(server, settings) as line:
            secret = password(settings.bounces_password_file, server, "RELAIS_BOUNCES_URL")
            line.login(unquote(server.username or ""), secret)
            yield ImapMailbox(line, unquote(server.path.strip("/")) or "INBOX")
    except imaplib.IMAP4.error as error:
        said = error.args[0] if error.args else ""
        words = said.decode("ascii", "replace") if isinstance(said, bytes) else str(said)
        raise MailboxAway(_words(words)) from error
    except OSError as error:
        raise MailboxAway(type(error).__name__) from error


def _connected(server: SplitResult, settings: Settings) -> imaplib.IMAP4:
    host, port = server.hostname or "", server.port or _PORTS[server.scheme]
    if server.scheme == "imap":
        return imaplib.IMAP4(host, port, timeout=_TIMEOUT)
    trust = ssl.create_default_context(cafile=settings.mail_ca_file)
    if server.scheme == "imaps":
        return imaplib.IMAP4_SSL(host, port, ssl_context=trust, timeout=_TIMEOUT)
    line = imaplib.IMAP4(host, port, timeout=_TIMEOUT)
    line.starttls(trust)
    return line


def _arrived(name: str) -> int:
    """The second of arrival, with which the names of mails begin; 0 if this one does not."""
    second = name.partition(".")[0]
    return int(second) if second.isdecimal() else 0


def _is_looked_at_again(arrived: int, latest: int) -> bool:
    return not arrived or latest - _OVERLAP <= arrived <= latest


def _good(answer: str, data: list[bytes] | list[None] | object) -> list[bytes]:
    """What was answered, or `MailboxAway` with the server's words."""
    said = [part for part in data if isinstance(part, bytes)] if isinstance(data, list) else []
    if answer != "OK":
        raise MailboxAway(_words(b" ".join(said).decode("ascii", "replace")))
    return said


def _number(data: list[bytes | None] | object) -> int:
    said = data[0] if isinstance(data, list) and data else None
    return int(said) if isinstance(said, bytes) and said.isdigit() else 0


def _words(said: str) -> str:
    return " ".join(re.sub(r"[^ -~]", " ", said).split())[:200]
