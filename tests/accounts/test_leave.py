"""Leave: who may enter it, what is refused, who stands in, and how every service learns of it."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from services.accounts.rules.leave import in_rows
from shared.access.handlers import keep_member
from shared.access.members import absence_on, absences_of, mail_wishes, stand_in
from shared.access.tables import AuditEntry, Member
from shared.events import MailWishes, MemberChanged, MemberIdentity
from shared.identifiers import new_id
from tests.clinic import Clinic
from tests.events.examples import golden_file

TODAY = date(2026, 11, 23)


def after(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def absence(begins: int = 1, ends: int = 3, deputy: UUID | None = None) -> dict[str, Any]:
    stands_in = str(deputy) if deputy else None
    return {"begins": after(begins), "ends": after(ends), "deputy": stands_in}


@pytest.fixture
def second(clinic: Clinic) -> UUID:
    """Another psychologist, who can stand in for Nora Benali."""
    member_id = clinic.join("Ada Neu", roles=["psychologist"], units=["psychologist"])
    clinic.settle()
    return member_id


@pytest.fixture
def nora(clinic: Clinic) -> TestClient:
    return clinic.http(clinic.psychologist)


def entered(browser: TestClient, member_id: UUID, **values: Any) -> Any:
    return browser.post(f"/accounts/api/members/{member_id}/absences", json=absence(**values))


def test_a_member_enters_own_leave_and_every_service_learns_of_it(
    clinic: Clinic, nora: TestClient, second: UUID
) -> None:
    answer = entered(nora, clinic.psychologist, deputy=second)
    assert answer.status_code == 201, answer.text
    assert answer.json()["deputies"] == ["Ada Neu"]
    clinic.settle()
    for running in clinic.team:
        with running.look() as work:
            member = work.get(Member, clinic.psychologist)
            found = absence_on(member, TODAY + timedelta(days=1))
            assert found is not None, running.name
            assert found.deputy == second
            there = stand_in(work, clinic.psychologist, TODAY + timedelta(days=3))
            assert there is not None, running.name
            assert there.id == second


def test_leave_leaves_a_trace(clinic: Clinic, nora: TestClient) -> None:
    entered(nora, clinic.psychologist)
    with clinic.look("accounts") as work:
        statement = select(AuditEntry).where(col(AuditEntry.action).like("absence-entered:%"))
        found = [entry.actor for entry in work.all(statement)]
    assert found == [f"member:{clinic.psychologist}"]


@pytest.mark.parametrize(("who", "status"), [("coordinator", 201), ("administrator", 201)])
def test_whoever_arranges_the_work_enters_it_for_others(
    clinic: Clinic, who: str, status: int
) -> None:
    browser = clinic.http(getattr(clinic, who))
    assert entered(browser, clinic.psychologist).status_code == status


def test_nobody_else_sees_or_changes_the_leave_of_a_member(clinic: Clinic) -> None:
    physician = clinic.http(clinic.physician)
    path = f"/accounts/api/members/{clinic.psychologist}/absences"
    assert physician.get(path).status_code == 403
    assert entered(physician, clinic.psychologist).status_code == 403
    assert physician.post(f"{path}/{after(1)}/remove").status_code == 403
    page = f"/accounts/members/{clinic.psychologist}/absences"
    assert physician.get(page).status_code == 403
    assert physician.get("/accounts/absences").status_code == 403
    assert physician.get(f"/accounts/members/{clinic.physician}/absences").status_code == 200


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"begins": 3, "ends": 1}, "ends"),
        ({"begins": -5, "ends": -1}, "ends"),
        ({"begins": 1, "ends": 400}, "ends"),
        ({"begins": 800, "ends": 801}, "begins"),
    ],
)
def test_days_that_cannot_be_are_refused(
    clinic: Clinic, nora: TestClient, values: dict[str, int], field: str
) -> None:
    answer = entered(nora, clinic.psychologist, **values)
    assert answer.status_code == 422
    assert answer.json()["field"] == field


@pytest.mark.parametrize(
    ("begins", "ends", "status"), [(5, 7, 422), (7, 7, 422), (1, 4, 201), (8, 9, 201), (1, 20, 422)]
)
def test_two_absences_never_overlap(
    clinic: Clinic, nora: TestClient, begins: int, ends: int, status: int
) -> None:
    entered(nora, clinic.psychologist, begins=5, ends=7)
    again = entered(nora, clinic.psychologist, begins=begins, ends=ends)
    assert again.status_code == status


def test_a_deputy_is_somebody_else_of_the_unit_who_is_still_there(
    clinic: Clinic, nora: TestClient, second: UUID
) -> None:
    own = entered(nora, clinic.psychologist, deputy=clinic.psychologist)
    elsewhere = entered(nora, clinic.psychologist, deputy=clinic.physician)
    nobody = entered(nora, clinic.psychologist, deputy=new_id())
    clinic.http(clinic.administrator).post(f"/accounts/api/members/{second}/disable")
    gone = entered(nora, clinic.psychologist, deputy=second)
    answers = (own, elsewhere, nobody, gone)
    assert {answer.status_code for answer in answers} == {422}
    assert len({answer.json()["detail"] for answer in answers}) == 4


def test_a_deputy_who_is_away_the_same_days_is_said(
    clinic: Clinic, nora: TestClient, second: UUID
) -> None:
    ada = clinic.http(second)
    entered(ada, second, begins=2, ends=2)
    answer = entered(nora, clinic.psychologist, deputy=second).json()
    assert answer["deputies"] == ["Ada Neu"]
    assert answer["nobody"] == [{"first": after(2), "last": after(2)}]
    page = nora.get(f"/accounts/members/{clinic.psychologist}/absences").text
    assert "nobody stands in" in page


def test_two_who_stand_in_for_one_another_are_both_told(
    clinic: Clinic, nora: TestClient, second: UUID
) -> None:
    entered(nora, clinic.psychologist, deputy=second)
    form = {"begins": after(1), "ends": after(3), "deputy": str(clinic.psychologist)}
    ada = clinic.http(second)
    answer = ada.post(f"/accounts/members/{second}/absences", data=form)
    page = ada.get(answer.headers["location"]).text
    assert "On some of these days nobody stands in" in page
    found = nora.get(f"/accounts/api/members/{clinic.psychologist}/absences").json()
    assert found[0]["nobody"] == [{"first": after(1), "last": after(3)}]


def test_an_absence_is_corrected_and_no_second_one_appears(
    clinic: Clinic, nora: TestClient
) -> None:
    entered(nora, clinic.psychologist, begins=1, ends=3)
    path = f"/accounts/api/members/{clinic.psychologist}/absences"
    answer = nora.put(f"{path}/{after(1)}", json=absence(2, 5))
    assert answer.status_code == 200, answer.text
    assert [row["begins"] for row in nora.get(path).json()] == [after(2)]
    assert nora.put(f"{path}/{after(1)}", json=absence(10, 11)).status_code == 404


def test_a_removal_is_undone_once_with_the_button_beside_the_message(
    clinic: Clinic, nora: TestClient, second: UUID
) -> None:
    entered(nora, clinic.psychologist, deputy=second)
    page = f"/accounts/members/{clinic.psychologist}/absences"
    answer = nora.post(f"{page}/{after(1)}/remove")
    shown = nora.get(answer.headers["location"]).text
    undo = shown.partition('action="/accounts/absences/')[2].partition('"')[0]
    assert "No absence ahead" in shown
    back = nora.post(f"/accounts/absences/{undo}", data={"back": page})
    assert (back.status_code, back.headers["location"]) == (303, page)
    assert "Ada Neu" in nora.get(page).text
    assert nora.post(f"/accounts/api/absences/{undo}").status_code == 409
    assert clinic.http(clinic.physician).post(f"/accounts/api/absences/{undo}").status_code == 403


def test_an_absence_that_ended_leaves_the_lists_and_is_forgotten(
    clinic: Clinic, nora: TestClient
) -> None:
    entered(nora, clinic.psychologist, begins=0, ends=1)
    coordinator = clinic.http(clinic.coordinator)
    assert len(coordinator.get("/accounts/api/absences").json()) == 1
    clinic.wait(days=2)
    coordinator = clinic.http(clinic.coordinator)
    assert coordinator.get("/accounts/api/absences").json() == []
    clinic.wait(days=60)
    entered(clinic.http(clinic.psychologist), clinic.psychologist, begins=90, ends=91)
    with clinic.look("accounts") as work:
        kept = absences_of(work.get(Member, clinic.psychologist))
    assert [each.begins for each in kept] == [TODAY + timedelta(days=90)]


def test_the_list_of_members_says_who_is_away_and_who_stands_in(
    clinic: Clinic, nora: TestClient, second: UUID
) -> None:
    entered(nora, clinic.psychologist, begins=0, ends=3, deputy=second)
    page = clinic.http(clinic.administrator).get("/accounts/members").text
    assert 'away until <time datetime="2026-11-26">Thu 26 Nov 2026</time>' in page
    assert "Ada Neu stands in" in page
    reader = clinic.join("Luc", roles=["coordinator"], units=["coordinator"], language="fr")
    french = clinic.http(reader).get("/accounts/absences").text
    assert "Ada Neu remplace" in french


def test_whoever_disables_the_last_of_a_unit_has_seen_what_follows(clinic: Clinic) -> None:
    admin = clinic.http(clinic.administrator)
    path = f"/accounts/members/{clinic.psychologist}"
    assert "Nobody else works in Psychologist" in admin.get(path).text
    refused = admin.post(f"{path}/disable")
    assert refused.status_code == 409
    assert "Please look at what follows from it first" in refused.text
    api = f"/accounts/api/members/{clinic.psychologist}"
    follows = admin.get(f"{api}/leaving").json()
    assert follows["last_in"] == ["psychologist"]
    assert admin.post(f"{path}/disable", data={"seen": follows["seen"]}).status_code == 303
    assert admin.get(api).json()["active"] is False


def test_whoever_disables_a_deputy_is_told_whom_nobody_replaces_then(
    clinic: Clinic, nora: TestClient, second: UUID
) -> None:
    admin, api = clinic.http(clinic.administrator), f"/accounts/api/members/{second}"
    seen = admin.get(f"{api}/leaving").json()["seen"]
    entered(nora, clinic.psychologist, deputy=second)
    assert admin.post(f"{api}/disable", json={"seen": seen}).status_code == 409
    page = admin.get(f"/accounts/members/{second}").text
    assert "Nora Benali is away until" in page
    assert "and would have no deputy any more." in page
    follows = admin.get(f"{api}/leaving").json()
    assert [each["name"] for each in follows["deputy_of"]] == ["Nora Benali"]
    assert admin.post(f"{api}/disable", json={"seen": follows["seen"]}).is_success
    clinic.settle()
    with clinic.look("reminders") as work:
        assert stand_in(work, clinic.psychologist, TODAY + timedelta(days=1)) is None


def test_a_member_of_an_earlier_release_has_no_leave_and_the_usual_wishes(clinic: Clinic) -> None:
    told = golden_file("member.changed", 1).read_text()
    assert '"absences"' not in told, "this message is of the time before leave was known"
    member_id = new_id()
    with clinic.work("reminders") as work:
        identity = work.seal(MemberIdentity(name="Ada Neu"), member_id)
        fields = {"member_id": member_id, "active": True, "roles": (), "units": ()}
        keep_member(MemberChanged.model_validate({**fields, "identity": identity}), work)
        member = work.get(Member, member_id)
        assert absences_of(member) == []
        assert mail_wishes(member) == MailWishes()
        assert member.zone == ""


@given(st.integers(0, 2**40 - 1))
def test_rows_of_days_hold_every_day_once(chosen: int) -> None:
    """Each bit of the number chooses a day."""
    days = [TODAY + timedelta(days=n) for n in range(40) if chosen >> n & 1]
    rows = in_rows(days)
    held = [
        first + timedelta(days=n) for first, last in rows for n in range((last - first).days + 1)
    ]
    assert held == days
    assert all(b[0] - a[1] > timedelta(days=1) for a, b in pairwise(rows))
