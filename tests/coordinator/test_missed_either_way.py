"""A patient does not come: the same follows, whichever way it is written down.

The clock never decides that somebody did not come. It asks whose turn it was, step by step, and
what follows is the same as if it had been written down at once.
"""

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from services.coordinator.tables import Obligation
from shared.discipline import actions as unit
from tests.clinic import Clinic
from tests.coordinator.seen import accepted, booked
from tests.referring import announced, refer, register

WAYS = ("page", "program", "after the clock has asked")
REASON = {"reason_code": "transport"}


def miss(clinic: Clinic, way: str, session_id: UUID) -> None:
    browser = clinic.http(clinic.operator)
    if way == "program":
        answer = browser.post(f"/rtms_unit/api/sessions/{session_id}/miss", json=REASON)
        assert answer.status_code == 200
    else:
        answer = browser.post(f"/rtms_unit/sessions/{session_id}/miss", data=REASON)
        assert answer.status_code == 303
    clinic.settle()


def what_follows(clinic: Clinic, way: str) -> dict[str, Any]:
    sent = refer(clinic, patient_id=register(clinic, family=way.title()))
    with clinic.work("rtms_unit", clinic.operator) as work:
        unit.accept(work, sent.id)
    session_id = booked(clinic, sent, hours=2)
    clinic.wait(hours=10 if way.startswith("after") else 3)
    before = {name: len(announced(clinic, name)) for name in ("rtms_unit", "coordinator")}
    miss(clinic, way, session_id)
    said = {name: announced(clinic, name)[count:] for name, count in before.items()}
    with clinic.look("coordinator") as work:
        rows = [row for row in work.all(_every()) if row.subject == session_id]
    return {
        **said,
        "ended": [(row.what, row.state) for row in rows if row.state != "open"],
        "owed": [(row.what, row.debtor, row.creditor) for row in rows if row.state == "open"],
    }


def _every() -> Any:
    return select(Obligation).order_by(col(Obligation.id))


def test_the_same_follows(clinic: Clinic) -> None:
    seen = [what_follows(clinic, way) for way in WAYS]
    assert seen[0] == seen[1] == seen[2]
    assert seen[0] == {
        "rtms_unit": ["session.missed"],
        "coordinator": ["obligation.met", "obligation.opened"],
        "ended": [("record-outcome", "met")],
        "owed": [("make-up-session", "rtms_unit", "pain_physician")],
    }


@pytest.mark.parametrize("days", [1, 5, 40])
def test_the_clock_asks_and_decides_nothing(clinic: Clinic, days: int) -> None:
    session_id = booked(clinic, accepted(clinic), hours=2)
    for _ in range(days):
        clinic.wait(days=1)
    assert "session.missed" not in announced(clinic, "rtms_unit")
    with clinic.look("coordinator") as work:
        (row,) = [row for row in work.all(_every()) if row.subject == session_id]
        assert (row.what, row.state, row.taken > 0) == ("record-outcome", "open", True)
