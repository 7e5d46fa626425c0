"""The safety screening before stimulation: what is asked, when it is complete, how long it holds.

The topics are those of the published screening questionnaire; the words are our own. No answer
decides anything: a physician weighs every yes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.rtms_unit.rules.protocols.model import Known
from shared.discipline.course_codes import SCREENING
from shared.errors import Invalid
from shared.i18n import N_

YES, NO = "yes", "no"
ANSWERS: Mapping[str, str] = {NO: N_("No"), YES: N_("Yes")}

TOPICS = Known("Rossi et al., Clinical Neurophysiology 122:1686", 2011)
"""Where the topics come from."""
WEIGHTS_KNOWN = Known("Checklists after the IFCN guidelines", 2021)
"""Where it comes from which answers are named absolute contraindications."""
WEIGHTS: Mapping[str, str] = {
    "strict": N_("named as an absolute contraindication; the physician weighs"),
    "consider": N_("a consideration; the physician weighs"),
}


@dataclass(frozen=True)
class Question:
    """One question; `weight` is how published checklists class a yes."""

    code: str
    text: str
    weight: str = "consider"


_STRICT = frozenset({"cochlear-implant", "neurostimulator", "pacemaker"})
QUESTIONS = tuple(
    Question(code, text, "strict" if code in _STRICT else "consider")
    for code, text in SCREENING.items()
)
CODES = frozenset(question.code for question in QUESTIONS)


@dataclass(frozen=True)
class Validity:
    """For how many days a signed screening counts."""

    days: int
    known: Known


VALIDITY = Validity(180, Known(N_("Default of the centre"), 2026))


def check_answers(answers: Mapping[str, str], details: Mapping[str, str]) -> None:
    """Complete only when every question is answered, and every yes says what it is."""
    if set(answers) - CODES or set(details) - CODES:
        raise Invalid(N_("This question is not part of the screening."), field="answers")
    for question in QUESTIONS:
        if answers.get(question.code) not in ANSWERS:
            raise Invalid(
                N_("Ask this question as well: the screening is complete when all are answered."),
                field=question.code,
            )
        if answers[question.code] == YES and not details.get(question.code, "").strip():
            raise Invalid(N_("Say what it is, for the physician."), field=f"detail-{question.code}")


def found(answers: Mapping[str, str]) -> tuple[str, ...]:
    """The codes of what was answered with yes, in the order of the questions."""
    return tuple(q.code for q in QUESTIONS if answers.get(q.code) == YES)


def holds_until(signed_on: date) -> date:
    """The last day on which the screening counts."""
    return signed_on + timedelta(days=VALIDITY.days)
