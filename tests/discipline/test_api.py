"""The same by JSON: what a program may send, and what it gets back."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from shared.discipline import actions
from tests.clinic import Clinic
from tests.referring import QUESTION, Referred, refer_from_outside, stored


def test_a_referral_with_its_patient_sessions_and_follow_ups(
    clinic: Clinic, sent: Referred, unit: TestClient
) -> None:
    with clinic.work("rtms_unit", clinic.operator) as work:
        actions.accept(work, sent.id)
        actions.book(work, sent.id, clinic.now + timedelta(days=1), 30)
        actions.plan_follow_up(work, sent.id, "week-1", clinic.now.date())
    whole = unit.get(sent.api).json()
    assert whole["referral"]["question"] == QUESTION
    assert whole["patient"]["family"] == "Lefèvre"
    assert [each["number"] for each in whole["sessions"]] == [1]
    assert whole["sessions"][0]["starts_at"] == "2026-11-24T08:00:00Z"
    assert [each["point"] for each in whole["follow_ups"]] == ["week-1"]
    listed = unit.get("/rtms_unit/api/sessions", params={"first": "2026-11-24", "days": 1}).json()
    assert [each["id"] for each in listed] == [each["id"] for each in whole["sessions"]]
    session, follow_up = listed[0]["id"], whole["follow_ups"][0]["id"]
    assert unit.get(f"/rtms_unit/api/sessions/{session}").json() == whole["sessions"][0]
    found = unit.get(f"/rtms_unit/api/follow-ups/{follow_up}").json()
    assert found == whole["follow_ups"][0]


def test_the_groups_of_the_worklist(clinic: Clinic, sent: Referred, unit: TestClient) -> None:
    def ids(group: str) -> list[str]:
        answer = unit.get("/rtms_unit/api/referrals", params={"group": group})
        return [each["id"] for each in answer.json()]

    assert ids("waiting") == [str(sent.id)]
    (listed,) = unit.get("/rtms_unit/api/referrals").json()
    whole = unit.get(sent.api).json()["referral"]
    assert whole.keys() - listed.keys() == {"reason", "tried", "hold_answer", "report"}
    with clinic.work("rtms_unit", clinic.operator) as work:
        actions.accept(work, sent.id)
    assert (ids("waiting"), ids("in-care")) == ([], [str(sent.id)])
    assert unit.get("/rtms_unit/api/referrals", params={"group": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        ("decline", {"next_step": "back-to-referrer"}, "body.reason_code"),
        ("ask", {"question": "  "}, "body.question"),
        ("ask", {"question": "x" * 4001}, "body.question"),
        ("sessions", {"starts_at": "2026-11-24T10:00:00", "minutes": 30}, "body.starts_at"),
        ("sessions", {"starts_at": "2026-11-24T10:00:00Z", "minutes": True}, "body.minutes"),
        ("follow-ups", {"point": "week-1", "due_on": "9999-12-31"}, "body.due_on"),
        ("accept", {"version": "one"}, "body.version"),
    ],
)
def test_what_has_not_the_right_form_is_named_and_not_repeated(
    sent: Referred, unit: TestClient, path: str, body: dict[str, Any], place: str
) -> None:
    answer = unit.post(f"{sent.api}/{path}", json=body)
    assert answer.status_code == 422
    assert [each["place"] for each in answer.json()["detail"]] == [place]
    assert "xxx" not in answer.text


def test_what_breaks_a_rule_is_refused_in_a_sentence(sent: Referred, unit: TestClient) -> None:
    assert unit.post(f"{sent.api}/accept", json={}).json()["status"] == "accepted"
    again = unit.post(f"{sent.api}/accept", json={})
    assert again.status_code == 409
    assert again.json()["detail"] == "Tomas Hartl accepted it on Mon 23 Nov 09:00."
    late = {"starts_at": "2020-01-01T10:00:00Z", "minutes": 30}
    answer = unit.post(f"{sent.api}/sessions", json=late)
    assert (answer.status_code, answer.json()["field"]) == (422, "starts_at")


@pytest.mark.parametrize("year", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_the_ends_of_time_are_refused_like_other_times(
    clinic: Clinic, sent: Referred, unit: TestClient, year: str
) -> None:
    with clinic.work("rtms_unit", clinic.operator) as work:
        actions.accept(work, sent.id)
        session = actions.book(work, sent.id, clinic.now + timedelta(days=1), 30).id
    body = {"starts_at": year, "minutes": 30}
    assert unit.post(f"{sent.api}/sessions", json=body).status_code == 422
    move = unit.post(f"/rtms_unit/api/sessions/{session}/move", json={"starts_at": year})
    assert move.status_code == 422


def test_an_outside_referrer_is_spoken_for(clinic: Clinic) -> None:
    sent = refer_from_outside(clinic)
    physician = clinic.http(clinic.physician)
    assert physician.post(f"{sent.api}/ask", json={"question": "Since when?"}).status_code == 200
    resumed = physician.post(f"{sent.api}/resume", json={"answer": "Since May."})
    assert resumed.json()["hold_answer"] == "Since May."
    declined = {"reason_code": "capacity", "next_step": "back-to-referrer"}
    assert physician.post(f"{sent.api}/decline", json=declined).status_code == 200
    assert physician.post(f"{sent.api}/tell", json={}).status_code == 200
    assert physician.post(f"{sent.api}/tell", json={}).status_code == 409
    other = refer_from_outside(clinic)
    withdrawn = physician.post(f"{other.api}/withdraw", json={"reason_code": "withdrawn"})
    assert withdrawn.json()["status"] == "cancelled"


def test_nobody_comes_in_without_being_of_the_unit(clinic: Clinic, sent: Referred) -> None:
    for member in (clinic.psychologist, clinic.physician, clinic.administrator):
        assert clinic.http(member).get(sent.api).status_code == 403
        assert clinic.http(member).post(f"{sent.api}/accept", json={}).status_code == 403
    assert clinic.http(None).get(sent.api).status_code == 401
    assert clinic.http(clinic.coordinator).get(sent.api).status_code == 200
    assert clinic.http(clinic.coordinator).post(f"{sent.api}/accept", json={}).status_code == 403
    assert stored(clinic, sent).status == "received"
