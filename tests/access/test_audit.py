"""Is every way of tampering with the audit found, whoever wrote how much of the database?"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, delete, update
from sqlmodel import Session, col

from shared.access import audit
from shared.access.tables import AuditEntry, AuditHead, Table
from shared.database import create_tables, write_engine
from shared.identifiers import new_id

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PATIENT = new_id()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database with an audit of eight entries."""
    engine = write_engine(f"sqlite:///{tmp_path}/audit.db")
    create_tables(engine, [Table.metadata])
    with Session(engine) as session:
        for minute in range(8):
            now = MONDAY + timedelta(minutes=minute)
            audit.record(session, now, f"member:{minute}", "read-record", PATIENT)
        session.commit()
    yield engine
    engine.dispose()


def faults(engine: Engine, anchor: str = "") -> list[str]:
    with Session(engine) as session:
        return audit.check(session, anchor)


def tamper(engine: Engine, do: Callable[[Session], object]) -> list[str]:
    """What is found after somebody with the database in hands did this."""
    with Session(engine) as session:
        do(session)
        session.commit()
    return faults(engine)


def change(which: int, /, **values: object) -> Callable[[Session], object]:
    statement = update(AuditEntry).where(col(AuditEntry.number) == which).values(**values)
    return lambda session: session.execute(statement)


def remove(*numbers: int) -> Callable[[Session], object]:
    statement = delete(AuditEntry).where(col(AuditEntry.number).in_(numbers))
    return lambda session: session.execute(statement)


def test_an_untouched_audit_is_whole(engine: Engine) -> None:
    assert faults(engine) == []


def test_an_audit_that_has_not_begun_is_whole(tmp_path: Path) -> None:
    engine = write_engine(f"sqlite:///{tmp_path}/empty.db")
    create_tables(engine, [Table.metadata])
    assert faults(engine) == []
    engine.dispose()


@pytest.mark.parametrize(
    "values",
    [
        {"at": MONDAY - timedelta(days=1)},
        {"actor": "member:somebody-else"},
        {"action": "wrote-record"},
        {"patient_id": UUID(int=7)},
        {"patient_id": None},
        {"outcome": "refused"},
    ],
    ids=lambda values: str(next(iter(values))),
)
def test_an_edit_is_found(engine: Engine, values: dict[str, object]) -> None:
    assert tamper(engine, change(4, **values)) == ["entry 4 was changed"]


def test_an_edit_with_a_new_digest_is_found(engine: Engine) -> None:
    def forge(session: Session) -> None:
        entry = session.get_one(AuditEntry, 4)
        entry.actor = "member:somebody-else"
        entry.digest = audit._digest(entry)

    assert tamper(engine, forge) == ["entry 5 does not follow entry 4"]


def test_an_edit_that_also_mends_the_link_after_it_is_found(engine: Engine) -> None:
    def forge(session: Session) -> None:
        entry, after = session.get_one(AuditEntry, 4), session.get_one(AuditEntry, 5)
        entry.actor = "member:somebody-else"
        entry.digest = after.previous = audit._digest(entry)

    assert tamper(engine, forge) == ["entry 5 was changed"]


def test_a_forged_last_entry_is_found(engine: Engine) -> None:
    def forge(session: Session) -> None:
        entry = session.get_one(AuditEntry, 8)
        entry.outcome = "refused"
        entry.digest = audit._digest(entry)

    assert tamper(engine, forge) == ["entry 8 is not the one that was recorded last"]


def test_a_deletion_is_found(engine: Engine) -> None:
    assert tamper(engine, remove(3, 4)) == ["entries 3 to 4 are missing"]


def test_a_missing_beginning_is_found(engine: Engine) -> None:
    assert tamper(engine, remove(1)) == ["entries 1 to 1 are missing"]


def test_a_cut_tail_is_found(engine: Engine) -> None:
    assert tamper(engine, remove(7, 8)) == ["entries 7 to 8 were cut off the end"]


def test_an_audit_that_was_emptied_is_found(engine: Engine) -> None:
    assert tamper(engine, remove(*range(1, 9))) == ["entries 1 to 8 were cut off the end"]


def test_a_removed_head_is_found(engine: Engine) -> None:
    found = tamper(engine, lambda session: session.execute(delete(AuditHead)))
    assert found == ["entries 1 to 8 were added without being recorded"]


def test_an_insertion_is_found(engine: Engine) -> None:
    def insert(session: Session) -> None:
        last = session.get_one(AuditEntry, 8)
        entry = AuditEntry(
            number=9,
            at=MONDAY,
            actor="member:9",
            action="read-record",
            outcome="ok",
            previous=last.digest,
            digest="",
        )
        entry.digest = audit._digest(entry)
        session.add(entry)

    assert tamper(engine, insert) == ["entries 9 to 9 were added without being recorded"]


def test_an_insertion_in_the_middle_is_found(engine: Engine) -> None:
    """The later entries are moved up by one to make room."""

    def insert(session: Session) -> None:
        for number in range(8, 4, -1):
            change(number, number=number + 1)(session)
        session.add(
            AuditEntry(
                number=5,
                at=MONDAY,
                actor="x",
                action="y",
                outcome="ok",
                previous=session.get_one(AuditEntry, 4).digest,
                digest="",
            )
        )

    found = tamper(engine, insert)
    assert "entry 5 was changed" in found
    assert "entry 6 does not follow entry 5" in found


def test_a_reordering_is_found(engine: Engine) -> None:
    def swap(session: Session) -> None:
        for old, new in ((4, 100), (5, 4), (100, 5)):
            change(old, number=new)(session)

    found = tamper(engine, swap)
    assert "entry 4 was changed" in found
    assert "entry 5 does not follow entry 4" in found


def test_whoever_rewrites_all_of_it_is_found_by_an_anchor(engine: Engine) -> None:
    with Session(engine) as session:
        kept = audit.anchor(session)
    assert kept.startswith("8:")

    def rewrite(session: Session) -> None:
        remove(*range(1, 9))(session)
        session.execute(delete(AuditHead))
        for _ in range(9):
            audit.record(session, MONDAY, "member:innocent", "read-record", PATIENT)

    assert tamper(engine, rewrite) == []
    assert faults(engine, kept) == ["entry 8 is not the one that was anchored"]


def test_an_anchor_of_before_still_holds_later(engine: Engine) -> None:
    with Session(engine) as session:
        kept = audit.anchor(session)
        audit.record(session, MONDAY, "member:1", "read-record", PATIENT)
        session.commit()
    assert faults(engine, kept) == []


def test_what_was_rolled_back_leaves_no_trace(engine: Engine) -> None:
    with Session(engine) as session:
        audit.record(session, MONDAY, "member:1", "read-record", PATIENT)
        session.rollback()
    assert faults(engine) == []


def test_many_at_once_make_one_chain(engine: Engine) -> None:
    def write(number: int) -> None:
        with Session(engine) as session:
            audit.record(session, MONDAY, f"member:{number}", "read-record", PATIENT)
            audit.record(session, MONDAY, f"member:{number}", "wrote-record", PATIENT)
            session.commit()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(40)))
    with Session(engine) as session:
        assert audit.anchor(session).startswith("88:")
    assert faults(engine) == []
