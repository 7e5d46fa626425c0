"""Signing in: with the password only, not too often, and without learning who exists."""

from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from services.accounts import actions, passwords
from services.accounts.rules import PER_ACCOUNT, PER_ADDRESS
from shared.access import audit
from shared.access.tables import AuditEntry
from shared.errors import Invalid, RuleBroken
from tests.clinic import Clinic

EMAIL, PASSWORD = "ada@clinic.example", "tortue verte sous la pluie"
SIGN_IN = "/accounts/api/sign-in"
WRONG = "The e-mail address or the password is not right."


@pytest.fixture
def ada(clinic: Clinic) -> UUID:
    """A member with a password."""
    member_id = clinic.join("Ada Neu", EMAIL, roles=["psychologist"], units=["psychologist"])
    with clinic.work("accounts") as work:
        actions.set_password(work, member_id, PASSWORD)
    return member_id


def sign_in(browser: TestClient, email: str = EMAIL, password: str = PASSWORD) -> int:
    return browser.post(SIGN_IN, json={"email": email, "password": password}).status_code


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Passwords are compared at once; tells what each was compared with."""
    compared: list[str | None] = []

    def fits(kept: str | None, password: str) -> bool:
        compared.append(kept)
        return kept is not None and password == PASSWORD

    monkeypatch.setattr(passwords, "fits", fits)
    return compared


@pytest.mark.usefixtures("ada")
def test_the_password_opens_every_service(clinic: Clinic) -> None:
    browser = clinic.http()
    assert sign_in(browser, "ADA@clinic.example") == 200
    assert browser.get("/accounts/api/me").json()["name"] == "Ada Neu"
    assert browser.get("/psychologist/worklist").status_code == 200


@pytest.mark.usefixtures("ada")
def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(clinic: Clinic) -> None:
    answer = clinic.http().post(SIGN_IN, json={"email": EMAIL, "password": PASSWORD})
    cookies = answer.headers.get_list("set-cookie")
    kept = [cookie for cookie in cookies if "Max-Age=0" not in cookie]
    assert len(kept) == 2
    for cookie in kept:
        assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))


@pytest.mark.usefixtures("ada")
def test_the_page_leads_to_where_the_person_wanted_to_go(clinic: Clinic) -> None:
    browser = clinic.http()
    asked = browser.get("/psychologist/worklist", headers={"accept": "text/html"})
    page = browser.get(asked.headers["location"])
    assert 'name="next" value="/psychologist/worklist"' in page.text
    sent = {"email": EMAIL, "password": PASSWORD, "next": "/psychologist/worklist"}
    answer = browser.post("/accounts/sign-in", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/psychologist/worklist")
    assert browser.get("/psychologist/worklist").status_code == 200


@pytest.mark.usefixtures("ada", "quick")
def test_a_wrong_password_and_a_wrong_name_look_the_same(clinic: Clinic) -> None:
    answers = [
        clinic.http().post(SIGN_IN, json={"email": email, "password": "x"})
        for email in (EMAIL, "nobody@clinic.example")
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].json() == answers[1].json() == {"detail": WRONG, "field": ""}
    page = clinic.http(language="fr").post(
        "/accounts/sign-in", data={"email": EMAIL, "password": "x"}
    )
    assert "n’est pas le bon" in page.text
    assert f'value="{EMAIL}"' in page.text


@pytest.mark.usefixtures("ada")
def test_an_unknown_name_costs_the_same_work(clinic: Clinic, quick: list[str | None]) -> None:
    sign_in(clinic.http(), EMAIL, "x")
    sign_in(clinic.http(), "nobody@clinic.example", "x")
    assert len(quick) == 2
    assert quick[0] is not None
    assert quick[1] is None


def test_nothing_kept_is_compared_with_the_same_kind_of_digest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The digest of nobody has the same cost parameters as everybody's."""
    verified: list[str] = []

    class Watching:
        def verify(self, kept: str, _password: str) -> bool:
            verified.append(kept)
            return True

    mine = passwords.digest(PASSWORD)
    nobody = passwords._of_nobody()
    monkeypatch.setattr(passwords, "_hasher", Watching)
    assert passwords.fits(mine, PASSWORD)
    assert not passwords.fits(None, PASSWORD)
    assert verified == [mine, nobody]
    assert mine.split("$")[:4] == nobody.split("$")[:4]
    assert "argon2id" in mine
    assert "m=65536,t=3,p=4" in mine


def test_accents_are_the_same_on_every_keyboard() -> None:
    assert passwords.fits(
        passwords.digest("de\u0301ja\u0300 vu partout"), "d\u00e9j\u00e0 vu partout"
    )


