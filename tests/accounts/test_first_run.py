"""How a real centre begins: one link, for one administrator, and no password that anybody knows."""

import re
import stat

from fastapi.testclient import TestClient
from sqlmodel import select

from services.accounts import actions
from shared.access.tables import Member
from tests.clinic import Clinic

ENTRY = {
    "name": "Paul Adam",
    "email": "paul@clinic.example",
    "password": "tortue verte sous la pluie",
    "again": "tortue verte sous la pluie",
    "language": "fr",
}


def link_of(clinic: Clinic) -> str | None:
    with clinic.work("accounts") as work:
        return actions.first_run_link(work)


def path_of(link: str | None) -> str:
    assert link is not None
    found = re.fullmatch(r"http://127\.0\.0\.1:8000(/accounts/join/[\w-]{43})", link)
    assert found
    return found[1]


def begin(clinic: Clinic, path: str, **changes: str) -> tuple[TestClient, int]:
    browser = clinic.http()
    return browser, browser.post(path, data={**ENTRY, **changes}).status_code


def test_an_empty_centre_has_no_account(empty_clinic: Clinic) -> None:
    with empty_clinic.look("accounts") as work:
        assert work.all(select(Member)) == []
    stranger = empty_clinic.http()
    for email in ("admin", "admin@localhost"):
        for password in ("admin", "relais"):
            sent = {"email": email, "password": password}
            assert stranger.post("/accounts/api/sign-in", json=sent).status_code == 422


def test_the_link_makes_the_first_administrator(empty_clinic: Clinic) -> None:
    path = path_of(link_of(empty_clinic))
    assert "You are the first" in empty_clinic.http().get(path).text
    browser, status = begin(empty_clinic, path)
    assert status == 303
    empty_clinic.settle()
    me = browser.get("/accounts/api/me").json()
    assert (me["name"], me["roles"], me["language"]) == ("Paul Adam", ["administrator"], "fr")
    assert browser.get("/accounts/api/members").status_code == 200
    assert empty_clinic.verify() == []


def test_it_works_once(empty_clinic: Clinic) -> None:
    path = path_of(link_of(empty_clinic))
    assert begin(empty_clinic, path)[1] == 303
    assert begin(empty_clinic, path, email="evil@x.test")[1] == 404
    with empty_clinic.look("accounts") as work:
        assert len(work.all(select(Member))) == 1


def test_it_works_for_a_day(empty_clinic: Clinic) -> None:
    path = path_of(link_of(empty_clinic))
    empty_clinic.clock.move(hours=24)
    assert begin(empty_clinic, path)[1] == 404


def test_a_restart_makes_a_new_one(empty_clinic: Clinic) -> None:
    old, new = path_of(link_of(empty_clinic)), path_of(link_of(empty_clinic))
    assert begin(empty_clinic, old)[1] == 404
    assert begin(empty_clinic, new)[1] == 303


def test_only_the_owner_of_the_machine_reads_it(empty_clinic: Clinic) -> None:
    link = link_of(empty_clinic)
    file = empty_clinic.settings.data_dir / "first-run-link"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().strip() == link
    assert begin(empty_clinic, path_of(link))[1] == 303
    assert not file.exists()


def test_the_rules_hold_for_the_first_too(empty_clinic: Clinic) -> None:
    path = path_of(link_of(empty_clinic))
    for wrong in (
        {"password": "short", "again": "short"},
        {"password": "pauladampauladam", "again": "pauladampauladam"},
        {"again": "something else"},
        {"email": "nothing"},
        {"name": ""},
    ):
        assert begin(empty_clinic, path, **wrong)[1] == 422, wrong
    assert begin(empty_clinic, path)[1] == 303


def test_a_centre_that_has_begun_gives_no_link(clinic: Clinic) -> None:
    assert link_of(clinic) is None
    assert not (clinic.settings.data_dir / "first-run-link").exists()
