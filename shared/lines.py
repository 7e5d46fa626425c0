"""A line to PostgreSQL that may be dead at its other end, so that nobody waits on it for ever."""

from typing import TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout

SILENCE_SECONDS = 75.0
"""After so long the server, or what lies between, counts as gone: a frozen server, or a proxy that
forgot it, still answers the network's own questions. A server that works says so earlier, because
it breaks a statement off (`STATEMENTS_END` in `shared/database.py`)."""
_Answer = TypeVar("_Answer")


class Line(psycopg.Connection):
    """A connection whose every wait ends; `patient` ones, for changes of tables, do not."""

    patient = False

    def wait(
        self, gen: PQGen[_Answer], interval: float = 0.1, timeout: float | None = None
    ) -> _Answer:
        """What the server answers; `OperationalError`, and a closed line, when it does not."""
        if timeout is not None or self.patient:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, SILENCE_SECONDS)
        except _WaitTimeout:
            self.pgconn.finish()
            raise psycopg.OperationalError("the server does not answer") from None
