"""Does every answer carry the strict headers, and is every strange request refused calmly?"""

import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from shared.settings import Settings
from shared.web import security
from shared.web.doors import ScreenDep, bind, open_to_all
from tests.clinic import Clinic
from tests.web.doors_of import addresses

CANARY = "Hélène Lefèvre 1961-04-02"
SIGN_IN = "/accounts/api/sign-in"
ENTRY = {"email": "a@b.example", "password": "x"}


@pytest.fixture
def broken(clinic: Clinic) -> TestClient:
    """A browser, and a clinic where one page is broken."""
    router = APIRouter()

    @router.get("/accounts/broken/{secret}")
    @open_to_all
    def fail(screen: ScreenDep) -> None:
        raise RuntimeError(f"{CANARY} {screen.language}")

    clinic.app.include_router(router, dependencies=[])
    _first(clinic.app)
    return clinic.http()


def _first(app: FastAPI) -> None:
    """The route that was added last is asked first."""
    app.router.routes.insert(0, app.router.routes.pop())


def refused(answer: object) -> int:
    status: int = answer.status_code  # type: ignore[attr-defined]
    assert status < 500
    return status


def test_every_answer_carries_the_strict_headers(clinic: Clinic) -> None:
    stranger = clinic.http()
    urls = [(one.method, one.url) for one in addresses(clinic.app)]
    more = [("GET", "/static/mark.svg"), ("GET", "/nowhere"), ("PATCH", "/accounts/sign-in")]
    for method, url in urls + more:
        answer = stranger.request(method, url)
        for name, value in security.HEADERS.items():
            assert answer.headers[name] == value, (method, url, name)
        if not url.startswith("/static/"):
            assert answer.headers["cache-control"] == "no-store", (method, url)


def test_nothing_in_a_page_needs_more_than_the_policy_allows() -> None:
    for word in ("unsafe", "data:", "http:", "https:", "*"):
        assert word not in security.CONTENT_SECURITY_POLICY


def test_static_files_are_kept_when_their_address_changes_with_them(clinic: Clinic) -> None:
    browser = clinic.http()
    assert browser.get("/static/mark.svg").headers["cache-control"] == "no-cache"
    assert "immutable" in browser.get("/static/mark.svg?v=1").headers["cache-control"]
    assert browser.get("/static/none.css?v=1").headers["cache-control"] == "no-store"


def test_over_https_browsers_are_told_to_stay_there() -> None:
    app = FastAPI()
    security.install(app, Settings(secure_cookies=True))
    assert "max-age" in TestClient(app).get("/").headers["strict-transport-security"]
    plain = FastAPI()
    security.install(plain, Settings())
    assert "strict-transport-security" not in TestClient(plain).get("/").headers


CSRF = [
    ({"sec-fetch-site": "same-origin"}, True),
    ({"sec-fetch-site": "none"}, True),
    ({"sec-fetch-site": "same-site"}, False),
    ({"sec-fetch-site": "cross-site"}, False),
    ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, False),
    ({"sec-fetch-site": ""}, False),
    ({"origin": "http://testserver"}, True),
    ({"origin": "http://127.0.0.1:8000"}, True),
    ({"origin": "https://127.0.0.1:8000"}, False),
    ({"origin": "http://evil.example"}, False),
    ({"origin": "http://testserver.evil.example"}, False),
    ({"origin": "http://testserver:81"}, False),
    ({"origin": "null"}, False),
    ({"origin": ""}, False),
    ({"origin": "file://testserver"}, False),
    ({}, False),
    ({"authorization": "Bearer x"}, True),
    ({"authorization": "Basic x"}, False),
    ({"content-type": "application/json"}, True),
    ({"content-type": "application/fhir+json"}, True),
    ({"content-type": "text/plain"}, False),
    ({"content-type": "text/plain; application/json"}, False),
    ({"content-type": "application/x-www-form-urlencoded"}, False),
    ({"content-type": "multipart/form-data; boundary=json"}, False),
]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_another_site_sends_is_not_done(clinic: Clinic, method: str) -> None:
    browser = clinic.http(clinic.administrator)
    del browser.headers["sec-fetch-site"]
    for headers, ours in CSRF:
        sent = {**headers, "accept": "application/json"}
        answer = browser.request(method, "/accounts/api/me", headers=sent)
        assert (answer.status_code != 403) == ours, headers


