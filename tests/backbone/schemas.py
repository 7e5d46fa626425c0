"""Empty databases on PostgreSQL for the two services, made in no time and taken away again."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg

from shared.identifiers import new_id
from tests.backbone import pair
from tests.surroundings import POSTGRES


@contextmanager
def on_postgres() -> Iterator[str]:
    """The address of a schema for each service, which is as good as a database of its own."""
    prefix = f"relais_{new_id().hex}_"
    names = [f"{prefix}{service.plate.name}" for service in pair.house()]
    with closing(psycopg.connect(POSTGRES, autocommit=True)) as server:
        for name in names:
            server.execute(f'create schema "{name}"')
        try:
            yield f"{POSTGRES}?options=-csearch_path%3D{prefix}{{service}}"
        finally:
            for name in names:
                server.execute(f'drop schema "{name}" cascade')
