"""What several forms are made of: lines of text, months, numbers."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic import StringConstraints as Limits

from shared.discipline.forms import Text
from shared.i18n import N_

_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def _without_blanks(text: str) -> str:
    return "".join(text.split())


def _address(text: str) -> str:
    if text and not _EMAIL.fullmatch(text):
        raise ValueError(N_("This is not an e-mail address."))
    return text


def _first_of_month(value: Any) -> Any:
    """Often no more than the month is remembered: `2020-07` is kept as its first day."""
    return f"{value}-01" if isinstance(value, str) and _MONTH.fullmatch(value) else value


Line = Annotated[Text, Limits(max_length=200)]
FilledLine = Annotated[Line, Limits(min_length=1)]
Number = Annotated[Line, AfterValidator(_without_blanks)]
Email = Annotated[Line, AfterValidator(_address)]
Month = Annotated[
    Annotated[date, Field(ge=date(1900, 1, 1))] | None, BeforeValidator(_first_of_month)
]
