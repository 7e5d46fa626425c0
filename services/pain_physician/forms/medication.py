"""A medicine, as a person records what was begun, changed, stopped or written down wrongly."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from services.pain_physician.forms.fields import FilledLine, Line, Month
from shared.discipline.forms import Code, Seen, Whole
from shared.i18n import N_


def _number(value: Any) -> Any:
    """A decimal comma is a decimal point; `true` is not a one."""
    if isinstance(value, bool):
        raise ValueError(N_("A dose is a number above zero."))
    return value.replace(",", ".") if isinstance(value, str) else value


Amount = Annotated[float, BeforeValidator(_number)]
Since = Annotated[date, Field(ge=date(1900, 1, 1))]


class Stopping(BaseModel):
    """Why and when a medicine was stopped, and what it did; relief is that of its best time."""

    stopped_on: Month = None
    stop_reason: Code = ""
    relief: Code = ""
    adverse_effects: list[Code] = []


class Medicine(Stopping):
    """A medicine that is begun, or one that was taken before and stopped already.

    `drug_class` and `seizure_risk` are asked only for a medicine that is not on the list.
    """

    drug: Code
    name: Line = ""
    drug_class: Code = ""
    dose: Amount | None = None
    dose_unit: Code = ""
    started_on: Month = None
    seizure_risk: bool | None = None


class NewDose(Seen):
    """Another daily dose from a day on."""

    dose: Amount
    on: Since


class Stop(Stopping, Seen):
    """The end of a medicine."""


class CorrectMedicine(Stopping, Seen):
    """How the whole entry should have been: each dose with the day from which it was taken."""

    on: list[Since]
    dose: list[Amount] = []
    dose_unit: Code


class LinesHead(BaseModel):
    """What a table of lines is called, and where it comes from."""

    name: FilledLine
    year: Annotated[Whole, Field(ge=1990, le=2199)]
    source: FilledLine


class NewLines(LinesHead):
    """A table of lines of the centre: the line of each treatment that it names."""

    lines: dict[Code, Code]
