"""Members, links and tokens: only administrators manage them, and what they do counts at once."""

import re
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from services.accounts import actions
from services.accounts.tables import Credential, Invitation
from shared.access.members import members_of, members_with, name_of
from shared.access.tables import AuditEntry, Member
from shared.access.viewer import ADMINISTRATOR, PSYCHOLOGIST
from shared.errors import NotAllowed
from shared.identifiers import new_id
from tests.clinic import Clinic

ADA: dict[str, Any] = {
    "name": "Ada Neu",
    "email": "ada@clinic.example",
    "roles": ["psychologist"],
    "units": ["psychologist"],
}
PASSWORD = "tortue verte sous la pluie"
TWICE = {"password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def admin(clinic: Clinic) -> TestClient:
    return clinic.http(clinic.administrator)


def link_in(text: str) -> str:
    """The path of the one-time link in an answer."""
    found = re.search(r"http://127\.0\.0\.1:8000(/accounts/join/[\w-]{43})", text)
    assert found, text
    return found[1]


def added(admin: TestClient, **changes: Any) -> str:
    answer = admin.post("/accounts/api/members", json={**ADA, **changes})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_a_member_joins_by_a_page_and_a_link(clinic: Clinic, admin: TestClient) -> None:
    page = admin.post("/accounts/members", data={**ADA, "language": "fr"})
    assert page.status_code == 201
    link = link_in(page.text)
    ada = clinic.http(language="fr")
    assert "Choisir un mot de passe" in ada.get(link).text
    answer = ada.post(link, data=TWICE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    clinic.settle()
    assert ada.get("/psychologist/worklist").status_code == 200
    assert "Ada Neu" in admin.get("/accounts/members").text


def test_a_link_is_used_once_and_looking_is_not_using(clinic: Clinic, admin: TestClient) -> None:
    link = link_in(admin.post("/accounts/members", data={**ADA, "language": "en"}).text)
    scanner = clinic.http()
    for _ in range(3):
        assert scanner.get(link).status_code == 200
    wrong = scanner.post(link, data={**TWICE, "again": "another one of mine"})
    assert (wrong.status_code, "are not the same" in wrong.text) == (422, True)
    assert scanner.post(link, data=TWICE).status_code == 303
    for again in (scanner.get(link), scanner.post(link, data=TWICE)):
        assert again.status_code == 404
        assert "Ask an administrator for a new one" in again.text


def test_a_new_link_replaces_the_old_one(clinic: Clinic, admin: TestClient) -> None:
    member_id = added(admin)
    links = [
        link_in(admin.post(f"/accounts/api/members/{member_id}/invitation").text) for _ in range(2)
    ]
    assert [clinic.http().get(link).status_code for link in links] == [404, 200]


def test_a_link_ends_by_itself(clinic: Clinic, admin: TestClient) -> None:
    link = link_in(admin.post("/accounts/members", data={**ADA, "language": "en"}).text)
    clinic.clock.move(hours=71)
    assert clinic.http().get(link).status_code == 200
    clinic.clock.move(hours=1)
    assert clinic.http().post(link, data=TWICE).status_code == 404


def test_a_disabled_member_cannot_use_a_link(clinic: Clinic, admin: TestClient) -> None:
    member_id = added(admin)
    link = link_in(admin.post(f"/accounts/api/members/{member_id}/invitation").text)
    admin.post(f"/accounts/api/members/{member_id}/disable")
    assert clinic.http().post(link, data=TWICE).status_code == 404
    assert admin.post(f"/accounts/api/members/{member_id}/invitation").status_code == 409


def test_only_digests_are_kept(clinic: Clinic, admin: TestClient) -> None:
    member_id = added(admin)
    link = link_in(admin.post(f"/accounts/api/members/{member_id}/invitation").text)
    clinic.http().post(link, data=TWICE)
    made = admin.post("/accounts/api/tokens", json={"name": "EHR", "scopes": ["fhir:message"]})
    secrets = [link.rpartition("/")[2], made.json()["secret"], PASSWORD]
    kept = b"".join(file.read_bytes() for file in clinic.settings.data_dir.glob("*.db*"))
    assert len(kept) > 10_000
    for secret in secrets:
        assert secret.encode() not in kept


IMPOSSIBLE: list[tuple[dict[str, Any], str]] = [
    ({"email": "ADA@Clinic.Example"}, "email"),
    ({"email": "not an address"}, "email"),
    ({"email": "a@b.fr\nBcc: x@y.z"}, "email"),
    ({"name": "=?utf-8?q?Rappel=0aBcc:=20evil@x.test?="}, "name"),
    ({"name": "   "}, "name"),
    ({"name": "Ada\u202e Neu"}, "name"),
    ({"roles": []}, "roles"),
    ({"roles": ["king"]}, "roles"),
    ({"units": ["nowhere"]}, "units"),
]


def test_what_cannot_be_is_refused_at_its_field(admin: TestClient) -> None:
    added(admin)
    for changes, field in IMPOSSIBLE:
        other = {**ADA, "email": "other@clinic.example", **changes}
        answer = admin.post("/accounts/api/members", json=other)
        assert (answer.status_code, answer.json()["field"]) == (422, field), changes
        page = admin.post("/accounts/members", data={**other, "language": "en"})
        assert page.status_code == 422, changes
        assert f'href="#f-{field}"' in page.text, changes


def test_more_fields_than_the_form_has_are_refused(admin: TestClient) -> None:
    for more in ({"id": str(new_id())}, {"active": False}, {"password_digest": "x"}):
        assert admin.post("/accounts/api/members", json={**ADA, **more}).status_code == 422


def test_a_change_counts_at_once_and_everywhere(clinic: Clinic, admin: TestClient) -> None:
    member_id = UUID(added(admin))
    clinic.settle()
    with clinic.look("reminders") as work:
        assert "Ada Neu" in [member.name for member in members_of(work, "psychologist")]
    changed = {**ADA, "name": "Ada Alt", "roles": ["therapist"], "units": []}
    assert admin.put(f"/accounts/api/members/{member_id}", json=changed).status_code == 200
    clinic.settle()
    with clinic.look("reminders") as work:
        assert "Ada Alt" not in [member.name for member in members_of(work, "psychologist")]
        assert "Ada Alt" in [member.name for member in members_with(work, "therapist")]
        assert name_of(work, member_id) == "Ada Alt"
        assert name_of(work, new_id()) == name_of(work, None) == ""


def test_a_page_shows_what_was_changed(clinic: Clinic, admin: TestClient) -> None:
    url = f"/accounts/members/{clinic.operator}"
    changed = {**ADA, "roles": ["rtms_operator", "therapist"], "units": ["rtms_unit"]}
    assert admin.post(url, data=changed).headers["location"] == url
    page = admin.get(url).text
    assert "Saved. It counts at once." in page
    for value in ("rtms_operator", "therapist"):
        assert re.search(rf'name="roles" value="{value}" checked', page)
    assert not re.search(r'value="coordinator" checked', page)


def test_the_last_administrator_stays(clinic: Clinic, admin: TestClient) -> None:
    me = f"/accounts/api/members/{clinic.administrator}"
    assert admin.post(f"{me}/disable").status_code == 409
    assert admin.put(me, json={**ADA, "roles": ["coordinator"]}).status_code == 409
    page = admin.post(f"/accounts/members/{clinic.administrator}/disable")
    assert "the last administrator" in page.text
    second = added(admin, roles=["administrator"])
    assert admin.put(me, json={**ADA, "email": "p@x.fr", "roles": ["coordinator"]}).is_success
    clinic.settle()
    assert admin.get("/accounts/api/members").status_code == 403
    other = clinic.http(UUID(second))
    assert other.post(f"/accounts/api/members/{second}/disable").status_code == 409


def test_a_disabled_administrator_does_not_count(clinic: Clinic, admin: TestClient) -> None:
    second = added(admin, roles=["administrator"])
    assert admin.post(f"/accounts/api/members/{second}/disable").is_success
    assert admin.post(f"/accounts/api/members/{clinic.administrator}/disable").status_code == 409


def test_a_name_that_is_markup_is_only_a_name(admin: TestClient) -> None:
    member_id = added(admin, name="<script>alert(1)</script> {{7*7}}")
    for url in ("/accounts/members", f"/accounts/members/{member_id}"):
        page = admin.get(url).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}" in page


MANAGING = [
    ("GET", "/members", None),
    ("POST", "/members", ADA),
    ("GET", "/members/{other}", None),
    ("PUT", "/members/{other}", ADA),
    ("POST", "/members/{other}/disable", None),
    ("POST", "/members/{other}/enable", None),
    ("POST", "/members/{other}/invitation", None),
    ("GET", "/members/{other}/sign-ins", None),
    ("GET", "/tokens", None),
    ("POST", "/tokens", {"name": "x", "scopes": ["fhir:message"]}),
    ("POST", "/tokens/{other}/revoke", None),
]


def test_only_administrators_manage(clinic: Clinic) -> None:
    before = state_of(clinic)
    for member in (clinic.physician, clinic.coordinator, clinic.operator):
        browser = clinic.http(member)
        for method, path, sent in MANAGING:
            url = f"/accounts/api{path.format(other=clinic.psychologist)}"
            assert browser.request(method, url, json=sent).status_code == 403, (member, path)
        for page in ("/accounts/members", "/accounts/members/new", "/accounts/tokens"):
            assert browser.get(page).status_code == 403, page
    assert state_of(clinic) == before


def state_of(clinic: Clinic) -> list[object]:
    """All that accounts keeps of its members."""
    with clinic.look("accounts") as work:
        rows = [*work.all(select(Member)), *work.all(select(Credential))]
        return [row.model_dump() for row in [*rows, *work.all(select(Invitation))]]


def test_actions_refuse_a_stranger_whichever_door_was_forgotten(clinic: Clinic) -> None:
    with clinic.team["accounts"].work(actor="anonymous") as work:
        for act in (
            lambda: actions.add_member(work, "A", "a@b.fr", [ADMINISTRATOR], []),
            lambda: actions.all_members(work),
            lambda: actions.invite(work, clinic.physician),
            lambda: actions.add_token(work, "x", ["fhir:message"]),
            lambda: actions.member_of(work, clinic.physician),
            lambda: actions.open_sign_ins(work, clinic.physician),
        ):
            with pytest.raises(NotAllowed):
                act()


def test_what_administrators_do_leaves_a_trace(clinic: Clinic, admin: TestClient) -> None:
    member_id = added(admin)
    admin.post(f"/accounts/api/members/{member_id}/disable")
    with clinic.look("accounts") as work:
        entries = work.all(select(AuditEntry))
    mine = [e.action for e in entries if e.actor == f"member:{clinic.administrator}"]
    assert mine == [f"member-added:{member_id}", f"member-disabled:{member_id}"]


def test_everybody_chooses_language_and_theme(clinic: Clinic) -> None:
    browser = clinic.http(clinic.psychologist)
    answer = browser.post(
        "/accounts/language", data={"language": "fr", "back": "/accounts/profile"}
    )
    assert answer.headers["location"] == "/accounts/profile"
    page = browser.get("/accounts/profile").text
    assert '<html lang="fr"' in page
    browser.post("/accounts/theme", data={"theme": "dark", "back": "/"})
    assert 'data-theme="dark"' in browser.get("/accounts/profile").text
    clinic.settle()
    with clinic.look("reminders") as work:
        member = work.get(Member, clinic.psychologist)
    assert (member.language, member.theme) == ("fr", "dark")


def test_a_visitor_chooses_a_language_too(clinic: Clinic) -> None:
    visitor = clinic.http(language="en")
    assert "Sign in" in visitor.get("/accounts/sign-in").text
    visitor.post("/accounts/language", data={"language": "fr", "back": "/accounts/sign-in"})
    assert "Se connecter" in visitor.get("/accounts/sign-in").text


def test_a_choice_that_is_not_offered_changes_nothing(clinic: Clinic) -> None:
    for what, choice in (("language", "de"), ("theme", "pink"), ("language", "")):
        for browser in (clinic.http(), clinic.http(clinic.psychologist)):
            answer = browser.post(f"/accounts/{what}", data={what: choice})
            assert answer.status_code in {303, 422}, choice
    with clinic.look("accounts") as work:
        member = work.get(Member, clinic.psychologist)
    assert (member.language, member.theme) == ("en", "auto")
    assert PSYCHOLOGIST in member.roles
