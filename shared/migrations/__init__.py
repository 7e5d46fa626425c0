"""Brings a service's database to the form that this release needs, without losing a row."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from shared.database import take_your_time, write_engine

if TYPE_CHECKING:
    from alembic.config import Config

LOCK = 7_214_433
"""The number of the lock that lets one process at a time migrate a PostgreSQL database."""


class OtherRelease(Exception):
    """The database holds revisions that this release does not know, so it must not touch it."""


def upgrade(url: str, folders: Sequence[str]) -> bool:
    """Apply the revisions of these folders that the database has not seen; none is a quick look.

    Returns whether there were any. All are applied, or none.
    """
    engine = write_engine(url)
    try:
        seen, needed = _seen(engine), heads(folders)
        if seen == needed:
            return False
        if not seen <= known(folders):
            raise OtherRelease
        _migrate(engine, folders)
        return True
    finally:
        engine.dispose()


def configuration(folders: Sequence[str]) -> "Config":
    """Alembic's configuration for the databases that these folders describe."""
    from alembic.config import Config  # its import would be half of a quick look

    config = Config()
    for name, value in {
        "script_location": str(Path(__file__).parent),
        "path_separator": "newline",
        "version_locations": "\n".join(folders),
    }.items():
        config.set_main_option(name, value.replace("%", "%%"))
    return config


def heads(folders: Sequence[str]) -> set[str]:
    """The last revision of each branch in these folders."""
    return known(folders) - set(_named("down_revision", folders))


def known(folders: Sequence[str]) -> set[str]:
    """The name of every revision in these folders."""
    return set(_named("revision", folders))


def _named(key: str, folders: Sequence[str]) -> Iterator[str]:
    """The revisions that the files name under a key, read without running the files."""
    line = re.compile(rf"^{key}\b.*=(.*)$", re.MULTILINE)
    for folder in folders:
        for file in Path(folder).glob("*.py"):
            for named in line.findall(file.read_text(encoding="utf-8")):
                yield from re.findall(r"[\"'](\w+)[\"']", named)


def _seen(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return set()
        return set(connection.execute(text("select version_num from alembic_version")).scalars())


def _migrate(engine: Engine, folders: Sequence[str]) -> None:
    from alembic import command

    config = configuration(folders)
    with engine.connect() as connection:
        _let_tables_be_rebuilt(connection)
        with connection.begin():
            _alone(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, "heads")
            _check_references(connection)


def _let_tables_be_rebuilt(connection: Connection) -> None:
    """SQLite changes a table by making a new one; dropping the old one must not touch others.

    It can only be said before the transaction begins, and ends with the connection.
    """
    if connection.dialect.name == "sqlite":
        connection.connection.execute("pragma foreign_keys=off")


def _alone(connection: Connection) -> None:
    """A second process that starts at the same moment waits, and then finds nothing to do."""
    if connection.dialect.name == "postgresql":
        take_your_time(connection)
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("pragma foreign_key_check").first()
        if broken:
            raise ValueError(f"the migration would leave rows of {broken[0]} without their parent")
