"""What was wrong with an entered value, as a sentence, and never the value itself."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from shared.errors import Refused
from shared.i18n import N_, translator

_NEEDED = N_("Please fill this in.")
_WHOLE_NUMBER = N_("Please enter a whole number.")
_NUMBER = N_("Please enter a number.")
_DATE = N_("Please enter a date.")
_TIME = N_("Please enter a day and a time.")
_CHOICE = N_("Please choose one of the list.")
_OTHERWISE = N_("This value cannot be used here.")

_BY_TYPE = {
    "missing": _NEEDED,
    "string_type": _NEEDED,
    "string_too_short": N_("Please enter at least %(min_length)s characters."),
    "string_too_long": N_("Please enter at most %(max_length)s characters."),
    "too_short": N_("Please choose at least %(min_length)s."),
    "too_long": N_("Please choose at most %(max_length)s."),
    "greater_than_equal": N_("Please enter %(ge)s or more."),
    "greater_than": N_("Please enter more than %(gt)s."),
    "less_than_equal": N_("Please enter %(le)s or less."),
    "less_than": N_("Please enter less than %(lt)s."),
    "bool_parsing": N_("Please answer yes or no."),
    "bool_type": N_("Please answer yes or no."),
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "json_invalid": N_("This is not valid JSON."),
    "extra_forbidden": N_("Nothing with this name is expected here."),
    "timezone_aware": N_("Please say in which time zone this is."),
}
_BY_BEGINNING = {
    "int_": _WHOLE_NUMBER,
    "float_": _NUMBER,
    "decimal_": _NUMBER,
    "finite_": _NUMBER,
    "datetime_": _TIME,
    "date_": _DATE,
    "time_": _TIME,
    "uuid_": _CHOICE,
}
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}", re.ASCII)


def say(refusal: Refused, language: str) -> str:
    """The sentence of a refusal in the reader's language."""
    text = translator(language).gettext(refusal.sentence)
    return text % refusal.parameters if refusal.parameters else text


def of_value(error: Mapping[str, Any], language: str) -> str:
    """The sentence for one of Pydantic's errors."""
    own, limits = error.get("ctx", {}).get("error"), error.get("ctx", {})
    if isinstance(own, Refused):
        return say(own, language)
    words = translator(language)
    if error["type"] == "value_error" and isinstance(own, ValueError):
        return words.gettext(str(own))
    return words.gettext(_sentence(str(error["type"]))) % dict(limits)


def _sentence(kind: str) -> str:
    if kind in _BY_TYPE:
        return _BY_TYPE[kind]
    beginnings = (text for start, text in _BY_BEGINNING.items() if kind.startswith(start))
    return next(beginnings, _OTHERWISE)


def place(location: Iterable[int | str]) -> str:
    """Where the value stood, as `body.items.0.name`; a name of the sender's own is hidden."""
    return ".".join(_plain(part) for part in location)


def _plain(part: int | str) -> str:
    return str(part) if isinstance(part, int) or _PLAIN_NAME.fullmatch(part) else "?"
