"""Says whether a process of a service lives, to what watches over it, such as a container.

    python -m shared.health rtms_unit worker

It asks neither the database nor the queue: who only waits for them must not be restarted for it.
"""

import argparse
import sys
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from shared.clock import SystemClock
from shared.settings import Settings

API, WORKER = "api", "worker"
FRESH = timedelta(seconds=30)
"""The loop of a worker turns at least every second."""
_ANSWER_SECONDS = 5
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where one asks, not listens


def alive_file(settings: Settings, service: str) -> Path:
    """What a worker touches as long as its loop turns."""
    return settings.data_dir / f"{service}-worker.alive"


def lives(service: str, role: str, settings: Settings) -> bool:
    """Whether the process of this folder (worker) or at this address (api) does its work."""
    return _turns(alive_file(settings, service)) if role == WORKER else _answers(settings)


def _turns(file: Path) -> bool:
    if not file.exists():
        return False
    touched = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return SystemClock().now() - touched < FRESH


def _answers(settings: Settings) -> bool:
    host = _ANYWHERE.get(settings.host, settings.host)
    connection = HTTPConnection(host, settings.port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", "/live")
        return connection.getresponse().status == 200  # noqa: PLR2004
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description="Does a process of this service live?")
    asked.add_argument("service")
    asked.add_argument("role", choices=[API, WORKER])
    given = asked.parse_args()
    sys.exit(not lives(given.service, given.role, Settings()))
