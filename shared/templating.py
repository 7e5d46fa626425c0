"""Pages and e-mails: one way to fill a template, in a person's language and the centre's time."""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from types import FunctionType
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal
from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    pass_context,
    select_autoescape,
)
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from jinja2.utils import missing
from markupsafe import Markup

from shared.i18n import LANGUAGES, N_, Translator, asset_folder, is_sentence, translator

__all__ = ["Templates", "asset_folder"]

# Both languages read well in this order: "Tue 1 Dec 2026 09:00", "mar. 1 déc. 2026 09:00".
_DAY = "EEE d MMM y"
_DAY_OF_THIS_YEAR = "EEE d MMM"
_CLOCK = "HH:mm"
_EVERY_PAGE = {"viewer": None, "nav": (), "demo": False, "notice": None, "here": "/"}

_MADE = "made of components"
"""Where a page keeps the components that were made for it."""
_MARK = "jinja_pass_arg"
"""How Jinja marks a function that wants the context."""

_LATE = {
    "minutes": (N_("%(num)s min late"), N_("%(num)s min late")),
    "hours": (N_("%(num)s h late"), N_("%(num)s h late")),
    "days": (N_("%(num)s day late"), N_("%(num)s days late")),
}
_AHEAD = {
    "minutes": (N_("in %(num)s min"), N_("in %(num)s min")),
    "hours": (N_("in %(num)s h"), N_("in %(num)s h")),
    "days": (N_("in %(num)s day"), N_("in %(num)s days")),
}


class Titled(Protocol):
    """Whatever carries its title in both languages, as the name plate of a service does."""

    @property
    def title(self) -> str: ...
    @property
    def title_fr(self) -> str: ...


class Templates:
    """Every template of Relais, compiled once per language."""

    def __init__(self, zone: str = "Europe/Paris", *, beside: tuple[Path, ...] = ()) -> None:
        """`beside`: further folders of templates, looked through after our own."""
        self._zone = zone
        folders = (asset_folder(), *beside)
        self._environments = {language: _environment(language, folders) for language in LANGUAGES}

    def render(
        self, name: str, *, language: str, now: datetime, zone: str | None = None, **values: Any
    ) -> str:
        """The text of one template; `now` is the only clock that its dates and ages know."""
        surroundings = {"language": language, "now": now, "zone": zone or self._zone, _MADE: {}}
        template = self._environments[language].get_template(name)
        return template.render({**_EVERY_PAGE, **values, **surroundings})


