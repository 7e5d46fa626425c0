"""Who a patient is, as a person writes it; and the search for one."""

from datetime import date
from typing import Literal

from pydantic import BaseModel

from services.pain_physician.forms.fields import Email, FilledLine, Line, Number
from services.pain_physician.rules.identity import HOSPITAL_NUMBER, NATIONAL_ID
from shared.discipline.forms import Whole
from shared.events import Identifier, Identity

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


class Find(BaseModel):
    """The beginning of names, or a number."""

    text: Line = ""
