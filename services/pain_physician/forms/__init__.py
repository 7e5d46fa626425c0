"""What a person fills in, on a page or through the API; the rules decide what is possible."""

from services.pain_physician.forms.assessment import Assess, WayDates
from services.pain_physician.forms.deciding import Acknowledge, Decide, Release
from services.pain_physician.forms.letter import NewLetter
from services.pain_physician.forms.medication import (
    CorrectMedicine,
    LinesHead,
    Medicine,
    NewDose,
    NewLines,
    Stop,
)
from services.pain_physician.forms.person import Correct, Find, Person, Register
from services.pain_physician.forms.referral import Answer, Cancel, Close, Refer
from services.pain_physician.forms.standing import Stand

__all__ = [
    "Acknowledge",
    "Answer",
    "Assess",
    "Cancel",
    "Close",
    "Correct",
    "CorrectMedicine",
    "Decide",
    "Find",
    "LinesHead",
    "Medicine",
    "NewDose",
    "NewLetter",
    "NewLines",
    "Person",
    "Refer",
    "Register",
    "Release",
    "Stand",
    "Stop",
    "WayDates",
]