class _Page(Context):
    """Calls the functions of a template without the detours that only Jinja's own ones need."""

    def call(self, called: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        if type(called) is FunctionType or type(called) is Macro:
            # Ours want the reader, the language and the clock: nothing that a loop has set.
            kwargs.pop("_loop_vars", None)
            kwargs.pop("_block_vars", None)
            if type(called) is Macro:
                return called(self.eval_ctx, *args, **kwargs)
            if not hasattr(called, _MARK):
                return called(*args, **kwargs)
            if getattr(called, _MARK) is getattr(when, _MARK):
                return called(self, *args, **kwargs)
        return super().call(called, *args, **kwargs)


class _Sheet(Template):
    """A template; the components (`ui.html`) are made once for each page, whoever imports them.

    They know nothing but what the whole page knows: the reader, the language, the clock.
    """

    def make_module(
        self,
        vars: dict[str, Any] | None = None,
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,
    ) -> TemplateModule:
        if vars is None or _MADE not in vars or not str(self.name).startswith("ui"):
            return super().make_module(vars, shared, locals)
        made: dict[str, TemplateModule] = vars[_MADE]
        if str(self.name) not in made:
            made[str(self.name)] = super().make_module(vars, shared, locals)
        return made[str(self.name)]


class QuickEnvironment(Environment):
    """Jinja, with the shortest way to what our pages do most."""

    context_class, template_class = _Page, _Sheet

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Most rows are dicts: what they hold is found without asking for an attribute first."""
        found = obj.get(attribute, missing) if type(obj) is dict else missing
        return super().getattr(obj, attribute) if found is missing else found


@cache
def _environment(language: str, folders: tuple[Path, ...]) -> Environment:
    environment = QuickEnvironment(
        loader=FileSystemLoader(folders),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    words = translator(language)
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        words.gettext, words.ngettext, newstyle=True
    )
    environment.globals["gettext"] = environment.globals["_"] = _sayer(words)
    environment.filters.update(_IN_WORDS)
    environment.globals.update(_IN_WORDS)
    environment.globals.update(icon=icon, static=static)
    return environment


def _sayer(words: Translator) -> Callable[..., str]:
    """What `_` is in a template: the sentence in the reader's language, with its values escaped.

    A sentence is trusted as markup; what is none (a code from outside) stays plain text.
    """

    @lru_cache(10_000)
    def whole(sentence: str) -> str:
        return Markup(words.gettext(sentence)) % {} if is_sentence(sentence) else sentence  # noqa: S704 - ours

    @pass_context
    def say(context: Context, sentence: str, /, **values: Any) -> str:
        if not context.eval_ctx.autoescape:
            return words.gettext(sentence) % values if is_sentence(sentence) else sentence
        return Markup(words.gettext(sentence)) % values if values else whole(sentence)  # noqa: S704

    return say


@pass_context
def when(context: Context, moment: datetime) -> str:
    """Day and time, in full: "Tue 1 Dec 2026 09:00"."""
    return _shown(context, moment, f"{_DAY} {_CLOCK}")


@pass_context
def day(context: Context, moment: date) -> str:
    """The day, in full: "Tue 1 Dec 2026"; takes a date or a moment."""
    return _shown(context, moment, _DAY)


@pass_context
def clock(context: Context, moment: datetime, seconds: bool = False) -> str:
    """The time of day: "09:00", or "09:00:07" for what machines did."""
    return _shown(context, moment, "HH:mm:ss" if seconds else _CLOCK)


@pass_context
def brief(context: Context, moment: date) -> str:
    """As short as it can be without doubt: the time today, the year only when it is another one."""
    there, now = _local(context, moment), _local(context, context["now"])
    timed = isinstance(there, datetime)
    if timed and _as_day(there) == _as_day(now):
        return _shown(context, moment, _CLOCK)
    days = _DAY_OF_THIS_YEAR if there.year == now.year else _DAY
    return _shown(context, moment, f"{days} {_CLOCK}" if timed else days)


@pass_context
def ago(context: Context, moment: datetime) -> str:
    """How long ago, or in how long: "3 days ago"; under a minute "just now"."""
    distance = _local(context, moment) - _local(context, context["now"])
    if abs(distance) < timedelta(minutes=1):
        return translator(context["language"]).gettext("just now")
    return format_timedelta(distance, add_direction=True, threshold=1, locale=context["language"])


@pass_context
def elapsed(context: Context, moment: datetime) -> str:
    """How long something has been open: "3 days"."""
    distance = _local(context, context["now"]) - _local(context, moment)
    distance = max(distance, timedelta(minutes=1))  # seconds would only make people nervous
    return format_timedelta(distance, threshold=1, format="long", locale=context["language"])


@pass_context
def late(context: Context, due: date) -> str:
    """How late, or how far ahead: "2 days late", "in 4 h"; a mere day is late from the next one."""
    words = translator(context["language"])
    if not isinstance(due, datetime) and due == _as_day(_local(context, context["now"])):
        return words.gettext(N_("today"))
    unit, signed = _distance(_local(context, context["now"]), _local(context, due))
    if signed == 0:
        return words.gettext(N_("now"))
    singular, plural = (_LATE if signed > 0 else _AHEAD)[unit]
    return words.ngettext(singular, plural, abs(signed)) % {"num": abs(signed)}


@pass_context
def number(context: Context, value: float, digits: int | None = None) -> str:
    """A number as the reader writes it: 1,284.5 or 1 284,5; `digits` fixes the decimals."""
    shape = None if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, shape, locale=context["language"])


@pass_context
def born(context: Context, birth_date: date) -> str:
    """A birth date: "3 Sep 1958"."""
    return _shown(context, birth_date, "d MMM y")


@pass_context
def age(context: Context, birth_date: date) -> str:
    """Age in completed years."""
    today = _as_day(_local(context, context["now"]))
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    years = today.year - birth_date.year - (not had_birthday)
    words = translator(context["language"])
    return words.ngettext(N_("%(num)s year"), N_("%(num)s years"), years) % {"num": years}


@pass_context
def titled(context: Context, plate: Titled) -> str:
    """The title of a service, in the reader's language."""
    return plate.title_fr if context["language"] == "fr" else plate.title


@cache
def icon(name: str) -> Markup:
    """A drawing of the sprite, always beside a word; refuses a name that is not drawn."""
    if name not in _icons():
        raise ValueError(f"There is no icon called {name!r} in icons.svg.")
    return Markup('<svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>').format(name)


@cache
def static(name: str) -> str:
    """The address of a static file; it changes with the content, so browsers may keep it."""
    return f"/static/{name}?v={_fingerprint(asset_folder() / 'static' / name)}"


@cache
def _icons() -> frozenset[str]:
    drawn = (asset_folder() / "icons.svg").read_text(encoding="utf-8")
    return frozenset(re.findall(r'<symbol id="i-([a-z-]+)"', drawn))


@cache
def _fingerprint(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _local(context: Context, moment: date) -> Any:
    """A moment in the centre's zone; a day stays the day it is."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone cannot be shown.")
    return moment.astimezone(ZoneInfo(context["zone"]))


def _as_day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _shown(context: Context, moment: date, pattern: str) -> str:
    local = _local(context, moment)
    if isinstance(local, datetime) and _CLOCK in pattern:
        text = _words_of_moment(local.replace(tzinfo=None), pattern, context["language"])
        return _time_element(context, local.isoformat(timespec="seconds"), text)
    text = _words_of_day(_as_day(local), pattern, context["language"])
    return _time_element(context, _as_day(local).isoformat(), text)


@lru_cache(4096)  # a page tells few days many times
def _words_of_day(day: date, pattern: str, language: str) -> str:
    return format_date(day, pattern, locale=language)


@lru_cache(4096)
def _words_of_moment(moment: datetime, pattern: str, language: str) -> str:
    return format_datetime(moment, pattern, locale=language)


def _time_element(context: Context, machine: str, text: str) -> str:
    """Pages get a <time>; the plain text of an e-mail gets the words alone."""
    if not context.eval_ctx.autoescape:
        return text
    return Markup('<time datetime="{}">{}</time>').format(machine, text)


def _distance(now: datetime, due: date) -> tuple[str, int]:
    """Unit and count, above zero when late; from a day on it counts calendar days as people do."""
    days = (now.date() - _as_day(due)).days
    if not isinstance(due, datetime):
        return "days", days
    minutes = int((now - due) / timedelta(minutes=1))
    if abs(minutes) >= 24 * 60:
        return "days", days
    return ("hours", int(minutes / 60)) if abs(minutes) >= 60 else ("minutes", minutes)  # noqa: PLR2004


_IN_WORDS: dict[str, Callable[..., Any]] = {
    filter_.__name__: filter_
    for filter_ in (when, day, clock, brief, born, age, ago, elapsed, late, number, titled)
}
