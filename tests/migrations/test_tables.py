"""The revisions make exactly the tables that the code describes, on both kinds of database."""

from pathlib import Path

import pytest

import services
from shared.database import create_tables
from shared.migrations import upgrade
from shared.migrations.new import missing, parts
from shared.service import Service
from tests.migrations.bases import Databases, form, opened

STALE = 'the tables have changed: make migration WHY="..."'

every_service = pytest.mark.parametrize(
    "service", services.load_all(), ids=lambda service: service.plate.name
)


@every_service
def test_the_revisions_describe_the_tables(service: Service, databases: Databases) -> None:
    migrated, created = databases.empty("migrated"), databases.empty("created")
    assert upgrade(migrated, service.migrations)
    with opened(migrated) as ours, opened(created) as described:
        create_tables(described, service.tables)
        assert missing(ours, service.tables) == [], STALE
        assert form(ours) == form(described), STALE
        assert len(form(ours)) >= sum(len(metadata.tables) for metadata in service.tables)


def test_no_table_of_the_house_is_without_revisions() -> None:
    used = {folder for service in services.load_all() for folder in service.migrations}
    assert {Path(part.folder) for part in parts()} == {Path(folder) for folder in used}


@every_service
def test_every_part_of_a_database_has_its_branch(service: Service) -> None:
    assert len(service.migrations) == len(service.tables)
