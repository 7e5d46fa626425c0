"""Is it still safe today: what is asked before each session, and what a change closes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.rtms_unit.rules.protocols.model import Known
from shared.errors import Invalid
from shared.i18n import N_

SAME, CHANGED = "same", "changed"
ANSWERS: Mapping[str, str] = {SAME: N_("No change"), CHANGED: N_("Changed")}
KNOWN = Known("Checklists after the IFCN guidelines", 2021)

QUESTIONS: Mapping[str, str] = {
    "sleep": N_("Sleep last night: as usual?"),
    "alcohol": N_("Alcohol, a lot of coffee or another stimulant since yesterday?"),
    "medicine": N_("A medicine that is new, stopped, or taken in another dose?"),
    "implant": N_("A new implant, or metal in the body?"),
    "pregnancy": N_("Pregnant, or possibly?"),
}
STOPS: Mapping[str, str] = {"implant": "new-implant", "pregnancy": "pregnancy"}
"""What does not close the day alone but stops the course, and the code of that reason."""


@dataclass(frozen=True)
class Withdrawal:
    """For how many days after its stop a medicine may still matter for stimulation."""

    days: int
    known: Known


WITHDRAWAL = Withdrawal(90, Known(N_("Default of the centre"), 2026, to_confirm=True))


def matters(change: str, changed_on: date, screened_on: date, today: date) -> bool:
    """Whether news of a medicine closes the day; not of one that was stopped long ago.

    One that was stopped after the screening always does: the answers did not know it.
    """
    since = min(screened_on, today - timedelta(days=WITHDRAWAL.days))
    return change != "stopped" or changed_on >= since


def check_answers(answers: Mapping[str, str]) -> None:
    """Every question is asked; nothing is assumed."""
    if set(answers) - QUESTIONS.keys():
        raise Invalid(N_("This question is not part of the check."), field="answers")
    for code in QUESTIONS:
        if answers.get(code) not in ANSWERS:
            raise Invalid(N_("Ask this today as well."), field=code)


def changes(answers: Mapping[str, str]) -> tuple[str, ...]:
    """The codes of what has changed, in the order of the questions."""
    return tuple(code for code in QUESTIONS if answers.get(code) == CHANGED)


def stop_reason(changed: tuple[str, ...]) -> str:
    """Why the whole course stops, or nothing if only today is in question."""
    return next((STOPS[code] for code in changed if code in STOPS), "")
