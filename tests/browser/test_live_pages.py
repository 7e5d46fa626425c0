"""Does a page that changes under a person's hands leave what the person does there alone?"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.browser.live_house import LiveHouse
from tests.browser.person import LIVE, SOON, member_id

pytestmark = [pytest.mark.browser, pytest.mark.slow]

API = "/pain_physician/api"
NAMES = ("Abadie", "Béranger", "Colson", "Delmas", "Estève", "Fontan")
SIGN_IN = re.compile("/accounts/sign-in")


class Office:
    """The physician's programs, which cause changes while others look at their pages."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context

    def refer(self, family: str) -> None:
        """A new patient, and one question about her."""
        person = {"family": family, "given": "Odile", "birth_date": "1960-02-03"}
        patient = self._sent(f"{API}/patients", person)["id"]
        entry = {"performer": "rtms_unit", "question": f"Is it possible for {family}?"}
        self._sent(f"{API}/patients/{patient}/referrals", entry)

    def _sent(self, path: str, body: dict[str, str]) -> dict[str, str]:
        answer = self._context.request.post(path, data=body)
        assert answer.ok, answer.text()
        sent: dict[str, str] = answer.json()
        return sent


def arrive(browser: Browser, house: LiveHouse, name: str) -> BrowserContext:
    small = {"width": 900, "height": 400}
    context = browser.new_context(base_url=house.url, viewport=small)  # type: ignore[arg-type]
    context.add_cookies([house.cookie(member_id(house, name))])  # type: ignore[list-item]
    return context


@pytest.fixture
def office(browser: Browser, house: LiveHouse) -> Iterator[Office]:
    context = arrive(browser, house, "Dr Élise Caradec")
    yield Office(context)
    context.close()


@pytest.fixture
def coordinator(browser: Browser, house: LiveHouse) -> Iterator[BrowserContext]:
    context = arrive(browser, house, "Claire Morvan")
    yield context
    context.close()


@pytest.fixture
def board(coordinator: BrowserContext, office: Office) -> Page:
    """The board with six rows, live; it is longer than the window."""
    for family in NAMES:
        office.refer(family)
    page = coordinator.new_page()
    page.goto("/coordinator/board")
    expect(page.locator(LIVE)).to_be_visible()
    expect(rows(page)).to_have_count(len(NAMES), timeout=SOON)
    page.evaluate("window.neverReloaded = true")
    return page


def rows(page: Page) -> Locator:
    return page.locator("#board .ob")


def one_more(page: Page, office: Office) -> None:
    """Somebody refers a patient; the board shows it, and is still the same page."""
    office.refer("Garnier")
    expect(rows(page)).to_have_count(len(NAMES) + 1, timeout=SOON)
    assert page.evaluate("window.neverReloaded")


def test_what_happened_while_the_page_was_on_its_way_is_shown(
    coordinator: BrowserContext, office: Office
) -> None:
    """Drawn before the change and live after it, the page was told of it by nobody."""
    page, other = coordinator.new_page(), coordinator.new_page()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/coordinator/live", hold)
    page.goto("/coordinator/board")
    office.refer("Garnier")
    other.goto("/coordinator/board")
    expect(rows(other)).to_have_count(1, timeout=SOON)
    expect(rows(page)).to_have_count(0)
    held[0].continue_()
    expect(rows(page)).to_have_count(1, timeout=SOON)


def test_a_half_typed_search_stays_with_its_caret(board: Page, office: Office) -> None:
    search = board.get_by_role("searchbox", name="Search patients")
    search.focus()
    board.keyboard.type("aba")
    board.keyboard.press("ArrowLeft")
    one_more(board, office)
    expect(search).to_be_focused()
    board.keyboard.type("x")
    expect(search).to_have_value("abxa")


def test_the_page_does_not_jump(board: Page, office: Office) -> None:
    """The row under the person's eyes stays where it is, the focus on it as well."""
    link = board.get_by_role("link", name=f"Open the referral – {NAMES[0].upper()}")
    link.focus()
    board.evaluate("scrollTo(0, 230)")
    one_more(board, office)
    expect(link).to_be_focused()
    assert board.evaluate("scrollY") == 230


def test_an_open_menu_stays_open(board: Page, office: Office) -> None:
    menu = board.locator("details#m-unit")
    menu.locator("summary").click()
    one_more(board, office)
    expect(menu).to_have_attribute("open", "")
    expect(menu.get_by_role("link", name="Psychologist", exact=True)).to_be_visible()


def test_signing_out_in_one_tab_ends_the_others(
    house: LiveHouse, coordinator: BrowserContext
) -> None:
    """A page that is live goes by itself, because its stream ends; any other at the next click."""
    live, still, leaving = (coordinator.new_page() for _ in range(3))
    live.goto("/coordinator/board")
    expect(live.locator(LIVE)).to_be_visible()
    assert house.listeners == 1
    still.goto("/accounts/profile")
    leaving.goto("/accounts/profile")
    leaving.get_by_role("button", name="Sign out").click()
    expect(leaving).to_have_url(SIGN_IN)
    still.get_by_role("link", name="Ledger").click()
    expect(still).to_have_url(SIGN_IN)
    expect(live).to_have_url(SIGN_IN, timeout=SOON)
    assert house.listeners == 0
