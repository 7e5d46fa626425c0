"""What a person fills in, on a page or through the API; the rules decide what is possible."""

import re
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field
from pydantic import StringConstraints as Limits

from services.pain_physician.rules.assessment import Picture, Wandering
from services.pain_physician.rules.identity import HOSPITAL_NUMBER, NATIONAL_ID
from shared.discipline.forms import Code, Text, Whole, Words
from shared.events import Identifier, Identity
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
Sex = Literal["female", "male", "other", "unknown"]


class Person(BaseModel):
    """Who the patient is, how to reach him or her, and the doctor who sent the patient."""

    family: FilledLine
    given: FilledLine
    birth_date: date
    sex: Sex = "unknown"
    phone: Line = ""
    email: Email = ""
    address: Line = ""
    doctor_name: Line = ""
    doctor_contact: Line = ""
    national_id: Number = ""
    hospital_number: Number = ""

    def identity(self, number: str = "", others: tuple[Identifier, ...] = ()) -> Identity:
        """The identity as it travels; `others` are identifiers that this form does not show."""
        own = ((NATIONAL_ID, self.national_id), (HOSPITAL_NUMBER, self.hospital_number))
        known = tuple(Identifier(system=system, value=value) for system, value in own if value)
        kept = tuple(other for other in others if other.system not in dict(own))
        values = self.model_dump(include=set(Identity.model_fields))
        return Identity(**values, number=number, identifiers=known + kept)


class Register(Person):
    """`anyway`: the person has seen that somebody like this is registered already."""

    anyway: bool = False


class Correct(Person):
    """`version` is the one that was shown, so that nobody's change is overwritten unseen."""

    version: Whole


class Assess(BaseModel):
    """A clinical picture. What was not asked is left out: it is never a zero."""

    cause: Code
    side: Code
    areas: list[Code] = []
    background: list[Code] = []
    paroxysms: list[Code] = []
    paroxysms_per_day: Whole | None = None
    evoked: list[Code] = []
    triggers: list[Code] = []
    work: Whole | None = None
    family: Whole | None = None
    own_life: Whole | None = None
    sleep: Whole | None = None
    mood: Whole | None = None
    nrs_worst: Whole | None = None
    nrs_least: Whole | None = None
    nrs_average: Whole | None = None
    dn4: Whole | None = None
    onset: Month = None
    first_consultation: Month = None
    diagnosis: Month = None
    referred_to_centre: Month = None
    note: Text = ""

    def picture(self) -> Picture:
        """The values that the rules look at."""
        life = {name: getattr(self, name.replace("-", "_")) for name in _LIFE}
        way = self.model_dump(include=set(_WAY))
        rest = self.model_dump(exclude={"note", *_WAY, *(name.replace("-", "_") for name in _LIFE)})
        return Picture(
            **rest,
            life={name: value for name, value in life.items() if value is not None},
            wandering=Wandering(**way),
        )


_LIFE = ("work", "family", "own-life", "sleep", "mood")
_WAY = ("onset", "first_consultation", "diagnosis", "referred_to_centre")


class Refer(BaseModel):
    """One question to one service. `replaces` is the earlier referral that this one follows."""

    performer: Code
    question: Words
    urgency: Code = "routine"
    reason_code: Code = ""
    reason: Text = ""
    tried: Text = ""
    replaces: UUID | None = None


class Answer(BaseModel):
    """The answer to the question of a service."""

    answer: Words


class Cancel(BaseModel):
    """Why a referral is withdrawn."""

    reason_code: Code
    note: Text = ""


class Close(BaseModel):
    """What follows after a decline, a hand-back or a report."""

    next_step: Code


class Acknowledge(BaseModel):
    """What is done about a concern."""

    what_is_done: Words


class Find(BaseModel):
    """The beginning of names, or a number."""

    text: Line = ""
