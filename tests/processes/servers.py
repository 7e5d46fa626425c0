"""Databases and a place at the queue for one test, on servers that it shares with others."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from kombu import Connection  # type: ignore[attr-defined]

from shared.backbone.bus import topology
from shared.identifiers import new_id
from shared.sealing import team_key
from shared.settings import Settings
from tests.surroundings import BROKER, POSTGRES


@contextmanager
def centre_of(names: Sequence[str], folder: Path, queue: str = BROKER) -> Iterator[Settings]:
    """A centre with an empty database for each service; what is left on the servers goes away."""
    centre = f"relais_test_{new_id().hex[-12:]}"
    settings = Settings(
        data_dir=folder,
        database_url=POSTGRES.rpartition("/")[0] + f"/{centre}_{{service}}",
        queue_url=queue,
        queue_prefix=centre,
    )
    team_key(settings.key_file)
    with closing(psycopg.connect(POSTGRES, autocommit=True)) as server:
        try:
            for name in names:
                server.execute(f'create database "{centre}_{name}"')
            yield settings
        finally:
            for name in names:
                server.execute(f'drop database if exists "{centre}_{name}" with (force)')
            if not settings.embedded:
                remove_queues(settings, names)


def remove_queues(settings: Settings, names: Sequence[str]) -> None:
    """Everything that a centre of these services made at the queue server."""
    prefix = settings.queue_prefix
    with Connection(settings.queue_url) as connection:  # type: ignore[no-untyped-call]
        channel = connection.default_channel
        for name in names:
            channel.queue_delete(topology.queue(prefix, name))
            channel.queue_delete(topology.dead_queue(prefix, name))
        channel.exchange_delete(topology.exchange(prefix))
        channel.exchange_delete(topology.dead_exchange(prefix))
