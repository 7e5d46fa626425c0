"""Where the queue is, with the password filled in, and what each kind of queue needs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from shared.backbone.bus.frames import QueueAway
from shared.settings import Settings

REDELIVERED_AFTER = 300
"""Seconds after which Redis hands out again what a service took and never acknowledged."""


def address(settings: Settings, service: str) -> str:
    """The queue's address for one service. Read anew each time: a password may have changed."""
    try:
        return settings.queue(service)
    except (OSError, UnicodeDecodeError):
        raise QueueAway("the file with the password of the queue cannot be read") from None


@dataclass(frozen=True)
class Users:
    """How the users of the queue server are called, where each service has one of its own."""

    before: str
    after: str

    def user(self, service: str) -> str:
        return f"{self.before}{service}{self.after}"

    def service(self, user: str) -> str:
        """Whose user this is; nobody's when it is none of ours."""
        service = user.removeprefix(self.before).removesuffix(self.after)
        return service if self.user(service) == user else ""


def users(settings: Settings) -> Users | None:
    """None where all services share one user, so that nobody can tell who has sent what."""
    user = unquote(urlsplit(settings.queue_url.split(";")[0]).username or "")
    before, mark, after = user.partition("{service}")
    return Users(before, after) if mark else None


_LOSES = {
    "filesystem": "what a service holds when it is killed, and what is read while it is written",
    "sqla": "what a service holds when it is killed; and it keeps what was taken, for ever",
    "redis": "what it has not yet written to the disk; and keeps what a killed service held",
}


def weakness(url: str) -> str:
    """What this kind of queue would lose by itself; empty for those that are meant to be used."""
    kind = url.partition("://")[0].partition("+")[0]
    if kind in ("memory", "amqp", "amqps"):
        return ""
    if kind == "rediss":
        kind = "redis"
    return _LOSES.get(kind, "nobody knows what: Relais was never tried with it")


def embedded_options(url: str, data_dir: Path) -> tuple[str, dict[str, Any]]:
    """The address as kombu wants it, and what a queue without a server of its own needs."""
    parts = urlsplit(url)
    if parts.scheme == "filesystem":
        folder = Path(parts.path) if parts.path.strip("/") else data_dir / "queue"
        folder.mkdir(parents=True, exist_ok=True)
        return "filesystem://", {"data_folder_in": str(folder), "data_folder_out": str(folder)}
    if parts.scheme.startswith("redis"):
        return url, {"visibility_timeout": REDELIVERED_AFTER}
    return url, {}
