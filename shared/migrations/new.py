"""Writes the revisions that are missing: what the tables say now and no migration makes yet.

    make migration WHY="Remember who was on leave"

writes one file into the folder `migrations` of each part (a package with `tables`) whose tables
have changed. Read it before you commit it: a renamed column looks like one that went and one
that came, a new column that may not be empty needs a `server_default` for the rows that are
there, and Alembic does not see that a CHECK constraint changed (a test does).
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, MetaData

import shared
from shared.database import write_engine
from shared.migrations import configuration, heads, upgrade

FORMAT = {
    "hooks": "format",
    "format.type": "module",
    "format.module": "ruff",
    "format.options": "format --quiet REVISION_SCRIPT_FILENAME",
}


@dataclass(frozen=True)
class Part:
    """Some tables and the folder with their revisions: a branch of its own, named `label`."""

    label: str
    folder: str
    metadata: MetaData


def parts() -> Iterator[Part]:
    """Every package of the house that keeps tables."""
    root = Path(shared.__path__[0]).parent
    files = [*root.glob("s*/*/tables.py"), *root.glob("s*/*/tables/__init__.py")]
    for file in sorted(files):
        top, name, *_ = file.relative_to(root).parts
        metadata = import_module(f"{top}.{name}.tables").Table.metadata
        yield Part(name, str(root / top / name / "migrations"), metadata)


def write_missing(part: Part, why: str) -> bool:
    """Write a revision if the part needs one. Returns whether it did."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/database"
        upgrade(url, [part.folder])
        engine = write_engine(url)
        if missing(engine, [part.metadata]):
            _write(part, engine, why)
            return True
    return False


def missing(engine: Engine, metadata: Sequence[MetaData]) -> list[Any]:
    """What a database lacks of these tables, or has too much."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        return list(compare_metadata(context, metadata))  # type: ignore[arg-type]


def _write(part: Part, engine: Engine, why: str) -> None:
    first = not heads([part.folder])
    config = configuration([part.folder])
    config.attributes["metadata"] = part.metadata
    for name, value in FORMAT.items():
        config.set_section_option("post_write_hooks", name, value)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.revision(
            config,
            why,
            autogenerate=True,
            head="base" if first else f"{part.label}@head",
            branch_label=part.label if first else None,
            version_path=part.folder,
        )


if __name__ == "__main__":
    sentence = " ".join(sys.argv[1:]).strip().rstrip(".")
    if not sentence:
        sys.exit('Say why: make migration WHY="Remember who was on leave"')
    written = [part.label for part in parts() if write_missing(part, f"{sentence}.")]
    sys.stdout.write(f"New revisions: {', '.join(written) or 'none is needed'}\n")
