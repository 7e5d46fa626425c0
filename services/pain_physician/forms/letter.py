"""The report to the doctor who sent the patient, as the physician sends it."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel
from pydantic import StringConstraints as Limits

from services.pain_physician.forms.fields import FilledLine, Line
from shared.discipline.forms import Code

LONGEST_LETTER = 20_000


class NewLetter(BaseModel):
    """`referral_id` is the referral from outside that it answers, `outcome_code` completes it."""

    addressee: FilledLine
    contact: Line = ""
    text: Annotated[str, Limits(strip_whitespace=True, min_length=1, max_length=LONGEST_LETTER)]
    referral_id: UUID | None = None
    outcome_code: Code = ""
