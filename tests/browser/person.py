"""A member of the team at a browser of his or her own, who finds things by their words."""

import re
from uuid import UUID

from playwright.sync_api import Browser, Locator, Page, expect
from sqlmodel import select

from services.accounts import actions as accounts
from shared.access.tables import Member
from shared.i18n import translator
from tests.browser.live_house import LiveHouse

LOCALES = {"en": "en-GB", "fr": "fr-FR"}
NAMES = {"en": "English", "fr": "Français"}
MEMBERS_OWN = "en"
PASSWORD = "seven-otters-swim-upstream"
SOON = 30_000
"""Milliseconds; what has not come by then does not come."""
TABS = 120
FOCUSED = r"""() => {
    const it = document.activeElement;
    const named = [it.labels?.[0]?.textContent, it.getAttribute("aria-label"), it.textContent];
    return named.join(" ").replace(/\s+/g, " ").trim();
}"""
"""What the control that has the focus is called."""
LIVE = '#live-status[data-state="live"]'


def give_passwords(house: LiveHouse) -> dict[str, str]:
    """Every member gets the same password; returns the address of each by the name."""
    with house.team["accounts"].work() as work:
        members = list(work.all(select(Member)))
        for member in members:
            accounts.set_password(work, member.id, PASSWORD)
    return {member.name: member.email for member in members}


def member_id(house: LiveHouse, name: str) -> UUID:
    with house.team["accounts"].look() as work:
        return work.session.exec(select(Member.id).where(Member.name == name)).one()


class Person:
    """One member, one browser, one language."""

    def __init__(self, browser: Browser, house: LiveHouse, language: str, name: str) -> None:
        self.name, self.language, self._house = name, language, house
        self.context = browser.new_context(
            base_url=house.url, locale=LOCALES[language], timezone_id="Europe/Paris"
        )
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        """What the browser had to complain about; a refused form (422) is none."""
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self._heard(said.type, said.text))

    def _heard(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 422" not in text:
            self.complaints.append(text)

    def say(self, sentence: str, **values: object) -> str:
        """A sentence in the person's language, with plain blanks."""
        text = translator(self.language).gettext(sentence)
        return " ".join((text % values if values else text).split())

    def unit(self, service: str) -> str:
        """How a service is called in the person's language."""
        plate = self._house.team.directory.plate(service)
        return plate.title_fr if self.language == "fr" else plate.title

    def sign_in(self, email: str) -> None:
        """Through the form; then the pages are put into the person's language."""
        self.page.goto("/")
        self.fill("E-mail address", email)
        self.fill("Password", PASSWORD)
        self.press("Sign in")
        expect(self.page.get_by_text(self.name)).to_be_visible()
        if self.language != MEMBERS_OWN:
            self.page.get_by_role("button", name=NAMES[self.language]).click()
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)

    def come_back(self) -> None:
        """Signed in again, another day."""
        cookie = self._house.cookie(member_id(self._house, self.name))
        self.context.add_cookies([cookie])  # type: ignore[list-item]

    def arrive(self) -> None:
        """Signed in, and the pages are in the person's language."""
        self.come_back()
        language = {"name": "relais_language", "value": self.language, "url": self._house.url}
        self.context.add_cookies([language])  # type: ignore[list-item]

    def tab_to(self, words: str) -> None:
        """By the keyboard alone to what is called so; Tab stops nowhere without being seen."""
        wanted = self._anywhere(words)
        for _ in range(TABS):
            self.page.keyboard.press("Tab")
            if wanted.search(self.page.evaluate(FOCUSED)):
                return
        raise AssertionError(f"{words!r} cannot be reached with the Tab key")

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=self.say(words), exact=True).click()

    def follow(self, words: str) -> None:
        """The first link that begins with these words."""
        self.page.get_by_role("link", name=self._beginning(words)).first.click()

    def field(self, label: str, **values: object) -> Locator:
        required = re.escape(self.say("required"))
        whole = rf"{self._beginning(label, **values).pattern}(\s+{required})?\s*$"
        return self.page.get_by_label(re.compile(whole))

    def fill(self, label: str, text: str, **values: object) -> None:
        self.field(label, **values).fill(text)

    def choose(self, label: str, choice: str) -> None:
        """One line of a list."""
        self.field(label).select_option(label=self.say(choice))

    def answer(self, question: str, choice: str) -> None:
        """One of the answers below a question."""
        group = self.page.get_by_role("radiogroup", name=self._beginning(question))
        group.get_by_role("radio", name=self.say(choice), exact=True).check()

    def tick(self, question: str, *choices: str) -> None:
        group = self.page.get_by_role("group", name=self._beginning(question))
        for choice in choices:
            group.get_by_role("checkbox", name=self.say(choice), exact=True).check()

    def sees(self, sentence: str, **values: object) -> None:
        """The sentence is on the page now, or will be soon without a reload."""
        words = self._anywhere(sentence, **values)
        found = self.page.get_by_role("main").get_by_text(words).first
        expect(found).to_be_visible(timeout=SOON)

    def watch(self, path: str) -> Page:
        """Open a page that keeps itself fresh, and mark it: a reload would lose the mark."""
        self.page.goto(path)
        self.stay()
        return self.page

    def stay(self) -> None:
        """Mark the page that is open now."""
        expect(self.page.locator(LIVE)).to_be_visible(timeout=SOON)
        self.page.evaluate("window.neverReloaded = true")

    def stayed(self) -> bool:
        """Whether the page that was marked is still the same."""
        return bool(self.page.evaluate("window.neverReloaded === true"))

    def _anywhere(self, sentence: str, **values: object) -> re.Pattern[str]:
        words = self.say(sentence, **values).split()
        return re.compile(r"\s+".join(re.escape(word) for word in words))

    def _beginning(self, sentence: str, **values: object) -> re.Pattern[str]:
        return re.compile(rf"^\s*{self._anywhere(sentence, **values).pattern}")
