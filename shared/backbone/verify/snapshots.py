"""Databases as they were at one moment, so that nothing changes while they are compared."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, select

from shared.backbone.tables import EventRow
from shared.database import table_of, take_your_time

AT_ONCE = 5000
OFTEN = 200_000
Tell = Callable[[str], None]
Rows = Iterator[Any]


@dataclass(frozen=True)
class Snapshot:
    """What one database says at the moment when it was taken."""

    service: str
    connection: Connection
    tell: Tell = lambda _: None

    def rows(self, statement: Any, what: str = "") -> Iterator[Any]:
        """The rows one after the other, however many; with `what` it tells how far it has come."""
        found = self.connection.execute(statement.execution_options(yield_per=AT_ONCE))
        for number, row in enumerate(found, 1):
            if what and number % OFTEN == 0:
                self.tell(f"{self.service}: {number:,} {what}")
            yield row

    def all(self, statement: Any) -> list[Any]:
        """A few rows."""
        return list(self.connection.execute(statement).all())


@dataclass(frozen=True)
class Books:
    """All databases, each of them twice.

    Every inbox is seen as it was *before* any log is. A producer commits before it sends, so what
    stands in such an inbox stands in such a log: on a running system, too, nothing is missing there
    that was ever announced. The other way round something may have been stored in between, which is
    asked for again (`now`) before anybody calls it missing.
    """

    inboxes: Mapping[str, Snapshot]
    logs: Mapping[str, Snapshot]
    engines: Mapping[str, Engine]

    @contextmanager
    def now(self, service: str) -> Iterator[Connection]:
        """A look at a database as it is now, after all snapshots."""
        with self.engines[service].connect() as connection:
            yield connection


@contextmanager
def opened(engines: Mapping[str, Engine], tell: Tell) -> Iterator[Books]:
    """Take both rounds of snapshots; nobody waits for them, and they write nothing."""
    with ExitStack() as stack:
        inboxes = {name: _take(stack, name, engine, tell) for name, engine in engines.items()}
        logs = {name: _take(stack, name, engine, tell) for name, engine in engines.items()}
        yield Books(inboxes, logs, engines)


def _take(stack: ExitStack, service: str, engine: Engine, tell: Tell) -> Snapshot:
    return Snapshot(service, stack.enter_context(standing_still(engine)), tell)


@contextmanager
def standing_still(engine: Engine) -> Iterator[Connection]:
    """A connection that sees a database as it is now, until it is given back."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        take_your_time(connection)  # to sort a whole log; and it waits while others are read
        # A snapshot is taken by the first look, not by the beginning of the transaction.
        connection.execute(select(table_of(EventRow).c.id).limit(1)).first()
        yield connection


def side_by_side(left: Rows, right: Rows, width: int = 2) -> Iterator[tuple[Any, Any]]:
    """Two sorted lists next to each other; whatever has no partner stands alone."""
    one, other = next(left, None), next(right, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one[:width] < other[:width]):
            yield one, None
            one = next(left, None)
        elif one is None or other[:width] < one[:width]:
            yield None, other
            other = next(right, None)
        else:
            yield one, other
            one, other = next(left, None), next(right, None)
