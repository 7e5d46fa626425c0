"""Does a board that is left open for a day cost more and more, in the browser or at the server?"""

import gc

import pytest
from playwright.sync_api import CDPSession, Page, expect
from sqlalchemy import update
from sqlmodel import col

from services.coordinator.tables import Obligation
from tests.browser.live_house import LiveHouse
from tests.browser.person import SOON
from tests.browser.test_live_pages import board, coordinator, office, rows

__all__ = ["board", "coordinator", "office"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]

WARM, ROUNDS, MANY = 15, 3, 30
"""Updates until everything is there that stays, and then rounds that must leave nothing."""
MORE_NODES, MORE_LISTENERS, MORE_HEAP = 20, 5, 500_000
MORE_OBJECTS = 300
"""Of the server in its calmest round: a leak is in each of them, while jobs that run for the first
time, and then have their statements kept, are in one or two."""


def update_once(house: LiveHouse, page: Page, number: int) -> None:
    """A row changes, and the board fetches itself as if it had been told so."""
    with house.team["coordinator"].engine.begin() as connection:
        told = col(Obligation.told)
        connection.execute(update(Obligation).values(taken=number % 3, told=~told))
    page.evaluate(
        """() => new Promise((done) => {
          document.addEventListener("htmx:after:swap", done, { once: true });
          htmx.trigger(document.getElementById("live"), "changed");
        }).then(() => null)"""
    )


def measured(browser: CDPSession) -> dict[str, float]:
    """What the page holds once all waste is thrown away."""
    browser.send("HeapProfiler.collectGarbage")
    metrics = browser.send("Performance.getMetrics")["metrics"]
    return {metric["name"]: metric["value"] for metric in metrics}


def objects() -> int:
    gc.collect()
    return len(gc.get_objects())


def more_objects(house: LiveHouse, page: Page) -> int:
    """How many objects the server has more after a round of updates."""
    before = objects()
    for number in range(MANY):
        update_once(house, page, number)
    return objects() - before


def test_a_board_that_stays_open_leaves_nothing_behind(house: LiveHouse, board: Page) -> None:
    watched = board.context.new_cdp_session(board)
    watched.send("Performance.enable")
    for number in range(WARM):
        update_once(house, board, number)
    before = measured(watched)
    grown = [more_objects(house, board) for _ in range(ROUNDS)]
    after = measured(watched)
    expect(rows(board)).not_to_have_count(0, timeout=SOON)
    assert after["Nodes"] - before["Nodes"] <= MORE_NODES
    assert after["JSEventListeners"] - before["JSEventListeners"] <= MORE_LISTENERS
    assert after["JSHeapUsedSize"] - before["JSHeapUsedSize"] <= MORE_HEAP
    assert min(grown) <= MORE_OBJECTS, grown
    assert house.listeners == 1
