"""A schema and queues for one measurement, on servers that others use too."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import psycopg
from amqp.exceptions import NotFound
from kombu import Connection  # type: ignore[attr-defined]

from shared.identifiers import new_id
from tests.benchmarks.peers.job import TABLES, Place
from tests.surroundings import BROKER, POSTGRES

DRAMATIQ_ADDS = (".DQ", ".XQ")


@contextmanager
def place() -> Iterator[Place]:
    """Empty tables and a queue of an unused name; nothing is left afterwards."""
    # Some clients take an empty name for the default virtual host, where others want it spelled.
    broker = BROKER.removesuffix("//") + "/%2F" if BROKER.endswith("//") else BROKER
    here = Place(broker, POSTGRES, f"relais_bench_{new_id().hex[-12:]}")
    with closing(psycopg.connect(POSTGRES, autocommit=True)) as server:
        server.execute(f'create schema "{here.name}"')
        server.execute(f'set search_path = "{here.name}"')
        server.execute(TABLES)
        try:
            yield here
        finally:
            server.execute("set client_min_messages = warning")
            server.execute(f'drop schema "{here.name}" cascade')
            _remove_queues(here)


def _remove_queues(here: Place) -> None:
    with Connection(here.broker) as connection:  # type: ignore[no-untyped-call]
        for name in (here.name, *(here.name + end for end in DRAMATIQ_ADDS)):
            with suppress(NotFound):
                connection.channel().queue_delete(name)
