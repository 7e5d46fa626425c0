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
