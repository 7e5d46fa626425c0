"""The version of a database: another one after every commit, whichever process made it."""

import threading
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import Engine, event

_ASKED = {
    "sqlite": "pragma data_version",
    "postgresql": "select pg_current_snapshot()::text",
}
"""Both may change without a reason, and never stay as they are when something was committed."""


class Seen(NamedTuple):
    """A version, and when it was looked at: who has the higher number looked later."""

    version: tuple[int, object]
    number: int


class Versions:
    """Looks at the version of one database. May be used by many threads at once."""

    def __init__(self, reader: Engine) -> None:
        self._reader, self._lock = reader, threading.Lock()
        self.in_a_file = reader.dialect.name == "sqlite"
        self._numbers = count(1)
        self._line: Any = None
        self._seen = Seen((0, None), 0)
        event.listen(reader, "engine_disposed", lambda _: self.close())

    def look(self) -> Seen:
        """The version now or later. Many who ask at the same time cost one look."""
        asked_at = next(self._numbers)
        with self._lock:
            if self._seen.number < asked_at:
                number = next(self._numbers)
                self._seen = Seen(self._ask(number), number)
            return self._seen

    def _ask(self, number: int) -> tuple[int, object]:
        """What the database says; when it says nothing, a version that nothing was drawn at.

        Whoever asked goes on to read, and finds out whether only this line was cut.
        """
        try:
            if self._line is None:
                self._line, self._opened = _line(self._reader), number
            # Only what one and the same connection says can be compared.
            return self._opened, self._line.execute(_ASKED[self._reader.dialect.name]).fetchone()[0]
        except Exception:  # of the database's own library
            self._hang_up()
            return number, None

    def close(self) -> None:
        with self._lock:
            self._hang_up()

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()


def _line(reader: Engine) -> Any:
    """A connection of one's own, outside of every transaction."""
    borrowed = reader.raw_connection()
    line: Any = borrowed.driver_connection
    borrowed.detach()
    if reader.dialect.name == "postgresql":
        line.autocommit = True
    return line
