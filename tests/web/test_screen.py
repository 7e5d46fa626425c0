"""What a page has in its hands: forms that say what is wrong, actions that are undone, notices."""

from datetime import date
from typing import Annotated, Literal

import pytest
from fastapi import APIRouter, Depends, Response
from fastapi.testclient import TestClient
from pydantic import AwareDatetime, BaseModel, Field, field_validator

from shared.access import audit
from shared.access.tables import Member
from shared.errors import NotAllowed, Refused, RuleBroken
from shared.i18n import N_
from shared.web.doors import LookDep, ScreenDep, WorkDep, bind
from shared.web.screen import pages_of
from shared.work import Work
from tests.clinic import Clinic


class Sheet(BaseModel):
    """A form with one field of every kind."""

    text: Annotated[str, Field(max_length=5)]
    count: Annotated[int, Field(ge=0, le=10)] | None = None
    on: date | None = None
    at: AwareDatetime | None = None
    way: Literal["left", "right"] | None = None
    several: list[str] = []
    even: int | None = None

    @field_validator("even")
    @classmethod
    def _even(cls, value: int | None) -> int | None:
        if value is not None and value % 2:
            raise ValueError(N_("Please choose one of the list."))
        return value


def rename(work: Work, name: str, refusal: Refused | None) -> None:
    """Change a member, leave a trace, tell the others, and perhaps be refused after all."""
    assert work.viewer is not None
    work.get(Member, work.viewer.member_id).name = name
    work.audit("renamed", None)
    if refusal:
        raise refusal


@pytest.fixture
def browser(clinic: Clinic) -> TestClient:
    """A browser at a clinic with a page that reads a form and one that tries an action."""
    router = APIRouter(prefix="/accounts/sheet")

    @router.post("/read")
    def read(screen: ScreenDep) -> dict[str, object]:
        sheet, errors = screen.read(Sheet)
        return {"sheet": sheet.model_dump() if sheet else None, "errors": errors}

    @router.post("/try/{how}")
    def try_it(how: str, work: WorkDep, screen: ScreenDep) -> dict[str, object]:
        refusal = {
            "broken": RuleBroken(N_("Please enter %(ge)s or more."), field="count", ge=3),
            "forbidden": NotAllowed(),
        }.get(how)
        work.audit("looked", None)
        _, errors = screen.attempt(work, lambda: rename(work, "Renamed", refusal))
        return {"errors": errors}

    @router.get("/see")
    def see(work: LookDep) -> dict[str, object]:
        assert work.viewer is not None
        name = work.get(Member, work.viewer.member_id).name
        return {"name": name, "entries": audit.anchor(work.session).partition(":")[0]}

    @router.get("/write")
    def write(work: LookDep) -> None:
        rename(work, "Renamed", None)

    @router.get("/go")
    def go(screen: ScreenDep) -> Response:
        return screen.go("/accounts/profile", N_("Please enter a date."))

    clinic.app.include_router(router, dependencies=[Depends(bind(clinic.team["accounts"]))])
    clinic.app.router.routes.insert(0, clinic.app.router.routes.pop())
    return clinic.http(clinic.physician)


def errors(browser: TestClient, **fields: object) -> dict[str, str]:
    sent = {"text": "a", **fields}
    found: dict[str, str] = browser.post("/accounts/sheet/read", data=sent).json()["errors"]
    return found


def test_what_was_filled_in_is_read(browser: TestClient) -> None:
    sent = {"text": " é ", "count": "7", "on": "2026-11-23", "several": ["a", "b"], "at": ""}
    sheet = browser.post("/accounts/sheet/read", data=sent).json()["sheet"]
    assert (sheet["text"], sheet["count"], sheet["on"]) == ("é", 7, "2026-11-23")
    assert (sheet["several"], sheet["at"], sheet["way"]) == (["a", "b"], None, None)


WRONG = [
    ("text", "  ", "Please fill this in."),
    ("text", "abcdef", "Please enter at most 5 characters."),
    ("count", "x", "Please enter a whole number."),
    ("count", "1.5", "Please enter a whole number."),
    ("count", "11", "Please enter 10 or less."),
    ("count", "-1", "Please enter 0 or more."),
    ("on", "31.12.2026", "Please enter a date."),
    ("on", "2026-02-30", "Please enter a date."),
    ("at", "tomorrow", "Please enter a day and a time."),
    ("at", "2026-02-03T10:00", "Please say in which time zone this is."),
    ("way", "up", "Please choose one of the list."),
    ("even", "3", "Please choose one of the list."),
]


