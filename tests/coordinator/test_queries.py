"""A page asks its database no more often when there is much than when there is little."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from sqlalchemy import event

from tests.benchmarks.office import Office, Size
from tests.clinic import Clinic

MOST = 8


@contextmanager
def asked(clinic: Clinic) -> Iterator[list[str]]:
    """What is asked of the coordinator's database."""
    statements: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            statements.append(statement)

    running = clinic.team["coordinator"]
    for engine in (running.reader, running.engine):
        event.listen(engine, "before_cursor_execute", note)
    yield statements
    for engine in (running.reader, running.engine):
        event.remove(engine, "before_cursor_execute", note)


def queries(clinic: Clinic, page: str, patient: UUID) -> list[str]:
    browser = clinic.http(clinic.coordinator)
    with asked(clinic) as statements:
        if page == "search":
            answer = browser.post("/coordinator/search", data={"q": "fa"})
        else:
            address = {"pathway": f"patients/{patient}", "referrals": "board?show=referrals"}
            answer = browser.get(f"/coordinator/{address.get(page, page)}")
    assert answer.status_code == 200
    return statements


@pytest.mark.parametrize(
    "page",
    ["board", "board/now", "board?unit=rtms_unit", "referrals", "search", "ledger", "pathway"],
)
def test_much_costs_as_many_queries_as_little(clinic: Clinic, page: str) -> None:
    asked = []
    for size in (Size(patients=8, open=20, events=40), Size(patients=200, open=300, events=900)):
        office = Office(size, clinic.now)
        office.fill(clinic.team["coordinator"].engine)
        asked.append(queries(clinic, page, office.patients[1]))
    few, many = asked
    assert len(many) <= len(few) <= MOST, "\n".join(few)
