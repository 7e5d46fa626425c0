"""One service on PostgreSQL, where two transactions really run side by side."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

import services
from shared.clock import VirtualClock
from shared.database import create_tables
from shared.identifiers import new_id
from shared.mail import MemoryMailer
from shared.running import House, RunningService
from shared.settings import Settings
from tests.clinic import MONDAY
from tests.surroundings import POSTGRES


@contextmanager
def service_alone(name: str, server: psycopg.Connection, folder: Path) -> Iterator[RunningService]:
    """The service of this name, in a schema of its own that is dropped afterwards."""
    prefix = f"relais_{new_id().hex}_"
    server.execute(f'create schema "{prefix}{name}"')
    url = f"{POSTGRES}?options=-csearch_path%3D{prefix}{{service}}"
    settings = Settings(data_dir=folder, database_url=url)
    house = House(services.load_all(), settings, VirtualClock(MONDAY), MemoryMailer())
    running = RunningService(next(s for s in house.services if s.plate.name == name), house)
    create_tables(running.engine, running.service.tables)
    yield running
    running.close()
    server.execute(f'drop schema "{prefix}{name}" cascade')
