"""What a page has in its hands: the reader, what was filled in, and how to answer."""

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar, get_origin
from urllib.parse import urljoin

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from itsdangerous import BadData
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from starlette.datastructures import FormData, QueryParams

from shared.access.sign_in import signer
from shared.access.viewer import COORDINATOR, Viewer
from shared.errors import Invalid, NotAllowed, NotFound, NotSignedIn, Refused
from shared.i18n import LANGUAGES, N_, choose_language, translator
from shared.service import Directory
from shared.settings import Settings
from shared.web import cookies, places, sentences
from shared.work import Work

Form = TypeVar("Form", bound=BaseModel)
Result = TypeVar("Result")

THEMES = ("light", "auto", "dark")
_NOTICE_SECONDS = 60
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class NavigationItem:
    """An entry of the main navigation."""

    href: str
    title: str
    rank: int
    current: bool = False


@dataclass(frozen=True)
class Notice:
    """A sentence that is shown once, on the page after a change. `undo`: what takes it back."""

    kind: str
    text: str
    undo: str = ""


class Screen:
    """One request of a browser, and the page that answers it."""

    def __init__(self, request: Request, form: FormData | None = None) -> None:
        self.request, self.form = request, form or FormData()
        self._team = request.app.state.team
        self.language = language_of(request)

    @cached_property
    def viewer(self) -> Viewer | None:
        """The signed-in member, with the theme and language that this browser shows."""
        viewer: Viewer | None = getattr(self.request.state, "viewer", None)
        theme = self.request.cookies.get(cookies.THEME, "")
        if viewer is None:
            return None
        chosen = theme if theme in THEMES else viewer.theme
        return replace(viewer, language=self.language, theme=chosen)

    @property
    def member(self) -> Viewer:
        """The signed-in member, on a page that nobody else sees."""
        if self.viewer is None:
            raise NotSignedIn
        return self.viewer

    @property
    def settings(self) -> Settings:
        settings: Settings = self._team.settings
        return settings

    @property
    def directory(self) -> Directory:
        directory: Directory = self._team.house.directory
        return directory

    @property
    def now(self) -> datetime:
        now: datetime = self._team.house.clock.now()
        return now

    @property
    def query(self) -> QueryParams:
        return self.request.query_params

    @property
    def here(self) -> str:
        """The address to come back to: of this page, or of the page that sent the form."""
        if self.request.method in ("GET", "HEAD"):
            query = self.request.url.query
            return places.local(self.request.url.path + (f"?{query}" if query else ""))
        sender = self.request.headers.get("referer", "")
        return places.local(sender.removeprefix(str(self.request.base_url).rstrip("/")))

    def render(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page or a fragment of one."""
        notice = self._notice()
        surroundings = {
            "viewer": self.viewer,
            "nav": self._navigation(),
            "here": self.here,
            "demo": self.settings.demo,
            "notice": notice,
        }
        text = self.request.app.state.templates.render(
            template, language=self.language, now=self.now, **{**surroundings, **values}
        )
        page = HTMLResponse(text, status_code=status)
        if notice:
            page.delete_cookie(cookies.NOTICE)
        return page

    def drawn(
        self, template: str, key: Hashable, read: Callable[[Work], Mapping[str, Any]]
    ) -> bytes:
        """A part of a page that is drawn once for all with the same key, in this language.

        The key says what is shown and with which rights it is read. Who looks is not known here.
        """
        app, running, now = self.request.app.state, self.request.state.running, self.now

        def draw() -> str:
            with running.look(viewer=self.viewer) as work:
                values = read(work)
            text: str = app.templates.render(template, language=self.language, now=now, **values)
            return text

        versions = app.versions[running.name]
        drawn: bytes = app.drawings.get((template, self.language, key), versions, now, draw)
        return drawn

    def go(
        self, path: str, notice: str = "", kind: str = "good", undo: str = ""
    ) -> RedirectResponse:
        """On to another page (303); the notice is shown there, once.

        `undo` is the address that takes the change back, for a button beside the notice.
        """
        answer = RedirectResponse(path, status_code=303)
        if notice:
            note = signer(self.settings, "notice").dumps([kind, notice, undo])
            cookies.keep(answer, self.settings, cookies.NOTICE, str(note), _NOTICE_SECONDS)
        return answer

    def read(self, form: type[Form]) -> tuple[Form | None, dict[str, str]]:
        """The form that was sent, or a sentence for each field; an empty one counts as missing."""
        return self.check(form, self._fields(form))

    def check(self, form: type[Form], values: object) -> tuple[Form | None, dict[str, str]]:
        """The form with these values, or a sentence for each field; for one that has rows."""
        try:
            return form.model_validate(values), {}
        except ValidationError as error:
            found = error.errors(include_input=False, include_url=False)
            return None, {
                ".".join(map(str, item["loc"])): sentences.of_value(item, self.language)
                for item in reversed(found)
            }

    def attempt(
        self, work: Work, call: Callable[[], Result]
    ) -> tuple[Result | None, dict[str, str]]:
        """Try an action. A refusal undoes it, all else in this work stays, and says why.

        That something does not exist or is not allowed is no answer to a form: it is raised.
        """
        announced = len(work.announced)
        try:
            with work.session.begin_nested():
                return call(), {}
        except (NotFound, NotAllowed, NotSignedIn):
            raise
        except Refused as refusal:
            del work.announced[announced:]
            return None, {refusal.field: sentences.say(refusal, self.language)}

    def _fields(self, form: type[BaseModel]) -> dict[str, Any]:
        found = {name: self._field(name, field) for name, field in form.model_fields.items()}
        return {name: value for name, value in found.items() if value not in ("", None)}

    def _field(self, name: str, field: FieldInfo) -> Any:
        if get_origin(field.annotation) in (list, tuple, set, frozenset):
            return [text for text in self.form.getlist(name) if text != ""]
        value = self.form.get(name)
        if isinstance(value, str) and field.annotation is not SecretStr:
            return value.strip()  # but a password may begin or end with a space
        return value

    def _notice(self) -> Notice | None:
        cookie = self.request.cookies.get(cookies.NOTICE, "")
        if not cookie or is_fragment(self.request):
            return None
        try:
            kind, text, undo = signer(self.settings, "notice").loads(cookie)
        except (BadData, ValueError, TypeError):
            return None
        return Notice(kind, translator(self.language).gettext(text), undo)

    def _navigation(self) -> list[NavigationItem]:
        if self.viewer is None:
            return []
        path, words = self.request.url.path, translator(self.language)
        pages = pages_of(self.directory, self.viewer)
        here = max((p.href for p in pages if _inside(path, p.href)), key=len, default="")
        return [replace(p, title=words.gettext(p.title), current=p.href == here) for p in pages]


async def open_screen(request: Request) -> Screen:
    """The screen of a request; what was sent is read here, because reading waits."""
    form = await request.form() if request.method == "POST" else FormData()
    for name, value in form.multi_items():
        if isinstance(value, str) and _UNPRINTABLE.search(value):
            raise Invalid(N_("The text contains characters that cannot be kept."), field=name)
    return Screen(request, form)


def language_of(request: Request) -> str:
    """What this browser chose, else what the member chose, else what the browser prefers."""
    chosen = request.cookies.get(cookies.LANGUAGE, "")
    if chosen in LANGUAGES:
        return chosen
    viewer: Viewer | None = getattr(request.state, "viewer", None)
    if viewer is not None and viewer.language in LANGUAGES:
        return viewer.language
    return choose_language(request.headers.get("accept-language"))


def is_fragment(request: Request) -> bool:
    """Whether a part of a page asks for itself, rather than a person for a page."""
    return request.headers.get("hx-request") == "true"


def pages_of(directory: Directory, viewer: Viewer) -> list[NavigationItem]:
    """The pages that a member finds in the navigation: of his or her roles and units."""
    items = [
        NavigationItem(urljoin(f"/{plate.name}/", page.path), page.title, page.rank)
        for plate in directory.plates
        if not plate.takes_referrals or plate.name in viewer.units or viewer.has(COORDINATOR)
        for page in plate.pages
        if viewer.has(*page.roles)
    ]
    return sorted(items, key=lambda item: (item.rank, item.href))


def _inside(path: str, href: str) -> bool:
    return path == href or path.startswith(f"{href}/")
