"""Every page of the demo centre, found by following links: accessible, whole, in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlmodel import select

from shared.access.tables import Member
from tests.browser.live_house import LiveHouse

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1800)]

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
NAMED = re.compile(r"/(ladders|units)/[^/]+")
NOT_A_PAGE = re.compile(
    r"/static/|/api/|\.csv|\.json$|\.yaml$|/fragments?/|/live$|format=csv|/html$|/preview/"
)
"""Mails are shown in a sandbox without scripts, in which axe cannot run."""
MEMBERS = ("claire", "elise", "tomas", "nora", "ilse", "paul")
LEAST_PAGES = 25


def members(house: LiveHouse) -> dict[str, UUID]:
    """The demo's members by the first part of their address."""
    with house.team["accounts"].look() as work:
        return {m.email.split("@")[0]: m.id for m in work.all(select(Member))}


def context(browser: Browser, house: LiveHouse, who: str, language: str) -> BrowserContext:
    """A browser of this member, with the language that he or she chose here."""
    made = browser.new_context(timezone_id="Europe/Paris")
    made.add_cookies([house.cookie(members(house)[who])])  # type: ignore[list-item]
    made.add_cookies([{"name": "relais_language", "value": language, "url": house.url}])
    return made


def shape(url: str) -> str:
    """The page as a kind of page: its path without identifiers."""
    parts = urlsplit(url)
    names = sorted(pair.split("=")[0] for pair in parts.query.split("&") if pair)
    return NAMED.sub(r"/\1/*", UUIDS.sub("*", parts.path)) + (
        "?" + "&".join(names) if names else ""
    )


def links(page: Page, house: LiveHouse) -> list[str]:
    found: list[str] = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    inside = (url.split("#")[0] for url in found if url.startswith(house.url))
    # Filters can be combined in hundreds of ways; each of them alone is enough.
    return [url for url in inside if "&" not in url and not NOT_A_PAGE.search(url)]


def pages(browser: Browser, house: LiveHouse, who: str, language: str) -> Iterator[Page]:
    """One page of each kind that this member can reach."""
    made = context(browser, house, who, language)
    page, seen, waiting = made.new_page(), set(), [house.url + "/"]
    while waiting:
        url = waiting.pop(0)
        if shape(url) in seen:
            continue
        seen.add(shape(url))
        answer = page.goto(url, wait_until="domcontentloaded")
        assert answer is not None
        if answer.status == 404 and "/reminders/mails/" in url:  # it went into another mail since
            seen.discard(shape(url))
            continue
        assert answer.status == 200, (url, answer.status)
        seen.add(shape(page.url))
        yield page
        waiting += links(page, house)
    made.close()


def violations(page: Page, scheme: Any, forced: Any = "none") -> list[str]:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce", forced_colors=forced)
    page.evaluate(AXE)
    # With forced colours they are the system's own: their contrast is chosen by the person.
    ours = {} if forced == "none" else {"color-contrast": {"enabled": False}}
    asked = {"runOnly": {"type": "tag", "values": RULES}, "rules": ours}
    found = page.evaluate("asked => axe.run(document, asked)", asked)
    return [
        f"{scheme} {shape(page.url)}: {v['id']}: {node['target']}"
        for v in found["violations"]
        for node in v["nodes"]
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_axe_finds_nothing_on_any_page(
    browser: Browser, demo_house: LiveHouse, language: str
) -> None:
    kinds: set[str] = set()
    problems: list[str] = []
    for who in MEMBERS:
        for page in pages(browser, demo_house, who, language):
            if shape(page.url) not in kinds:
                kinds.add(shape(page.url))
                if language == "en":  # colours of the system know no language
                    problems += violations(page, "light", forced="active")
                problems += violations(page, "light") + violations(page, "dark")
    assert problems == []
    assert len(kinds) >= LEAST_PAGES, sorted(kinds)


def test_no_page_goes_sideways_on_a_phone(browser: Browser, demo_house: LiveHouse) -> None:
    wide = []
    for who in MEMBERS:
        for page in pages(browser, demo_house, who, "fr"):
            page.set_viewport_size({"width": 320, "height": 700})
            if page.evaluate("document.documentElement.scrollWidth") > 320:
                wide.append(f"{who} {shape(page.url)}")
    assert wide == []


def test_no_page_asks_another_host_or_breaks_its_own_rules(
    browser: Browser, demo_house: LiveHouse
) -> None:
    complaints: list[str] = []
    for who in MEMBERS:
        made = context(browser, demo_house, who, "en")
        page = made.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on(
            "request",
            lambda r: None if r.url.startswith(demo_house.url) else complaints.append(r.url),
        )
        page.goto(demo_house.url, wait_until="domcontentloaded")
        for url in links(page, demo_house)[:12]:
            page.goto(url, wait_until="domcontentloaded")
        made.close()
    assert complaints == []
