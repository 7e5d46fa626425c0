"""A developer changes a table and asks for the revision that it needs."""

from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, MetaData, String, Table, Uuid
from sqlalchemy.schema import SchemaItem
from sqlmodel.sql.sqltypes import UTCDateTime

from shared.database import create_tables
from shared.migrations import heads, upgrade
from shared.migrations.new import Part, write_missing
from tests.migrations.bases import Databases, form, opened


def ward(*more: SchemaItem) -> MetaData:
    """Tables that a part could have, and what a developer adds to them."""
    metadata = MetaData()
    Table("bed", metadata, Column("id", Uuid, primary_key=True), *more)
    Table("night", metadata, Column("bed_id", Uuid, ForeignKey("bed.id"), primary_key=True))
    return metadata


@pytest.fixture
def part(tmp_path: Path) -> Part:
    part = Part("ward", str(tmp_path / "migrations"), ward())
    Path(part.folder).mkdir()
    assert write_missing(part, "The first tables.")
    return part


def test_a_change_of_a_table_becomes_a_revision(part: Part, databases: Databases) -> None:
    url, described = databases.empty("migrated"), databases.empty("described")
    upgrade(url, [part.folder])
    changed = Part("ward", part.folder, ward(*news()))
    assert write_missing(changed, "Remember who sleeps where.")
    assert not write_missing(changed, "Nothing is left to write.")
    assert upgrade(url, [part.folder])
    with opened(url) as ours, opened(described) as theirs:
        create_tables(theirs, [changed.metadata])
        assert form(ours) == form(theirs)


def news() -> list[SchemaItem]:
    return [
        Column("name", String, index=True),
        Column("since", UTCDateTime()),
        Index("bed_since", "since", "name"),
    ]


def test_the_file_says_why_and_follows_the_one_before(part: Part) -> None:
    (first,) = heads([part.folder])
    assert write_missing(Part("ward", part.folder, ward(*news())), "Remember who sleeps where.")
    (last,) = heads([part.folder])
    text = next(Path(part.folder).glob(f"{last}_*.py")).read_text()
    assert text.startswith('"""Remember who sleeps where."""\n')
    assert f'down_revision: str | None = "{first}"' in text
    assert "sa.DateTime(timezone=True)" in text, "a plain type, which no other release changes"


def test_a_check_that_changed_is_seen_although_alembic_does_not(part: Part, tmp_path: Path) -> None:
    checked = ward(CheckConstraint("id is not null", name="there"))
    assert not write_missing(Part("ward", part.folder, checked), "Alembic is blind here.")
    upgrade(f"sqlite:///{tmp_path}/ours", [part.folder])
    with (
        opened(f"sqlite:///{tmp_path}/ours") as ours,
        opened(f"sqlite:///{tmp_path}/theirs") as theirs,
    ):
        create_tables(theirs, [checked])
        assert form(ours) != form(theirs)
