"""Two people at once, a server that starts anew, and a screen on a wall."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from services.coordinator.actions import wall
from shared.access.viewer import COORDINATOR, Viewer
from tests.browser.live_house import LiveHouse, Watch
from tests.browser.person import LIVE, SOON, member_id
from tests.browser.test_live_pages import Office, arrive, coordinator, office, rows

__all__ = ["coordinator", "office"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

REFERRED = "Abadie"


def board_of(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/coordinator/board")
    expect(page.locator(LIVE)).to_be_visible()
    return page


def obligation_on(page: Page) -> None:
    """Open what the first row is about."""
    page.locator("#board .ob-title a").first.click()
    expect(page.get_by_role("button", name="Remind them now").last).to_be_visible()


@pytest.fixture
def colleague(browser: Browser, house: LiveHouse) -> Iterator[BrowserContext]:
    """The same office at a second browser."""
    context = arrive(browser, house, "Claire Morvan")
    yield context
    context.close()


def test_two_people_do_the_same_at_once(
    coordinator: BrowserContext, colleague: BrowserContext, office: Office
) -> None:
    """The second one is told who did what and when, and sees how it stands now."""
    office.refer(REFERRED)
    one, two = board_of(coordinator), board_of(colleague)
    for page in (one, two):
        expect(rows(page)).to_have_count(1, timeout=SOON)
        obligation_on(page)
    one.locator("summary", has_text="It was settled elsewhere").click()
    one.get_by_label("How was it settled?").fill("By telephone.")
    one.get_by_role("button", name="Take it off the board").click()
    expect(one.get_by_text("It is off the board.")).to_be_visible()
    two.get_by_role("button", name="Remind them now").last.click()
    alert = two.get_by_role("alert")
    expect(alert).to_contain_text(
        re.compile(r"Claire Morvan marked this as settled at \w+ \d+ \w+ [\d:]+, before you\.")
    )
    expect(two.get_by_text("Settled elsewhere. By telephone.")).to_be_visible()


def test_what_was_undone_is_back_on_every_board(
    coordinator: BrowserContext, colleague: BrowserContext, office: Office
) -> None:
    office.refer(REFERRED)
    one, other = board_of(coordinator), board_of(colleague)
    expect(rows(other)).to_have_count(1, timeout=SOON)
    expect(rows(one)).to_have_count(1, timeout=SOON)
    obligation_on(one)
    one.locator("summary", has_text="It was settled elsewhere").click()
    one.get_by_label("How was it settled?").fill("By telephone.")
    one.get_by_role("button", name="Take it off the board").click()
    expect(rows(other)).to_have_count(0, timeout=SOON)
    one.get_by_role("button", name="Undo").click()
    expect(one.get_by_text("It was taken back.")).to_be_visible()
    expect(rows(other)).to_have_count(1, timeout=SOON)


def test_a_board_comes_back_after_the_server_did(
    browser: Browser, staffed_house: Path, tmp_path: Path, watch: Watch
) -> None:
    """It says that it reconnects, keeps what was typed, and then shows what it missed."""
    folder = tmp_path / "house"
    shutil.copytree(staffed_house, folder)
    first = LiveHouse(folder, clock=watch)
    first.start()
    port = first.port
    context, other = (
        arrive(browser, first, name) for name in ("Claire Morvan", "Dr Élise Caradec")
    )
    page = board_of(context)
    page.evaluate("window.neverReloaded = true")
    page.get_by_role("searchbox").fill("half a na")
    first.stop()
    expect(page.locator('#live-status[data-state="reconnecting"]')).to_be_visible(timeout=SOON)
    second = LiveHouse(folder, clock=watch, port=port)
    second.start()
    try:
        Office(other).refer(REFERRED)
        expect(rows(page)).to_have_count(1, timeout=SOON)
        expect(page.locator(LIVE)).to_be_visible(timeout=SOON)
        expect(page.get_by_role("searchbox")).to_have_value("half a na")
        assert page.evaluate("window.neverReloaded")
    finally:
        context.close()
        other.close()
        second.stop()


def test_a_wall_shows_what_changes_until_it_is_switched_off(
    browser: Browser, house: LiveHouse, office: Office
) -> None:
    screen, address = wall_in(house)
    passer_by = browser.new_context(base_url=house.url, viewport={"width": 1920, "height": 1080})
    page = passer_by.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    expect(page.locator(LIVE)).to_be_visible()
    expect(page.locator("#live-pause")).to_have_count(0)
    office.refer(REFERRED)
    waiting = page.locator(".num", has_text="waiting for an answer").locator("b")
    expect(waiting).to_have_text("1", timeout=SOON)
    page.keyboard.press("?")
    page.keyboard.press("j")
    assert REFERRED.casefold() not in page.content().casefold()
    with house.team["coordinator"].work(viewer=viewer(house)) as work:
        wall.switch_off(work, screen)
    expect(page.get_by_text("This screen was switched off.")).to_be_visible(timeout=SOON)
    assert said == []
    passer_by.close()


def viewer(house: LiveHouse) -> Viewer:
    return Viewer(
        member_id(house, "Claire Morvan"),
        "Claire Morvan",
        frozenset({COORDINATOR}),
        frozenset({"coordinator"}),
    )


def wall_in(house: LiveHouse) -> tuple[UUID, str]:
    """A screen, and its address."""
    with house.team["coordinator"].work(viewer=viewer(house)) as work:
        screen, secret = wall.make_screen(work, "Corridor", "", "en")
        return screen.id, f"/coordinator/wall/{secret}"
