"""Every address of the house: who may come in, from where, and what a look leaves behind."""

import shutil
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from sqlmodel import select

from shared.access.tables import AuditEntry
from shared.access.viewer import ROLES
from shared.web import security
from shared.web.doors import door_of
from tests.clinic import Clinic
from tests.crawl import Crawl, digests, everybody, looks
from tests.journey import Journey
from tests.known import PLACE
from tests.web.doors_of import Address, addresses

SIGNING_IN = "nobody is signed in before"
LINK = "the secret in the address is the key; it counts once"
OWN_BROWSER = "only changes how this browser shows its pages"
WALL = "for whoever passes a wall; the secret in the address is the key, and it shows no patient"
MACHINES = "asked by whoever watches over the server; says nothing but that"
OPEN_TO_ALL = {
    "GET /": "leads to the sign-in",
    "GET /accounts/sign-in": SIGNING_IN,
    "POST /accounts/sign-in": SIGNING_IN,
    "POST /accounts/api/sign-in": SIGNING_IN,
    "GET /accounts/join/{secret}": LINK,
    "POST /accounts/join/{secret}": LINK,
    "GET /reminders/calendar/{key}.ics": "calendar programs cannot sign in; the secret is the key",
    "POST /accounts/language": OWN_BROWSER,
    "POST /accounts/theme": OWN_BROWSER,
    "GET /coordinator/wall/{secret}": WALL,
    "GET /coordinator/wall/{secret}/now": WALL,
    "GET /coordinator/wall/{secret}/live": WALL,
    "GET /accessibility": "says what was done so that everybody can use it",
    "GET /reminders/one-click/{secret}": "asks; the secret of a daily mail is the key",
    "POST /reminders/one-click/{secret}": "RFC 8058: mail servers turn daily mails off for readers",
    "GET /metrics": "figures without patients, for this machine or whoever shows a token",
    "GET /live": MACHINES,
    "HEAD /live": MACHINES,
    "GET /ready": MACHINES,
    "HEAD /ready": MACHINES,
}
NO_ROUTE = {"/static": "style sheets, scripts, letters and drawings, the same for all"}
FOR_THIS_MACHINE = {"/metrics"}
"""No browser of a member is answered; `tests/health` asks from where one is."""
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
FOREIGN = (
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "https://elsewhere.example"},
    {"origin": "null"},
)
ABOUT_A_PATIENT = {
    *("patient_id", "referral_id", "session_id"),
    *("follow_up_id", "concern_id", "obligation_id", "measurement_id"),
    *("medication_id", "gate_id", "adverse_event_id", "letter_id"),
}
REFRESHED = "/now"
"""The end of the address of a part that refreshes itself: only for whoever opened the page."""


