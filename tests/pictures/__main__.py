"""`make pictures`: all pages into build/pictures, and those that documents show into docs."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser

from tests.browser.live_house import LiveHouse
from tests.chromium import chromium
from tests.pictures.morning import played
from tests.pictures.taking import SIZES, WALL_SIZE, opened, take, take_all

ALL, SHOWN = Path("build/pictures"), Path("docs/pictures")


def take_shown(browser: Browser, house: LiveHouse, wall: str) -> None:
    """What README and the documents show: the part of a page that a window holds."""
    board = "/coordinator/board"
    for name, path, who, language, scheme, size in (
        ("board", board, "claire", "en", "light", SIZES["desk"]),
        ("board-dark", board, "claire", "fr", "dark", SIZES["desk"]),
        ("board-phone", board, "claire", "en", "light", SIZES["phone"]),
        ("worklist", "/rtms_unit/worklist", "tomas", "en", "light", SIZES["desk"]),
        ("wall", wall, "", "en", "dark", WALL_SIZE),
    ):
        made = opened(browser, house, who, language)
        page = made.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        take(page, house.url + path)
        page.screenshot(path=SHOWN / f"{name}.png")
        made.close()


def main(*asked: str) -> None:
    with (
        TemporaryDirectory() as folder,
        chromium() as browser,
        played(Path(folder)) as (house, wall),
    ):
        take_shown(browser, house, wall)
        taken = 0 if "shown" in asked else take_all(browser, house, wall, ALL)
    print(f"{SHOWN}: what the documents show. {ALL}/index.html: {taken} pictures.")  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