def test_looking_is_never_refused_for_where_it_came_from(clinic: Clinic) -> None:
    """A link in a mail leads here from another site."""
    browser = clinic.http(clinic.administrator)
    answer = browser.get("/accounts/api/me", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 200


UNSOUND = [
    b'{"email": 1e999, "password": "x"}',
    b'{"email": NaN, "password": "x"}',
    b'{"email": -Infinity, "password": "x"}',
    rb'{"email": "\ud800", "password": "x"}',
    rb'{"email": "\u0000", "password": "x"}',
    rb'{"\u0000": "a"}',
    rb'{"a": [{"b": "\udfff"}]}',
    b'{"email": "a", "password": "x"',
    b"\xff\xfe",
    b"[" * 100_000,
    b"1" * 10_000,
    b"",
    b"null",
    b"[]",
    b'"text"',
    b'{"email": {"a": 1}, "password": ["x"]}',
    b'{"email": "a@b.example", "password": "x", "more": 1}',
]


def test_unsound_json_is_refused(clinic: Clinic) -> None:
    stranger = clinic.http()
    for body in UNSOUND:
        answer = stranger.post(SIGN_IN, content=body, headers={"content-type": "application/json"})
        assert refused(answer) in {400, 422}, body[:40]


def test_a_refusal_never_repeats_what_was_sent(clinic: Clinic) -> None:
    sent = {"email": {CANARY: CANARY}, "password": [CANARY], CANARY: CANARY}
    answer = clinic.http().post(SIGN_IN, json=sent)
    assert answer.status_code == 422
    assert "Lef" not in answer.text
    places = [item["place"] for item in answer.json()["detail"]]
    assert "body.email" in places
    assert all(item["sentence"] for item in answer.json()["detail"])


def test_a_body_that_is_too_large_is_refused(clinic: Clinic) -> None:
    most = clinic.settings.max_body_bytes
    browser = clinic.http()
    assert refused(browser.post(SIGN_IN, json={**ENTRY, "password": "x" * most})) == 413
    form = {"email": "x" * most}
    assert refused(browser.post("/accounts/sign-in", data=form)) == 413


def test_a_body_that_does_not_say_its_size_is_counted(clinic: Clinic) -> None:
    pieces = (b"x" * 65536 for _ in range(32))
    answer = clinic.http().post(
        SIGN_IN, content=pieces, headers={"content-type": "application/json"}
    )
    assert refused(answer) == 413
    assert answer.headers["content-security-policy"]


def test_an_address_with_control_characters_is_refused(clinic: Clinic) -> None:
    browser = clinic.http(clinic.administrator)
    for url in ("/accounts/%00", "/%0a", "/?q=%00", "/?q=%1B", "/?%7f=1"):
        assert refused(browser.get(url)) == 400, url


def test_a_form_with_control_characters_is_refused(clinic: Clinic) -> None:
    browser = clinic.http(clinic.administrator)
    for text in ("a\x00b", "\x1b[2J", "a\x07"):
        assert refused(browser.post("/accounts/tokens", data={"name": text})) == 422, text


STRANGE = [
    (b"a=%ff&a=%00", "application/x-www-form-urlencoded"),
    (b"&" * 5000, "application/x-www-form-urlencoded"),
    (b"--x\r\n", "multipart/form-data; boundary=x"),
    (b"rubbish", "multipart/form-data"),
    (b"<a/>", "text/xml"),
    (b"\x80\x04", "application/octet-stream"),
]


def test_a_strange_form_is_refused_calmly(clinic: Clinic) -> None:
    stranger = clinic.http()
    for content, kind in STRANGE:
        headers = {"content-type": kind}
        answer = stranger.post("/accounts/sign-in", content=content, headers=headers)
        assert refused(answer) in {400, 422}, kind


def test_a_failure_shows_and_records_no_detail(broken: TestClient) -> None:
    with capture_logs() as logs:
        page = broken.get(f"/accounts/broken/{CANARY}", headers={"accept": "text/html"})
        program = broken.get(f"/accounts/broken/{CANARY}", headers={"accept": "application/json"})
    for answer in (page, program):
        assert answer.status_code == 500
        assert "Lef" not in answer.text
        assert "Runtime" not in answer.text
        assert answer.headers["content-security-policy"]
    assert "Something broke on our side" in page.text
    assert [log["error"] for log in logs] == ["RuntimeError", "RuntimeError"]
    assert "Lef" not in str(logs)
    assert [log["path"] for log in logs] == ["/accounts/broken/{secret}"] * 2
    assert any("test_security.py" in place for place in logs[0]["at"])


def test_an_unknown_method_is_refused(clinic: Clinic) -> None:
    answer = clinic.http().request("DELETE", "/live")
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


def test_a_route_that_says_nothing_is_shut(clinic: Clinic) -> None:
    router = APIRouter()

    @router.get("/accounts/unmarked")
    def unmarked() -> dict[str, str]:
        return {"secret": CANARY}

    bound = [Depends(bind(clinic.team["accounts"]))]
    clinic.app.include_router(router, dependencies=bound)
    _first(clinic.app)
    assert clinic.http().get("/accounts/unmarked").status_code == 303
    assert clinic.http(clinic.operator).get("/accounts/unmarked").status_code == 200