@pytest.mark.usefixtures("ada", "quick")
def test_guessing_ends_in_a_sentence_with_minutes(clinic: Clinic) -> None:
    attacker = clinic.http()
    tries = [sign_in(attacker, EMAIL, f"guess {number}") for number in range(PER_ACCOUNT.tries)]
    assert set(tries) == {422}
    answer = attacker.post(SIGN_IN, json={"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 429
    assert answer.json()["detail"] == "Too many tries. Please wait 15 min, then try again."
    clinic.clock.move(minutes=14)
    answer = attacker.post(SIGN_IN, json={"email": EMAIL, "password": PASSWORD})
    assert "wait 1 min" in answer.json()["detail"]
    clinic.clock.move(minutes=1)
    assert sign_in(attacker) == 200


@pytest.mark.usefixtures("ada", "quick")
def test_strangers_cannot_lock_out_a_browser_that_is_known(clinic: Clinic) -> None:
    own, attacker = clinic.http(), clinic.http()
    assert sign_in(own) == 200
    own.post("/accounts/api/sign-out")
    for number in range(PER_ADDRESS.tries + 1):
        sign_in(attacker, EMAIL, f"guess {number}")
    assert sign_in(attacker) == 429
    assert sign_in(own) == 200


@pytest.mark.usefixtures("ada", "quick")
def test_a_known_browser_cannot_guess_without_end_either(clinic: Clinic) -> None:
    stolen = clinic.http()
    assert sign_in(stolen) == 200
    for number in range(PER_ACCOUNT.tries):
        assert sign_in(stolen, EMAIL, f"guess {number}") == 422
    assert sign_in(stolen) == 429


@pytest.mark.usefixtures("ada", "quick")
def test_one_address_cannot_try_many_names(clinic: Clinic) -> None:
    attacker = clinic.http()
    for number in range(PER_ADDRESS.tries):
        assert sign_in(attacker, f"{number}@clinic.example") == 422
    assert sign_in(attacker) == 429


@pytest.mark.usefixtures("ada", "quick")
def test_signing_in_often_is_no_guessing(clinic: Clinic) -> None:
    for _ in range(PER_ACCOUNT.tries + 2):
        assert sign_in(clinic.http()) == 200


def test_without_a_password_nobody_signs_in(clinic: Clinic) -> None:
    clinic.join("Ada Neu", EMAIL, roles=["psychologist"], units=[])
    for password in ("", "None", PASSWORD):
        assert sign_in(clinic.http(), EMAIL, password) == 422


def test_a_disabled_member_does_not_sign_in(clinic: Clinic, ada: UUID) -> None:
    with clinic.work("accounts", clinic.administrator) as work:
        actions.disable_member(work, ada)
    assert sign_in(clinic.http()) == 422


def test_every_try_leaves_a_trace(clinic: Clinic, ada: UUID, quick: list[str | None]) -> None:
    sign_in(clinic.http(), EMAIL, "x")
    sign_in(clinic.http())
    with clinic.look("accounts") as work:
        entries = work.all(select(AuditEntry).order_by(col(AuditEntry.number)))[-2:]
        assert audit.check(work.session) == []
    assert [(entry.action, entry.outcome) for entry in entries] == [
        (f"sign-in:{ada}", "refused"),
        ("sign-in", "ok"),
    ]
    assert [entry.actor for entry in entries] == ["anonymous", f"member:{ada}"]
    assert quick


def test_a_new_password_ends_what_was_open(clinic: Clinic, ada: UUID) -> None:
    here, elsewhere = clinic.http(ada), clinic.http(ada)
    clinic.clock.move(minutes=1)
    sent = {"current": "wrong", "password": "une autre tortue bleue"}
    refused = here.post("/accounts/api/me/password", json=sent)
    assert (refused.status_code, refused.json()["field"]) == (422, "current")
    sent["current"] = PASSWORD
    assert here.post("/accounts/api/me/password", json=sent).status_code == 204
    assert here.get("/accounts/api/me").status_code == 200
    assert elsewhere.get("/accounts/api/me").status_code == 401
    assert sign_in(clinic.http()) == 422
    assert sign_in(clinic.http(), EMAIL, "une autre tortue bleue") == 200


@pytest.mark.usefixtures("quick")
def test_an_open_browser_does_not_let_the_password_be_guessed(clinic: Clinic, ada: UUID) -> None:
    left_open = clinic.http(ada)
    sent = {"current": "guess", "password": "une autre tortue bleue"}
    answers = [left_open.post("/accounts/api/me/password", json=sent).status_code for _ in range(8)]
    page = {**sent, "again": sent["password"]}
    pages = [left_open.post("/accounts/profile/password", data=page) for _ in range(3)]
    assert set(answers) == {422}
    assert [page.status_code for page in pages] == [422, 422, 429]
    assert "Too many tries" in pages[-1].text
    own = left_open.post("/accounts/api/me/password", json={**sent, "current": PASSWORD})
    assert own.status_code == 429


def test_a_weak_password_is_refused_with_the_rule(clinic: Clinic, ada: UUID) -> None:
    with clinic.work("accounts") as work:
        for weak in ("short", "adaneuadaneu", "motdepasse123"):
            with pytest.raises(Invalid) as refusal:
                actions.set_password(work, ada, weak)
            assert not isinstance(refusal.value, RuleBroken)
            assert refusal.value.field == "password"


@pytest.mark.usefixtures("ada")
def test_only_the_demo_shows_who_there_is(clinic: Clinic) -> None:
    assert EMAIL not in clinic.http().get("/accounts/sign-in").text
    clinic.settings.demo = True
    assert EMAIL in clinic.http().get("/accounts/sign-in").text