@pytest.fixture(scope="module")
def busy(staffed_house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """A clinic with a patient on every way that there is; the tests only look at it."""
    folder = tmp_path_factory.mktemp("busy") / "house"
    shutil.copytree(staffed_house, folder)
    clinic = Clinic(folder)
    clinic.know_staff((folder / "members").read_text())
    Journey(clinic).take()
    yield clinic
    clinic.close()


def everything(clinic: Clinic) -> UUID:
    """A member who may do all that anybody may."""
    units = [plate.name for plate in clinic.team.directory.plates]
    member = clinic.join("Alma Tout", roles=list(ROLES), units=units)
    clinic.settle()
    return member


def shut(clinic: Clinic) -> list[Address]:
    return [one for one in addresses(clinic.app) if one.called not in OPEN_TO_ALL]


def test_only_the_known_doors_are_open(clinic: Clinic) -> None:
    """A new open route fails here until its reason stands in the list."""
    marked = {one.called for one in addresses(clinic.app) if door_of(one.endpoint).open}
    assert marked | {"GET /"} == set(OPEN_TO_ALL)


def test_nothing_is_served_beside_the_routes(clinic: Clinic) -> None:
    others = [
        str(context.path)
        for context in iter_route_contexts(clinic.app.routes)
        if not isinstance(context.original_route, APIRoute)
    ]
    assert set(others) == set(NO_ROUTE)


def test_a_stranger_program_is_refused_everywhere(clinic: Clinic) -> None:
    stranger, before = clinic.http(), digests(clinic)
    for one in shut(clinic):
        answer = stranger.request(one.method, one.url, headers={"accept": "application/json"})
        assert answer.status_code == 401, one.called
        assert answer.headers["www-authenticate"].startswith("Bearer"), one.called
    assert digests(clinic) == before


def test_a_stranger_person_is_led_to_the_sign_in(clinic: Clinic) -> None:
    stranger, before = clinic.http(), digests(clinic)
    for one in shut(clinic):
        if "api" not in one.path.split("/") and not door_of(one.endpoint).scope:
            answer = stranger.request(one.method, one.url, headers={"accept": "text/html"})
            assert answer.status_code == 303, one.called
            assert answer.headers["location"].startswith("/accounts/sign-in"), one.called
    assert digests(clinic) == before


def test_what_another_site_sends_is_done_nowhere(clinic: Clinic) -> None:
    browser = clinic.http(everything(clinic))
    before = digests(clinic)
    del browser.headers["sec-fetch-site"]
    for one in addresses(clinic.app):
        if one.method in UNSAFE:
            # Where only a secret counts, a sign-in that another site makes use of is worth nothing.
            refused = 404 if security.ONE_CLICK.fullmatch(one.url) else 403
            for headers in FOREIGN:
                answer = browser.request(one.method, one.url, headers=headers)
                assert answer.status_code == refused, (one.called, headers)
    assert digests(clinic) == before


def test_nobody_reads_how_the_house_is_built(clinic: Clinic) -> None:
    for browser in (clinic.http(), clinic.http(everything(clinic))):
        for url in ("/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect"):
            assert browser.get(url).status_code == 404, url


def test_members_can_read_how_programs_call_it(clinic: Clinic) -> None:
    assert clinic.http().get("/api/openapi.json").status_code == 401
    described = clinic.http(clinic.therapist).get("/api/openapi.json").json()
    paths = set(described["paths"])
    assert {"/accounts/api/sign-in", "/rtms_unit/api/referrals/{referral_id}/accept"} <= paths
    pages = {path for path in paths if path.split("/")[2] not in ("api", "fhir")}
    assert pages == set()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_look_changes_nothing(busy: Clinic) -> None:
    """Whatever can be looked at, as a member of every role; but for the trace of the look."""
    browsers = [busy.http(member) for member in everybody(busy)]
    crawl, before, answered = Crawl(busy), digests(busy), set[str]()
    for one in looks(busy):
        for url, browser in product(crawl.urls(one.path), browsers):
            answer = browser.get(url)
            assert answer.status_code in (200, 303, 403, 404), (url, answer.status_code)
            assert is_strict(answer.headers), url
            if answer.status_code in (200, 303):
                answered.add(one.path)
    assert digests(busy) == before
    assert {one.path for one in looks(busy)} - answered == FOR_THIS_MACHINE


def is_strict(headers: Mapping[str, str]) -> bool:
    """A mail in its box has a policy of its own, which allows even less."""
    policy, others = "Content-Security-Policy", dict(security.HEADERS)
    del others[policy]
    same = all(headers[name] == value for name, value in others.items())
    return same and headers[policy].startswith("default-src 'none'; ")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_look_at_a_record_leaves_a_trace(busy: Clinic) -> None:
    """A part that refreshes itself shows nothing before its page was opened and traced."""
    member, shown = everything(busy), set[str]()
    for one, url in sorted(records(busy), key=lambda found: not found[1].endswith(REFRESHED)):
        before = traces(busy, url, member)
        status = busy.http(member).get(url).status_code
        assert status in ((403, 404) if url.endswith(REFRESHED) else (200, 303, 404)), url
        if status == 200:
            shown.add(one.path)
            assert traces(busy, url, member) == before + 1, url
    assert len(shown) > 15


def records(clinic: Clinic) -> Iterator[tuple[Address, str]]:
    """Every address that shows something of one patient."""
    crawl = Crawl(clinic, most=1)
    for one in looks(clinic):
        if ABOUT_A_PATIENT.intersection(PLACE.findall(one.path)):
            yield from ((one, url) for url in crawl.urls(one.path))


def traces(clinic: Clinic, url: str, member: UUID) -> int:
    """How often the member has looked at somebody's record in the service of this address."""
    mine = select(AuditEntry).where(AuditEntry.actor == f"member:{member}")
    with clinic.look(url.split("/")[1]) as work:
        rows = work.all(mine.where(AuditEntry.action == "read-record"))
    return sum(row.patient_id is not None for row in rows)
