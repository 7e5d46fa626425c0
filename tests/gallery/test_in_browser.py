"""The gallery in a real browser: live updates, keys and half-filled forms."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.gallery.serving import Gallery, served

HTMX_HAD_ITS_TURN = """async () => {
    while (!window.htmx) await new Promise(requestAnimationFrame);
    await new Promise(done => setTimeout(done));
}"""
pytestmark = pytest.mark.browser


@pytest.fixture
def house() -> Iterator[Gallery]:
    with served() as house:
        yield house


@pytest.fixture
def page(browser: Browser, house: Gallery) -> Iterator[Page]:
    """The gallery, live; nothing may have been said on the console when the test is over."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(house.address, wait_until="domcontentloaded")
    expect(page.locator('#live-status[data-state="live"]')).to_be_visible()
    yield page
    page.context.close()
    assert said == []


def test_a_change_shows_and_the_person_is_not_disturbed(page: Page, house: Gallery) -> None:
    row, later = page.locator("#ob-today-1 a.btn"), page.locator("#g-later")
    row.focus()
    later.evaluate("fold => { fold.open = true }")
    house.change()
    expect(page.locator(".why").first).to_contain_text("#1")
    expect(row).to_be_focused()
    expect(later).to_have_attribute("open", "")


def test_changes_wait_while_a_person_reads_in_peace(page: Page, house: Gallery) -> None:
    status, pause = page.locator("#live-status"), page.locator("#live-pause")
    pause.click()
    house.change()
    expect(status).to_contain_text("1 change waiting")
    house.change()
    expect(status).to_contain_text("2 changes waiting")
    expect(page.locator(".why").first).to_contain_text("PHQ-9")
    pause.click()
    expect(page.locator(".why").first).to_contain_text("#2")
    expect(status).to_contain_text("Live")


def test_after_a_cut_the_page_catches_up_by_itself(page: Page, house: Gallery) -> None:
    house.cut()
    expect(page.locator("#live-status")).to_contain_text("Reconnecting")
    house.changes += 1  # unseen: nobody listens
    expect(page.locator(".why").first).to_contain_text("#1")
    expect(page.locator("#live-status")).to_contain_text("Live")


@pytest.mark.parametrize("script", ["hx-sse.min.js", "live.js"])
def test_a_page_is_live_however_late_its_scripts_arrive(
    browser: Browser, house: Gallery, script: str
) -> None:
    page = browser.new_page()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(f"**/{script}*", hold)
    page.goto(house.address, wait_until="commit")
    page.evaluate(HTMX_HAD_ITS_TURN)
    assert len(held) == 1
    held[0].continue_()
    expect(page.locator('#live-status[data-state="live"]')).to_be_visible()
    page.context.close()


def test_keys_move_through_the_rows_and_back(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#ob-overdue-1")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#ob-critical-2")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#act")


def test_the_row_stays_chosen_over_a_change(page: Page, house: Gallery) -> None:
    page.keyboard.press("j")
    house.change()
    expect(page.locator(".why").first).to_contain_text("#1")
    expect(page.locator("#ob-critical-1")).to_be_focused()


def test_keys_are_letters_where_a_person_types(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("j?k/")
    expect(page.locator("#q")).to_have_value("j?k/")
    expect(page.locator("#keys")).to_be_hidden()


def test_single_keys_can_be_turned_off(page: Page) -> None:
    page.keyboard.press("?")
    page.locator("#keys-on").uncheck()
    page.locator("#keys").get_by_role("button").click()
    page.reload(wait_until="domcontentloaded")
    expect(page.locator('#live-status[data-state="live"]')).to_be_visible()
    page.keyboard.press("/")
    expect(page.locator("#q")).not_to_be_focused()


def test_what_was_typed_is_back_after_a_lost_page(page: Page) -> None:
    page.locator("#f-story").fill("half a sentence")
    page.locator('input[name="answer"][value="b"]').check(force=True)
    page.reload(wait_until="domcontentloaded")
    expect(page.locator("#f-story")).to_have_value("half a sentence")
    expect(page.locator('input[name="answer"][value="b"]')).to_be_checked()
    expect(page.locator("[data-draft-note]")).to_contain_text("put back")


def test_offline_the_form_stays_and_says_so(page: Page) -> None:
    page.locator("#f-story").fill("half a sentence")
    page.context.set_offline(True)
    page.locator("form[data-draft]").evaluate("form => form.requestSubmit()")
    expect(page.locator("[data-draft-note]")).to_contain_text("You are offline")
    expect(page.locator("#f-story")).to_have_value("half a sentence")
    page.context.set_offline(False)


def test_a_draft_leaves_with_the_person(page: Page) -> None:
    page.locator("#f-story").fill("half a sentence")
    kept = "() => Object.keys(sessionStorage).length"
    assert page.evaluate(kept) == 1
    page.locator('form[action="/accounts/sign-out"]').evaluate(
        "form => form.dispatchEvent(new Event('submit'))"
    )
    assert page.evaluate(kept) == 0


def test_without_scripts_nothing_promises_to_be_live(browser: Browser, house: Gallery) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(house.address)
    expect(page.locator("#ob-critical-1")).to_be_visible()
    for name in ("#live-status", "#live-pause", "#keys", '[data-opens="keys"]'):
        expect(page.locator(name)).to_be_hidden()
    context.close()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_no_width_scrolls_sideways(
    browser: Browser, house: Gallery, width: int, language: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(f"{house.address}?language={language}", wait_until="load")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.context.close()
