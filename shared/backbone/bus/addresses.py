"""Where the queue is, with the password filled in, and what each kind of queue needs."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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
