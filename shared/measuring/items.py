"""The texts of the open forms, and only of those: every other form stays on the centre's paper."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.i18n import N_


@dataclass(frozen=True)
class Form:
    """An open form: its name, lead, questions in order, and the words for the answers 0, 1, 2 ...

    `terms` says why it may be shown whole; `loincs` are the codes of its questions, in order.
    """

    name: str
    lead: str
    questions: tuple[str, ...]
    answers: tuple[str, ...]
    terms: str
    loincs: tuple[str, ...] = ()


PHQ_9 = Form(
    name="PHQ-9",
    lead=N_(
        "Over the last 2 weeks, how often have you been bothered by any of the following problems?"
    ),
    questions=(
        N_("Little interest or pleasure in doing things"),
        N_("Feeling down, depressed, or hopeless"),
        N_("Trouble falling or staying asleep, or sleeping too much"),
        N_("Feeling tired or having little energy"),
        N_("Poor appetite or overeating"),
        N_(
            "Feeling bad about yourself – or that you are a failure or have let yourself "
            "or your family down"
        ),
        N_("Trouble concentrating on things, such as reading the newspaper or watching television"),
        N_(
            "Moving or speaking so slowly that other people could have noticed. Or the opposite – "
            "being so fidgety or restless that you have been moving around a lot more than usual"
        ),
        N_("Thoughts that you would be better off dead, or of hurting yourself in some way"),
    ),
    answers=(
        N_("Not at all"),
        N_("Several days"),
        N_("More than half the days"),
        N_("Nearly every day"),
    ),
    terms=N_(
        "PHQ-9, Kroenke et al. 2001. No permission is required to reproduce, translate, display or "
        "distribute it."
    ),
    loincs=(
        "44250-9",
        "44255-8",
        "44259-0",
        "44254-1",
        "44251-7",
        "44258-2",
        "44252-5",
        "44253-3",
        "44260-8",
    ),
)
PHQ_9_ITEM_9 = 8
"""Where the answer about death and self-harm stands, counted from 0."""

PGIC_DEGREES: Mapping[int, str] = {
    1: N_("Very much improved"),
    2: N_("Much improved"),
    3: N_("A little improved"),
    4: N_("No change"),
    5: N_("A little worse"),
    6: N_("Much worse"),
    7: N_("Very much worse"),
}
"""Generic wording of the seven degrees (after Guy 1976); not the text of a licensed form."""

FORMS: Mapping[str, Form] = {"phq-9": PHQ_9}
"""The forms that are filled in question by question."""

TEXTS: Mapping[str, tuple[str, ...]] = {
    "phq-9": (PHQ_9.lead, *PHQ_9.questions, *PHQ_9.answers),
    "pgic": tuple(PGIC_DEGREES.values()),
}
"""Every text of an instrument that Relais holds, by the code of the instrument."""
