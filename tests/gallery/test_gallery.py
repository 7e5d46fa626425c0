"""Every component, in both languages: whole, labelled, and clean under the strict policy."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from shared.i18n import LANGUAGES, asset_folder
from tests.gallery.page import FOLDER, gallery

REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls")
PAGES = sorted(f for f in asset_folder().rglob("*.html") if "email" not in f.parts)
# A <style>, a style attribute, a handler, or a script that is not a file.
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|hx-on|<script(?![^>]*\ssrc=)|javascript:", re.I)


class Page(HTMLParser):
    """The elements of a page, with their attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]

    def references(self) -> set[str]:
        texts = [a.get(name, "") for _, a in self.elements for name in REFERENCES]
        targets = {word for text in texts for word in text.split()}
        links = {a["href"][1:] for a in self.all("a", "use") if a.get("href", "")[:1] == "#"}
        return targets | links


@pytest.fixture(params=LANGUAGES)
def page(request: pytest.FixtureRequest) -> Page:
    return Page(gallery(request.param))


def test_the_gallery_shows_every_component() -> None:
    source = (asset_folder() / "ui.html").read_text(encoding="utf-8")
    sets = re.findall(r"^{% set (.+?) = ", source, re.M)
    offered = {name for names in sets for name in names.split(", ")}
    shown = FOLDER.joinpath("gallery.html").read_text(encoding="utf-8")
    shown += FOLDER.joinpath("board.html").read_text(encoding="utf-8")
    for file in [*asset_folder().glob("ui/*.html"), asset_folder() / "base.html"]:
        shown += file.read_text(encoding="utf-8")
    assert {name for name in offered if not re.search(rf"(?<!macro )\b{name}\(", shown)} == set()


def test_every_reference_leads_somewhere(page: Page) -> None:
    assert page.references() - {"act"} - set(page.ids()) == set()


def test_no_name_is_given_twice(page: Page) -> None:
    assert [name for name, times in Counter(page.ids()).items() if times > 1] == []


def test_every_control_that_takes_text_has_a_label(page: Page) -> None:
    labelled = {label["for"] for label in page.all("label") if "for" in label}
    controls = page.all("textarea", "select") + [
        c for c in page.all("input") if c.get("type") not in {"hidden", "radio", "checkbox"}
    ]
    assert {control.get("id") for control in controls} - labelled == set()


def test_nothing_is_chosen_before_a_person_chooses(page: Page) -> None:
    chosen = {(c["name"], c["value"]) for c in page.all("input") if "checked" in c and "name" in c}
    assert chosen == {("told", "b"), ("effects", "a"), ("after", "0")}


def test_what_a_person_typed_is_shown_and_not_run(page: Page) -> None:
    reason = next(c for c in page.all("input") if c.get("name") == "reason")
    assert reason["value"] == "<b>x</b>"
    assert reason["aria-describedby"].split() == ["h-reason", "e-reason"]
    assert reason["aria-invalid"] == "true"


def test_nothing_comes_from_outside(page: Page) -> None:
    addresses = [a.get("src", "") for _, a in page.elements]
    addresses += [a["href"] for a in page.all("link")]
    assert {address for address in addresses if address and address[:8] != "/static/"} == set()


@pytest.mark.parametrize(
    "file", PAGES, ids=lambda file: file.relative_to(asset_folder()).as_posix()
)
def test_no_page_brings_style_or_script_of_its_own(file: Path) -> None:
    assert INLINE.findall(file.read_text(encoding="utf-8")) == []
