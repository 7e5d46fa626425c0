"""The safety screening before stimulation: what is asked, when it is complete, how long it holds.

The topics are those of the published screening questionnaire; the words are our own. No answer
decides anything: a physician weighs every yes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.rtms_unit.rules.protocols.model import Known
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


QUESTIONS = (
    Question("seizure", N_("Have you ever had an epileptic seizure, or a convulsion?")),
    Question("syncope", N_("Have you ever fainted? What had happened before?")),
    Question("head-injury", N_("Have you ever had a severe head injury, or surgery of the head?")),
    Question("hearing", N_("Do you hear badly, or do you have ringing in the ears?")),
    Question("cochlear-implant", N_("Do you have a cochlear implant?"), "strict"),
    Question("pregnancy", N_("Are you pregnant, or could you be?")),
    Question(
        "metal", N_("Is there metal in your head or elsewhere in your body: a clip, a splinter?")
    ),
    Question(
        "neurostimulator",
        N_("Do you have an implanted stimulator: of the brain, the spinal cord, a nerve?"),
        "strict",
    ),
    Question(
        "pacemaker",
        N_("Do you have a cardiac pacemaker, a defibrillator or a cardiac lead?"),
        "strict",
    ),
    Question("pump", N_("Do you have an implanted pump for medicines, or a shunt?")),
    Question("medicines", N_("Do you take medicines, also those that you buy yourself?")),
    Question("earlier-stimulation", N_("Did a magnetic stimulation ever go badly for you?")),
    Question("earlier-mri", N_("Was there ever a problem with an MRI examination?")),
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


def check_decisions(yes: tuple[str, ...], reasons: Mapping[str, str]) -> None:
    """A physician decides on every yes, with a reason."""
    for code in yes:
        if not reasons.get(code, "").strip():
            raise Invalid(
                N_("Give a reason for this yes as well: a physician decides on every one."),
                field=f"decision-{code}",
            )


def holds_until(signed_on: date) -> date:
    """The last day on which the screening counts."""
    return signed_on + timedelta(days=VALIDITY.days)
