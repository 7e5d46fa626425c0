"""A new release finds the databases of an older one: every row stays, or nothing is changed."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

import services
from shared.migrations import OtherRelease, heads, upgrade
from shared.migrations.new import Part, parts
from tests.clinic import Clinic
from tests.migrations.bases import Databases, form, opened, rows
from tests.referring import refer

BACKBONE = next(part for part in parts() if part.label == "backbone")


def later(part: Part, place: Path, body: str) -> str:
    """A folder with one revision more, as a later release of a part has it."""
    (before,) = heads([part.folder])
    folder = place / f"later_{part.label}"
    folder.mkdir()
    (folder / f"{part.label}_later.py").write_text(
        "import sqlalchemy as sa\n"
        "from alembic import op\n"
        f'revision = "{part.label}_later"\n'
        f'down_revision = "{before}"\n'
        "branch_labels = depends_on = None\n\n"
        f"def upgrade():\n    {body}\n"
    )
    return str(folder)


def rebuilt(part: Part) -> str:
    """Gives every table of a part a new column, and on SQLite makes the whole table anew."""
    return "\n    ".join(
        f"op.add_column({table!r}, sa.Column('remark', sa.String, nullable=False, "
        "server_default=''))\n"
        f"    with op.batch_alter_table({table!r}) as t:\n"
        "        t.alter_column('remark', server_default=None)"
        for table in part.metadata.tables
    )


@pytest.mark.slow
def test_a_database_with_rows_keeps_them_all(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clinic at work, on the tables of today, meets a release that changes every table."""
    every = services.load_all()
    urls = {s.plate.name: databases.empty(s.plate.name) for s in every}
    monkeypatch.setenv("RELAIS_DATABASE_URL", databases.pattern.format("{service}"))
    for service in every:
        upgrade(urls[service.plate.name], service.migrations)
    work_a_little(tmp_path)
    news = {part.folder: later(part, tmp_path, rebuilt(part)) for part in parts()}
    for service in every:
        with opened(urls[service.plate.name]) as engine:
            before = rows(engine)
            assert before["inbox"] or before["event"], "somebody worked here"
            changed = [*service.migrations, *(news[folder] for folder in service.migrations)]
            assert upgrade(urls[service.plate.name], changed)
            assert rows(engine, without="remark") == before
            assert all("remark" in str(table["columns"]) for table in form(engine).values())


def work_a_little(folder: Path) -> None:
    clinic = Clinic(folder)
    clinic.staff()
    refer(clinic)
    assert clinic.verify() == []
    clinic.close()


def test_a_second_start_has_nothing_to_do(url: str, engine: Engine) -> None:
    assert upgrade(url, [BACKBONE.folder])
    first = form(engine)
    assert not upgrade(url, [BACKBONE.folder])
    assert form(engine) == first


def test_nothing_to_do_is_found_quickly(tmp_path: Path) -> None:
    """Less than 50 ms for a database at the best of ten looks: the rest is the machine's load."""
    url = f"sqlite:///{tmp_path}/base"
    folders = max((service.migrations for service in services.load_all()), key=len)
    upgrade(url, folders)
    assert min(seconds_to_look(url, folders) for _ in range(10)) < 0.05


def seconds_to_look(url: str, folders: Sequence[str]) -> float:
    start = time.perf_counter()
    assert not upgrade(url, folders)
    return time.perf_counter() - start


def test_nothing_to_do_does_not_load_the_machinery(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/base"
    upgrade(url, [BACKBONE.folder])
    look = "import sys; from shared.migrations import upgrade; "
    look += (
        f"assert not upgrade({url!r}, [{BACKBONE.folder!r}]); assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", look], check=True)


@pytest.mark.slow
def test_two_processes_that_start_at_once_do_it_once(url: str, engine: Engine) -> None:
    do = f"from shared.migrations import upgrade; upgrade({url!r}, [{BACKBONE.folder!r}])"
    both = [subprocess.Popen([sys.executable, "-c", do]) for _ in range(2)]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    assert set(form(engine)) == set(BACKBONE.metadata.tables)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("op.add_column('position', sa.Column('x', sa.String)); raise OSError('full')", "full"),
        ("op.drop_table('inbox'); op.execute('select nothing from nowhere')", "nowhere"),
    ],
)
def test_a_revision_that_fails_leaves_everything_as_it_was(
    url: str, engine: Engine, tmp_path: Path, body: str, reason: str
) -> None:
    upgrade(url, [BACKBONE.folder])
    before = form(engine)
    with pytest.raises(Exception, match=reason):
        upgrade(url, [BACKBONE.folder, later(BACKBONE, tmp_path, body)])
    assert form(engine) == before
    assert not upgrade(url, [BACKBONE.folder]), "the database is still one of this release"


def test_a_revision_that_orphans_rows_is_undone(tmp_path: Path) -> None:
    """SQLite looks after references only when it is asked to, at the end."""
    url = f"sqlite:///{tmp_path}/base"
    upgrade(url, [BACKBONE.folder])
    with opened(url) as engine:
        with engine.begin() as connection:
            connection.execute(text(EVENT))
            connection.execute(text(DELIVERY))
        before = rows(engine)
        folder = later(BACKBONE, tmp_path, "op.execute('delete from event')")
        with pytest.raises(ValueError, match="rows of delivery without their parent"):
            upgrade(url, [BACKBONE.folder, folder])
        assert rows(engine) == before


EVENT = """insert into event (id, stream, kind, version, recorded_at, body)
           values ('00', '01', 'patient.registered', 1, '2026-11-23 08:00', '{}')"""
DELIVERY = """insert into delivery
              (event_id, subscriber, stream, delivery_seq, state, attempts, error)
              values ('00', 'rtms_unit', '01', 1, 'waiting', 0, '')"""


def test_a_database_of_another_release_is_not_touched(
    url: str, engine: Engine, tmp_path: Path
) -> None:
    body = "op.create_table('novelty', sa.Column('id', sa.Integer))"
    upgrade(url, [BACKBONE.folder, later(BACKBONE, tmp_path, body)])
    before = form(engine)
    with pytest.raises(OtherRelease):
        upgrade(url, [BACKBONE.folder])
    assert form(engine) == before
    assert inspect(engine).has_table("novelty")
