"""The coordinator's board, open in a browser all day: who owes what, and how soon it shows."""

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from playwright.sync_api import Page, expect

from tests.browser.person import SOON, Person

OWES = r"""([debtor, title, more]) => [...document.querySelectorAll("#board .ob")].some((row) => {
    const text = (part) => (row.querySelector(part)?.textContent ?? "").replace(/\s+/g, " ");
    return text(".baton b").includes(debtor) && text(".ob-title strong").includes(title)
        && text(".why").includes(more);
})"""
SHOWS = r"""(words) => {
    const text = document.querySelector("main").textContent;
    return text.replace(/\s+/g, " ").includes(words);
}"""


class Stopwatch:
    """How long it takes from a person's deed until another person sees it."""

    def __init__(self) -> None:
        self.delays: dict[str, float] = {}

    @contextmanager
    def until(self, name: str, page: Page, found: str, wanted: object) -> Iterator[None]:
        """Do the deed, then wait on the other page; it is looked at with every frame it draws."""
        began = perf_counter()
        yield
        page.wait_for_function(found, arg=wanted, timeout=SOON)
        self.delays[name] = 1000 * (perf_counter() - began)

    @property
    def median(self) -> float:
        return statistics.median(self.delays.values())

    def __str__(self) -> str:
        lines = [f"{delay:6.0f} ms  {name}" for name, delay in self.delays.items()]
        return "\n".join(["", *lines, f"{self.median:6.0f} ms  in the median"])


class Board:
    """Who owes what to whom, without a reload."""

    def __init__(self, coordinator: Person, stopwatch: Stopwatch) -> None:
        self.coordinator, self.stopwatch = coordinator, stopwatch
        self.page = coordinator.watch("/coordinator/board")

    @contextmanager
    def shows(self, debtor: str, title: str, more: str = "") -> Iterator[None]:
        """What is owed after the deed, and by whom."""
        wanted = [debtor, self.coordinator.say(title), more]
        with self.stopwatch.until(f"board: {debtor}: {title} {more}", self.page, OWES, wanted):
            yield

    def no_longer_shows(self, title: str) -> None:
        row = self.page.locator("#board .ob-title strong", has_text=self.coordinator.say(title))
        expect(row).to_have_count(0, timeout=SOON)
