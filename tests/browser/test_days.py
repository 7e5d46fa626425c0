"""A coordinator's day and a practitioner's day, with the keyboard alone, in both languages."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.live_house import LiveHouse, Watch
from tests.browser.person import SOON, Person
from tests.browser.test_live_pages import Office, arrive
from tests.clinic import MONDAY

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

ROWS = "#board .ob"
COORDINATOR, OPERATOR = "Claire Morvan", "Tomas Hartl"


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture(autouse=True)
def three_patients(browser: Browser, house: LiveHouse) -> None:
    """They were referred before anybody came."""
    context = arrive(browser, house, "Dr Élise Caradec")
    for family in ("Abadie", "Béranger", "Colson"):
        Office(context).refer(family)
    context.close()


@pytest.fixture
def coordinator(
    browser: Browser, house: LiveHouse, watch: Watch, language: str
) -> Iterator[Person]:
    """She comes on Friday: nobody has answered for four days."""
    watch.forward_to(MONDAY + timedelta(days=4))
    person = Person(browser, house, language, COORDINATOR)
    person.arrive()
    yield person
    assert person.complaints == []
    person.context.close()


@pytest.fixture
def operator(browser: Browser, house: LiveHouse, language: str) -> Iterator[Person]:
    person = Person(browser, house, language, OPERATOR)
    person.arrive()
    yield person
    assert person.complaints == []
    person.context.close()


def test_a_coordinators_day_by_keyboard(coordinator: Person) -> None:
    page, keys = coordinator.watch("/coordinator/board"), coordinator.page.keyboard
    expect(page.locator(ROWS)).to_have_count(3, timeout=SOON)
    walk_through_the_rows(coordinator)
    keep_a_view(coordinator)
    chase_somebody(coordinator)
    settle_and_take_back(coordinator)
    look_for_a_patient(coordinator)
    page.goto("/coordinator/ledger")
    coordinator.sees("handled")
    keys.press("?")
    expect(page.locator("#keys")).to_be_visible()
    keys.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def walk_through_the_rows(person: Person) -> None:
    page, keys = person.page, person.page.keyboard
    for key in ("j", "j", "k"):
        keys.press(key)
    first = page.locator(ROWS).first
    expect(first).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("heading", name="ABADIE")).to_be_visible()
    page.go_back()


def keep_a_view(person: Person) -> None:
    page, keys = person.page, person.page.keyboard
    person.tab_to("waiting for an answer")
    keys.press("Enter")
    page.wait_for_url("**/board?*show=waiting*")
    person.tab_to("Keep this view")
    keys.press("Enter")
    person.tab_to("What is it called?")
    keys.type("Mon vendredi")
    keys.press("Enter")
    person.sees("The view is kept. It stands above the board.")
    chip = page.get_by_role("link", name="Mon vendredi")
    expect(chip).to_have_attribute("aria-current", "true")
    person.tab_to("Mon vendredi")


def chase_somebody(person: Person) -> None:
    page, keys = person.page, person.page.keyboard
    person.tab_to("More")
    keys.press("Enter")
    person.tab_to("Remind them now")
    keys.press("Enter")
    person.sees("They are reminded now.")
    expect(page.locator(ROWS)).to_have_count(3)


def settle_and_take_back(person: Person) -> None:
    """The board lets a row go, says so, and has it back when asked."""
    page, keys = person.page, person.page.keyboard
    person.tab_to("More")
    keys.press("Enter")
    person.tab_to("It was settled elsewhere")
    keys.press("Enter")
    page.wait_for_url(re.compile("/obligations/"))
    person.tab_to("How was it settled?")
    keys.type("Par téléphone.")
    person.tab_to("Take it off the board")
    keys.press("Enter")
    person.sees("It is off the board. Until tonight this can be taken back.")
    expect(page.locator(ROWS)).to_have_count(2)
    person.tab_to("Undo")
    keys.press("Enter")
    person.sees("It was taken back.")
    expect(page.locator(ROWS)).to_have_count(3)
    expect(page.get_by_role("link", name="Mon vendredi")).to_have_attribute("aria-current", "true")


def look_for_a_patient(person: Person) -> None:
    keys = person.page.keyboard
    keys.press("/")
    keys.type("bera")
    keys.press("Enter")
    expect(person.page.get_by_role("heading", name="BÉRANGER")).to_be_visible()


def test_a_practitioners_day_by_keyboard(operator: Person) -> None:
    """From the worklist to a booked session: nothing but Tab, letters and Enter."""
    page, keys = operator.watch("/rtms_unit/worklist"), operator.page.keyboard
    expect(page.locator("#worklist .ob")).to_have_count(3, timeout=SOON)
    keys.press("j")
    keys.press("Enter")
    page.wait_for_url("**/referrals/*")
    operator.tab_to("Accept")
    keys.press("Enter")
    operator.sees("Accepted. The referrer sees it.")
    operator.tab_to("Book a session")
    keys.press("Enter")
    page.wait_for_url("**/book")
    operator.tab_to("Day")
    keys.type("11242026")  # month first: the browser itself speaks American
    operator.tab_to("Time")
    keys.type("1000AM")
    operator.tab_to("Length")
    keys.type("30")
    operator.tab_to("With whom?")
    keys.type(OPERATOR[:5])
    operator.tab_to("Book")
    keys.press("Enter")
    operator.sees("Booked.")
