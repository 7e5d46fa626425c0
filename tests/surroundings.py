"""What some tests need beside Python: PostgreSQL, RabbitMQ, Chromium. Where they are, if at all."""

import os
import shutil
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

POSTGRES = os.environ.get(
    "RELAIS_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres"
)
BROKER = os.environ.get("RELAIS_TEST_AMQP_URL", "amqp://guest:guest@127.0.0.1:5672//")
CHROMIUM = Path(os.environ.get("RELAIS_TEST_CHROMIUM", "/usr/bin/chromium"))
RABBITMQ = Path(os.environ.get("RELAIS_TEST_RABBITMQ_PROGRAMS", "/usr/lib/rabbitmq/bin"))
POSTGRES_PROGRAMS = Path(
    os.environ.get("RELAIS_TEST_POSTGRES_PROGRAMS")
    or max(Path("/usr/lib/postgresql").glob("*/bin"), default="/usr/lib/postgresql/bin")
)
CI = "CI" in os.environ


@dataclass(frozen=True)
class Need:
    """Something that tests with a marker of this name need."""

    is_there: Callable[[], bool]
    sentence: str

    def demand(self, *, must: bool) -> None:
        """Skip the test that needs it when it is not there; where it must be, let it fail."""
        if not self.is_there():
            (pytest.fail if must else pytest.skip)(self.sentence)


@cache
def answers(url: str) -> bool:
    """Whether somebody listens at the address of a server."""
    place = urlsplit(url)
    try:
        with socket.create_connection((place.hostname or "", place.port or 0), timeout=3):
            return True
    except OSError:
        return False


NEEDS = {
    "postgres": Need(
        lambda: answers(POSTGRES),
        "PostgreSQL does not answer; start it on port 5432 or set RELAIS_TEST_POSTGRES_URL.",
    ),
    "broker": Need(
        lambda: answers(BROKER),
        "RabbitMQ does not answer; start it on port 5672 or set RELAIS_TEST_AMQP_URL.",
    ),
    "nodes": Need(
        lambda: (
            (RABBITMQ / "rabbitmq-server").exists()
            and (POSTGRES_PROGRAMS / "initdb").exists()
            and shutil.which("epmd") is not None
        ),
        "The programs of RabbitMQ and PostgreSQL are not there, so no node can be started and "
        "killed; install both or set RELAIS_TEST_RABBITMQ_PROGRAMS and "
        "RELAIS_TEST_POSTGRES_PROGRAMS.",
    ),
    "redis": Need(
        lambda: shutil.which("redis-server") is not None,
        "There is no redis-server to start; install Redis to try it as a queue.",
    ),
    "imap": Need(
        lambda: Path("/usr/sbin/dovecot").exists(),
        "There is no Dovecot to start; install dovecot-imapd to read a mailbox on a server.",
    ),
    "spam": Need(
        lambda: Path("/usr/bin/spamassassin").exists(),
        "There is no SpamAssassin; install it to see what a filter says of the mails.",
    ),
    "node": Need(
        lambda: shutil.which("node") is not None and shutil.which("npm") is not None,
        "There is no Node.js with npm; install both to try the example that is written for it.",
    ),
    "proxy": Need(
        lambda: shutil.which("caddy") is not None,
        "There is no caddy to start; install Caddy to try the door of a centre in containers.",
    ),
    "browser": Need(
        CHROMIUM.exists,
        f"There is no browser at {CHROMIUM}; install Chromium or set RELAIS_TEST_CHROMIUM.",
    ),
}
