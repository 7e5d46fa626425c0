"""English is the language of the source; French comes from one catalogue that people can edit."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from gettext import c2py
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = ("en", "fr")
_CATALOGUE = "locales/{language}.po"
# French puts a space before these marks, and the mark must not fall onto the next line alone.
_BEFORE_MARK = re.compile(r" (?=[:;?!»])|(?<=«) ")


def N_(text: str) -> str:  # noqa: N802 - the name every extraction tool knows
    """Marks a sentence in Python code that is translated later, when it is shown."""
    return text


@cache
def asset_folder() -> Path:
    """Where pages, e-mails and catalogues live: inside the wheel, else in the checkout."""
    here = Path(__file__).resolve().parent
    installed = here / "_assets" / "templates"
    return installed if installed.is_dir() else here.parent / "templates"


class Translator:
    """Puts sentences into one language; a sentence without a translation stays English."""

    def __init__(
        self,
        language: str,
        sentences: Mapping[str, tuple[str, ...]],
        form_of: Callable[[int], int],
    ) -> None:
        self.language = language
        self._sentences = sentences
        self._form_of = form_of

    def gettext(self, msgid: str) -> str:
        return self._sentences.get(msgid, (msgid,))[0] or msgid

    def knows(self, msgid: str) -> bool:
        return msgid in self._sentences

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """The right form for a number: French says "0 séance", English "0 sessions"."""
        forms = self._sentences.get(singular, ())
        if len(forms) > 1:
            return forms[self._form_of(count)]
        return singular if count == 1 else plural


@cache
def translator(language: str) -> Translator:
    """The translator of a language of LANGUAGES; reads the catalogue once per process."""
    if language not in LANGUAGES:
        raise ValueError(f"Relais speaks {', '.join(LANGUAGES)}, not {language!r}.")
    if language == "en":
        return Translator(language, {}, lambda count: int(count != 1))
    return _from_catalogue(language, asset_folder() / _CATALOGUE.format(language=language))


def is_sentence(text: str) -> bool:
    """Whether a text is a sentence of Relais: each stands in a catalogue. A code does not."""
    return any(translator(language).knows(text) for language in LANGUAGES)


def _from_catalogue(language: str, file: Path) -> Translator:
    with file.open("rb") as stream:
        catalogue = read_po(stream, locale=language)
    sentences: dict[str, tuple[str, ...]] = {}
    for message in catalogue:
        if message.id and message.string:
            sentences[_first(message.id)] = _forms(message.string)
    return Translator(language, sentences, c2py(catalogue.plural_expr))


def _first(msgid: object) -> str:
    return str(msgid[0]) if isinstance(msgid, list | tuple) else str(msgid)


def _forms(string: object) -> tuple[str, ...]:
    forms = string if isinstance(string, list | tuple) else (string,)
    return tuple(_BEFORE_MARK.sub("\N{NARROW NO-BREAK SPACE}", str(form)) for form in forms)


def choose_language(accept_language_header: str | None) -> str:
    """The language a browser prefers among ours, English when it names none of them."""
    wishes = [_wish(part) for part in (accept_language_header or "").split(",")]
    ours = [wish for wish in wishes if wish[1] in LANGUAGES and wish[0] > 0]
    return max(ours, key=lambda wish: wish[0], default=(1.0, LANGUAGES[0]))[1]


def _wish(part: str) -> tuple[float, str]:
    tag, _, quality = part.replace(" ", "").partition(";q=")
    try:
        weight = float(quality) if quality else 1.0
    except ValueError:
        weight = 0.0
    return weight, tag.lower().split("-")[0]
