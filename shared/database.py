"""Databases: one for each service, with the settings that lose nothing."""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    MetaData,
    Table,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import SQLModel

PATIENT_FOR_SECONDS = {
    "connect_timeout": 5,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
}
"""How long a server may be silent before it counts as away."""
PAUSE_SECONDS = 0.5
"""After so long a connection is tried before its use; no server is restarted in less."""
_SINCE = "idle since"
LOCKS_END = "-c lock_timeout=10s -c idle_in_transaction_session_timeout=30s"
"""Nobody waits for a lock longer than for SQLite's, and a process that froze keeps none."""
STATEMENTS_END = "-c statement_timeout=60s"
"""Before whoever asked gives the line up."""
_LIMITS = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")


def glance(reader: Engine) -> Engine:
    """The same for a single statement, which needs no transaction around it."""
    if reader.dialect.name == "sqlite":
        return reader
    return reader.execution_options(isolation_level="AUTOCOMMIT")


def need_not_last(connection: Connection) -> None:
    """What this transaction writes may be lost when the server dies, for it is done again then.

    The server answers its commit without waiting for the disk.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("set local synchronous_commit = off")


def write_engine(url: str, *, durable: bool = True) -> Engine:
    """An engine whose transactions take the write lock at once, so that no update is lost.

    Only what can be made again from nothing may be written without being `durable`.
    """
    engine = _engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _durable if durable else _hasty)
        event.listen(engine, "begin", _begin_immediate)
    return engine


def read_engine(url: str) -> Engine:
    """An engine that can only read, and never waits for a writer."""
    engine = _engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _durable)
        event.listen(engine, "connect", _read_only)
        event.listen(engine, "begin", _begin)
    else:
        engine = engine.execution_options(postgresql_readonly=True)
    return engine


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    server = _for_server(parsed) if parsed.get_backend_name() == "postgresql" else {}
    engine = create_engine(
        parsed, hide_parameters=True, pool_size=5, max_overflow=20, pool_timeout=10, **server
    )
    if server:
        event.listen(engine, "do_connect", _connect)
        event.listen(engine, "checkin", _comes_back)
        event.listen(engine, "checkout", partial(_try_after_a_pause, engine))
    return engine


def _connect(_dialect: object, _record: object, given: list[Any], named: dict[str, Any]) -> Any:
    """With a limit for every wait."""
    from shared.lines import Line  # its library is only there for those who have such a server

    return Line.connect(*given, **named)


def take_your_time(connection: Connection) -> None:
    """Let this transaction work and wait for as long as it takes: tables are changed, or a whole
    log is read. Between two statements it may think as long, and is not taken for frozen."""
    if connection.dialect.name == "postgresql":
        for limit in _LIMITS:
            connection.execute(text(f"set local {limit} = 0"))
        line: Any = connection.connection.driver_connection
        line.patient = True


def _comes_back(connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[_SINCE] = monotonic()
    if connection is not None:
        connection.patient = False


def _try_after_a_pause(
    engine: Engine, connection: Any, record: ConnectionPoolEntry, _: object
) -> None:
    """While nobody used the connection its server may have gone; trying it costs a round trip."""
    if monotonic() - record.info.get(_SINCE, monotonic()) > PAUSE_SECONDS:
        try:
            engine.dialect.do_ping(connection)
        except Exception:  # of the database's own library; whatever it is, none of them is good
            raise InvalidatePoolError from None


def _for_server(url: URL) -> dict[str, Any]:
    """How to live with a server that restarts, and with processes that freeze on its other side."""
    asked = url.query.get("options", "")
    return {
        "connect_args": {
            **PATIENT_FOR_SECONDS,
            "options": f"{asked} {LOCKS_END} {STATEMENTS_END}".strip(),
        },
    }


def _durable(connection: Any, _: object) -> None:
    _set(connection, "journal_mode=wal", "synchronous=full")


def _hasty(connection: Any, _: object) -> None:
    _set(connection, "journal_mode=wal", "synchronous=off")


def _set(connection: Any, *pragmas: str) -> None:
    connection.isolation_level = None
    for pragma in (*pragmas, "busy_timeout=10000", "foreign_keys=on"):
        connection.execute(f"pragma {pragma}")


def _read_only(connection: Any, _: object) -> None:
    connection.execute("pragma query_only=on")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model, for statements that work on rows instead of objects."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def insert_new(
    connection: Connection, table: type[SQLModel], rows: Sequence[dict[str, Any]]
) -> int:
    """Insert rows; those whose key is there already stay as they are. Returns how many are new."""
    if not rows:
        return 0
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table_of(table)).on_conflict_do_nothing()
    counted = statement.execution_options(preserve_rowcount=True)
    return connection.execute(counted, list(rows)).rowcount


_PASSES_ON_A_SERVER = ("08", "40", "53", "55P03", "57", "58")
"""SQLSTATE: line lost, deadlock, no room or no memory, lock not given, being shut down, disk."""
_PASSES_IN_A_FILE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
    }
)


def is_disturbed(error: BaseException) -> bool:
    """Whether the database itself has trouble, which passes, and not what it was asked to do."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, PoolTimeout)
    state = str(getattr(error.orig, "sqlstate", None) or "")
    code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF  # extended codes
    passes = state.startswith(_PASSES_ON_A_SERVER) or code in _PASSES_IN_A_FILE
    return passes or error.connection_invalidated


def try_alone(connection: Connection, what: str) -> bool:
    """Keep other processes from doing the same until this transaction ends; False if one is at it.

    On SQLite whoever has a transaction that writes is alone anyway.
    """
    if connection.dialect.name == "sqlite":
        return True
    number = int.from_bytes(sha256(what.encode()).digest()[:8], signed=True)
    taken = connection.execute(text("select pg_try_advisory_xact_lock(:n)"), {"n": number})
    return bool(taken.scalar())


def create_tables(engine: Engine, metadata: Iterable[MetaData]) -> None:
    """Create every table as the code describes it (tests; the product migrates)."""
    for tables in metadata:
        tables.create_all(engine)
