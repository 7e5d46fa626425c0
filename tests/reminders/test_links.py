"""Whoever opens, scans or runs the links of a mail changes nothing by it."""

import re
import shutil
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, cast
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser

from shared.mail import Message, as_bytes
from tests.browser.live_house import LiveHouse, Watch
from tests.clinic import Clinic
from tests.crawl import digests, everybody
from tests.journey import Journey

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

IN_A_MAIL = re.compile(r"https?://[^\s\"'<>]+")
ON_A_PAGE = re.compile(r'\b(?:href|src|action|data-href|hx-get)="(/[^"]*)"')
ENDLESS = "/live"
"""The end of the address of a stream, which goes on as long as somebody listens."""
TIMES = 3
HOPS = 5


@pytest.fixture(scope="module")
def busy(staffed_house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """A centre in which much has happened and much is late."""
    folder = tmp_path_factory.mktemp("linked") / "house"
    shutil.copytree(staffed_house, folder)
    clinic = Clinic(folder)
    clinic.know_staff((folder / "members").read_text())
    journey = Journey(clinic)
    journey.take()
    journey.appoint()
    for days in (1, 3, 7, 14):
        clinic.wait(days=days)
    yield clinic
    clinic.close()


def links_of(mails: list[Message]) -> set[str]:
    """Every address in every part of every mail, and those that mail programs show themselves."""
    found: set[str] = set()
    for message in mails:
        mail = message_from_bytes(as_bytes(message), policy=policy.default)
        for part in mail.walk():
            if part.get_content_maintype() == "text":
                found.update(IN_A_MAIL.findall(str(part.get_content())))
        found.update(IN_A_MAIL.findall(str(mail["List-Unsubscribe"] or "")))
    paths = (urlsplit(link.rstrip(".,;)"))._replace(scheme="", netloc="") for link in found)
    return {path.geturl() or "/" for path in paths}


class Scanner:
    """Opens a link as often as it likes, follows where it leads, and all that it finds there."""

    def __init__(self, clinic: Clinic, member_id: UUID | None) -> None:
        self._http: TestClient = clinic.http(member_id)
        self._http.headers.pop("sec-fetch-site")
        self._seen: set[str] = set()
        self.opened = 0

    def scan(self, link: str) -> None:
        for _ in range(TIMES):
            self._http.head(link)
            page = self._open(link)
        for found in ON_A_PAGE.findall(page):
            if found not in self._seen and not found.partition("?")[0].endswith(ENDLESS):
                self._seen.add(found)
                self._http.head(found)
                self._open(found)

    def _open(self, link: str) -> str:
        """The page at the end, after whatever it leads through."""
        for _ in range(HOPS):
            answer = self._http.get(link)
            self.opened += 1
            if "location" not in answer.headers:
                return answer.text if "html" in answer.headers.get("content-type", "") else ""
            link = urljoin(link, answer.headers["location"])
        raise AssertionError(f"{link} leads in circles")


def test_a_scanner_that_follows_everything_changes_nothing(busy: Clinic) -> None:
    """Signed out, and signed in as every member: only the audit knows that somebody looked."""
    links = links_of(busy.mailer.sent)
    assert len(links) > 15
    before = digests(busy)
    opened = 0
    for member_id in (None, *everybody(busy)):
        scanner = Scanner(busy, member_id)
        for link in sorted(links):
            scanner.scan(link)
        opened += scanner.opened
    busy.settle()
    assert opened > 500
    assert changed(before, busy) == []


def changed(before: dict[str, str], clinic: Clinic) -> list[str]:
    """The tables that hold something else than before."""
    after = digests(clinic)
    return sorted(table for table in after if after[table] != before.get(table))


def test_each_kind_of_mail_was_there(busy: Clinic) -> None:
    """The test above is worth as much as the mails that it reads."""
    subjects = {re.sub(r"\d+|\(.*\)", "", message.subject).strip() for message in busy.mailer.sent}
    assert len(subjects) >= 4, subjects
    assert any(message.calendar for message in busy.mailer.sent)
    assert any(message.unsubscribe for message in busy.mailer.sent)


@pytest.mark.browser
@pytest.mark.parametrize("role", ["", "coordinator", "operator", "physician"])
def test_a_browser_that_runs_what_it_finds_changes_nothing(
    busy: Clinic, browser: Browser, tmp_path: Path, role: str
) -> None:
    """As scanners do that open links in a real browser, and wait until nothing moves any more."""
    folder = tmp_path / "house"
    shutil.copytree(busy.settings.data_dir, folder)
    house = LiveHouse(folder, clock=Watch(busy.now), threads=False)
    house.start()
    try:
        before = digests(cast(Clinic, house))
        visit(house, browser, getattr(busy, role) if role else None, chosen(busy, role))
        assert changed(before, cast(Clinic, house)) == []
    finally:
        house.stop()


def chosen(clinic: Clinic, role: str) -> list[str]:
    """One link of each form that this member got; a stranger has them all."""
    mails = clinic.mailer.sent
    if role:
        name = clinic.viewer("reminders", getattr(clinic, role)).name
        mails = [message for message in mails if message.to_name == name]
    by_form = {re.sub(r"[0-9a-f-]{30,}", "*", link): link for link in links_of(mails)}
    return sorted({*by_form.values(), *sorted(links_of(mails))[:8]})


def visit(house: LiveHouse, browser: Browser, member_id: UUID | None, links: list[str]) -> None:
    assert links
    context = browser.new_context(base_url=house.url)
    if member_id is not None:
        context.add_cookies([cast(Any, house.cookie(member_id))])
    for link in links:
        for _ in range(TIMES):
            page = context.new_page()
            page.goto(link, wait_until="load")
            page.evaluate("() => new Promise(done => requestAnimationFrame(() => done()))")
            page.evaluate("() => { document.querySelectorAll('a').forEach(a => a.focus()); }")
            page.close()
    context.close()
