"""Courses for programs: the same previews, changes and refusals as on the pages."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import event

from services.rtms_unit.actions import courses
from services.rtms_unit.actions.courses.proposing import draft
from services.rtms_unit.forms.courses import entered
from services.rtms_unit.rules.protocols import SHIPPED, check
from shared.discipline import actions
from shared.discipline.tables import Referral
from tests.clinic import Clinic
from tests.referring import Referred
from tests.rtms_unit.planner import days, do, go_to, machine, planned, ready, wish

API = "/rtms_unit/api"
PLAN = {"protocol": "hodaj-2015", "pain_side": "left", "first_on": "2026-11-30", "at": "09:00"}


@pytest.fixture
def sent(clinic: Clinic) -> Referred:
    """A patient who may begin, and a machine for it."""
    machine(clinic)
    return ready(clinic)


@pytest.fixture
def unit(clinic: Clinic) -> TestClient:
    """A program of the rTMS unit."""
    return clinic.http(clinic.operator)


def ok(answer: Response) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def test_a_course_from_its_preview_to_its_end(
    clinic: Clinic, sent: Referred, unit: TestClient
) -> None:
    url = f"{API}/referrals/{sent.id}/courses"
    preview = ok(unit.post(f"{url}/preview", json=PLAN))
    assert [len(preview["sessions"]), preview["sessions"][0]["starts_at"]] == [
        19,
        "2026-11-30T08:00:00Z",
    ]
    course = ok(unit.post(url, json={**PLAN, "seen": preview["seen"]}))
    key, ninth = UUID(course["course"]["id"]), course["sessions"][8]["session"]["id"]
    assert (course["given"], course["to_come"]) == (0, 19)
    assert "under way" in unit.post(url, json=PLAN).json()["detail"]

    move = f"{API}/courses/{key}/sessions/{ninth}/move"
    shown = ok(unit.post(f"{move}/preview", json={"day": "2026-12-11", "at": "10:00"}))
    changed = [one["ordinal"] for one in shown["sessions"] if one["changed"]]
    assert changed == [9, 10, 11, 12], "the week after follows"
    assert shown["sessions"][8]["why"] == [["moved", "2026-12-11"]]
    change = ok(unit.post(move, json={"day": "2026-12-11", "at": "10:00", "seen": shown["seen"]}))
    assert days(clinic, key)[8:10] == ["9 Fri 11 Dec 10:00", "10 Mon 14 Dec 09:00"]
    ok(unit.post(f"{API}/plan-changes/{change['id']}/undo"))
    assert days(clinic, key)[8:10] == ["9 Thu 10 Dec 09:00", "10 Fri 11 Dec 09:00"]
    assert len(ok(unit.get(f"{API}/courses/{key}/changes"))) == 1

    go_to(clinic, date(2026, 11, 30))
    unit = clinic.http(clinic.operator)
    first = UUID(course["sessions"][0]["session"]["id"])
    do(clinic, actions.miss, first, "illness")
    made_up = f"{API}/courses/{key}/sessions/{first}/make-up"
    shown = ok(unit.post(f"{made_up}/preview", json={}))
    assert next(one["session_id"] for one in shown["sessions"] if one["changed"]) is None
    ok(unit.post(made_up, json={"seen": shown["seen"]}))
    risk = unit.post(f"{API}/courses/{key}/accept-risk", json={"reason": "Enough."})
    assert risk.status_code == 403, "only a physician may"
    over = ok(unit.post(f"{API}/courses/{key}/end", json={"reason_code": "no-effect"}))
    assert (over["missed"], over["cancelled"], over["to_come"]) == (1, 19, 0)
    assert ok(unit.get(f"{API}/courses/{key}"))["course"]["status"] == "revoked"


def test_hours_closures_and_free_times(sent: Referred, unit: TestClient) -> None:
    assert len(ok(unit.get(f"{API}/unit/hours"))) == 5
    hours = {"windows": [{"weekday": 1, "opens": "09:00", "closes": "10:00", "operators": 1}]}
    assert ok(unit.put(f"{API}/unit/hours", json=hours))[0]["opens"] == 540
    free = ok(unit.get(f"{API}/unit/free-times", params={"day": "2026-12-01"}))
    assert free == ["2026-12-01T08:00:00Z", "2026-12-01T08:15:00Z"]
    away = {"first": "2026-12-01"}
    ok(unit.post(f"{API}/referrals/{sent.id}/away", json=away))
    assert ok(unit.post(f"{API}/unit/closures/preview", json=away))["sessions"] == []
    ok(unit.post(f"{API}/unit/closures", json={**away, "reason": "Move"}))
    assert [one["reason"] for one in ok(unit.get(f"{API}/unit/closures"))] == ["Move"]
    assert ok(unit.get(f"{API}/unit/free-times", params={"day": "2026-12-01"})) == []


def test_protocols(unit: TestClient) -> None:
    listed = ok(unit.get(f"{API}/protocols"))
    assert {one["code"] for one in listed} == {protocol.code for protocol in SHIPPED}
    entry = entered(SHIPPED[1])
    check(entry.protocol(2))
    added = ok(unit.post(f"{API}/protocols", json=entry.model_dump(mode="json")))
    assert (added["code"], added["version"]) == ("hodaj-2015", 2)
    assert ok(unit.get(f"{API}/protocols/hodaj-2015/2"))["phases"][0]["sessions"] == 10
    assert unit.get(f"{API}/protocols/hodaj-2015/3").status_code == 404
    wrong = entry.model_dump(mode="json") | {"code": "Not a code"}
    assert unit.post(f"{API}/protocols", json=wrong).status_code == 422


def test_a_full_unit_costs_no_more_questions(clinic: Clinic, sent: Referred) -> None:
    """However many sessions there are, a preview asks the database as often."""

    def asked() -> int:
        questions = 0

        def count(*_: object) -> None:
            nonlocal questions
            questions += 1

        engine = clinic.team["rtms_unit"].reader
        event.listen(engine, "before_cursor_execute", count)
        with clinic.look("rtms_unit") as work:
            later = wish(first_on=date(2026, 12, 1) + timedelta(days=30))
            draft(work, work.get(Referral, sent.id), later)
        event.remove(engine, "before_cursor_execute", count)
        return questions

    before = asked()
    planned(clinic, ready(clinic, "Martin"))
    assert asked() == before


def test_closing_and_reopening_leave_a_trace(clinic: Clinic, unit: TestClient) -> None:
    """Also of a day on which nothing was planned."""
    machine(clinic)
    for first in ("2027-02-01", "2027-02-02"):
        change = ok(unit.post(f"{API}/unit/closures", json={"first": first}))
    ok(unit.post(f"{API}/plan-changes/{change['id']}/undo"))
    closed = ok(unit.get(f"{API}/unit/closures"))
    do(clinic, courses.reopen, UUID(closed[0]["id"]))
    with clinic.team["rtms_unit"].reader.connect() as connection:
        rows = connection.exec_driver_sql("select action from audit_entry order by number")
        traces = [row.action for row in rows if row.action.startswith("days-")]
    assert traces == ["days-closed"] * 2 + ["days-reopened"] * 2
    assert ok(unit.get(f"{API}/unit/closures")) == []


def test_a_moment_that_no_calendar_here_has(sent: Referred, unit: TestClient) -> None:
    entry = {"code": "headache", "severity": "mild", "relation": "possible", "action": "none"}
    url = f"{API}/referrals/{sent.id}/adverse-events"
    answer = unit.post(url, json={**entry, "occurred_at": "0001-01-01T00:00:00+14:00"})
    assert answer.status_code == 422, answer.text