def test_what_is_wrong_is_said_at_its_field(browser: TestClient) -> None:
    for field, value, sentence in WRONG:
        assert errors(browser, **{field: value}) == {field: sentence}


def test_it_is_said_in_the_language_of_the_reader(browser: TestClient) -> None:
    browser.cookies.set("relais_language", "fr")
    assert errors(browser, on="x") == {"on": "Saisissez une date."}


def test_a_refused_action_is_undone_and_the_rest_stays(browser: TestClient) -> None:
    before = browser.get("/accounts/sheet/see").json()
    answer = browser.post("/accounts/sheet/try/broken").json()
    assert answer == {"errors": {"count": "Please enter 3 or more."}}
    after = browser.get("/accounts/sheet/see").json()
    assert after["name"] == before["name"]
    assert int(after["entries"]) == int(before["entries"]) + 1


def test_a_forbidden_action_undoes_everything_but_its_trace(browser: TestClient) -> None:
    before = browser.get("/accounts/sheet/see").json()
    assert browser.post("/accounts/sheet/try/forbidden").status_code == 403
    after = browser.get("/accounts/sheet/see").json()
    assert after["name"] == before["name"]
    assert int(after["entries"]) == int(before["entries"]) + 1


def test_an_action_is_committed_before_the_answer(browser: TestClient) -> None:
    assert browser.post("/accounts/sheet/try/good").json() == {"errors": {}}
    assert browser.get("/accounts/sheet/see").json()["name"] == "Renamed"


def test_who_only_looks_cannot_write(browser: TestClient) -> None:
    before = browser.get("/accounts/sheet/see").json()
    assert browser.get("/accounts/sheet/write").status_code >= 500
    assert browser.get("/accounts/sheet/see").json() == before


def test_a_notice_is_shown_once(browser: TestClient) -> None:
    assert browser.get("/accounts/sheet/go").status_code == 303
    assert "Please enter a date." in browser.get("/accounts/profile").text
    assert "Please enter a date." not in browser.get("/accounts/profile").text


def test_a_notice_waits_for_a_whole_page(browser: TestClient) -> None:
    browser.get("/accounts/sheet/go")
    fragment = browser.get("/accounts/profile", headers={"hx-request": "true"})
    assert "Please enter a date." not in fragment.text
    assert "Please enter a date." in browser.get("/accounts/profile").text


def test_nobody_else_can_write_a_notice(browser: TestClient) -> None:
    browser.cookies.set("relais_notice", "WyJnb29kIiwiSGVsbG8iXQ.x")
    assert "Hello" not in browser.get("/accounts/profile").text


def test_the_navigation_shows_what_somebody_may_do(clinic: Clinic) -> None:
    directory = clinic.team.house.directory
    seen = {
        member: {item.href for item in pages_of(directory, clinic.viewer("accounts", member))}
        for member in (clinic.administrator, clinic.physician, clinic.operator)
    }
    assert "/accounts/members" in seen[clinic.administrator]
    assert "/accounts/members" not in seen[clinic.physician]
    assert all(href.startswith("/") for hrefs in seen.values() for href in hrefs)
    assert not any(href.startswith("/pain_physician/") for href in seen[clinic.operator])


def test_the_page_one_is_on_is_marked(clinic: Clinic) -> None:
    browser = clinic.http(clinic.administrator)
    for url in ("/accounts/members", "/accounts/members/new"):
        page = browser.get(url).text
        assert '<a href="/accounts/members" aria-current="page">' in page
        assert page.count('aria-current="page"') == 1


def test_the_start_leads_to_the_first_page(clinic: Clinic) -> None:
    for member in (clinic.administrator, clinic.physician, clinic.operator, clinic.coordinator):
        browser = clinic.http(member)
        answer = browser.get("/")
        assert answer.status_code == 303
        assert browser.get(answer.headers["location"]).status_code == 200
    assert clinic.http().get("/").headers["location"] == "/accounts/sign-in"
