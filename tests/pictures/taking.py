"""Pictures of pages: every page in both languages, light and dark, on a desk and on a phone."""

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from shared.i18n import LANGUAGES
from tests.browser.live_house import LiveHouse
from tests.browser.test_every_page import MEMBERS, context, pages, shape
from tests.pictures.morning import MORNING

SCHEMES = ("light", "dark")
SIZES: Mapping[str, tuple[int, int]] = {"desk": (1280, 900), "phone": (390, 844)}
WALL_SIZE = (1920, 1080)
UP_TO_DATE = """() => !document.getElementById("live")
    || document.querySelector('#live-status [data-part="time"]').textContent"""
"""A page that is live has fetched itself once more, and says when."""
ABOVE_ALL = 30_000
"""Milliseconds to wait for a page; a busy machine takes its time."""


@dataclass(frozen=True)
class Sight:
    """A page that somebody can see; nobody in particular when `who` is empty."""

    name: str
    url: str
    who: str = ""


def sights(browser: Browser, house: LiveHouse, wall: str) -> Iterator[Sight]:
    """Every kind of page once, with a member who can see it."""
    yield Sight("sign-in", f"{house.url}/accounts/sign-in")
    yield Sight("wall", house.url + wall)
    seen: set[str] = set()
    for who in MEMBERS:
        for page in pages(browser, house, who, "en"):
            kind = shape(page.url)
            if kind not in seen:
                seen.add(kind)
                yield Sight(named(kind), page.url, who)


def named(kind: str) -> str:
    """The name of a picture: the address with what is neither letter nor figure left out."""
    return re.sub(r"[^a-z0-9]+", "-", kind.lower()).strip("-") or "start"


def opened(browser: Browser, house: LiveHouse, who: str, language: str) -> BrowserContext:
    if who:
        return context(browser, house, who, language)
    made = browser.new_context(timezone_id="Europe/Paris")
    made.add_cookies([{"name": "relais_language", "value": language, "url": house.url}])
    return made


def take(page: Page, url: str) -> None:
    """Open a page on that morning, with everything that it draws."""
    page.clock.set_fixed_time(MORNING)
    page.goto(url, wait_until="load", timeout=ABOVE_ALL)
    page.evaluate("document.fonts.ready")
    page.wait_for_function(UP_TO_DATE, timeout=ABOVE_ALL)


def take_all(browser: Browser, house: LiveHouse, wall: str, folder: Path) -> int:
    """Every page in every way, into a folder; returns how many pictures there are."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    found = sorted(sights(browser, house, wall), key=lambda sight: (sight.who, sight.name))
    for language in LANGUAGES:
        for who in sorted({sight.who for sight in found}):
            made = opened(browser, house, who, language)
            page = made.new_page()
            for sight in (each for each in found if each.who == who):
                take(page, sight.url)
                _every_way(page, folder, sight.name, language)
            made.close()
    return _index(folder)


def _every_way(page: Page, folder: Path, name: str, language: str) -> None:
    for size, scheme in product(SIZES, SCHEMES):
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=_scheme(scheme), reduced_motion="reduce")
        page.screenshot(path=folder / f"{name}.{language}.{size}.{scheme}.png", full_page=True)


def _scheme(name: str) -> Any:
    return name


def _index(folder: Path) -> int:
    """One page with all of them, to look through."""
    files = sorted(file.name for file in folder.glob("*.png"))
    shown = "\n".join(
        f'<figure><img src="{name}" loading="lazy" height="420"><figcaption>{escape(name)}'
        "</figcaption></figure>"
        for name in files
    )
    head = "<!doctype html><meta charset=utf-8><title>Relais</title>"
    (folder / "index.html").write_text(f"{head}{shown}", encoding="utf-8")
    return len(files)
