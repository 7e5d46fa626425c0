"""What is recorded about the invented patients: medicines, scores, and plans of a therapy."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

MONTH = 30

QUESTIONS = {
    "rtms_unit": (
        "Is a course of stimulation of the motor cortex possible?",
        "Two lines of medicines gave less than a third of relief.",
        "Duloxetine 60 mg for 3 months, stopped for nausea. Pregabalin 300 mg, partial effect.",
    ),
    "psychologist": (
        "Could you see the patient for low mood and fear of movement?",
        "Sleeps four hours, has stopped seeing friends.",
        "Amitriptyline 25 mg at night, some effect on sleep.",
    ),
    "psychophysical_therapist": (
        "Could relaxation and gentle movement help to keep the gain?",
        "Tense between attacks, afraid of touching the painful side.",
        "Physiotherapy twice a week, stopped in spring.",
    ),
}
"""For each unit: the question, its reason, and what was tried before."""


class Line(NamedTuple):
    """A medicine: daily dose, months since it was begun, months it was taken (0: still)."""

    drug: str
    dose: float
    since: int
    taken: int = 0
    why: str = ""
    relief: str = ""
    effects: tuple[str, ...] = ()


LINES: Sequence[Sequence[Line]] = (
    (
        Line("amitriptyline", 50, 30, 5, "adverse-effect", "minimal", ("dry-mouth",)),
        Line("pregabalin", 300, 24),
    ),
    (
        Line("duloxetine", 60, 18, 3, "adverse-effect", "none", ("nausea",)),
        Line("gabapentin", 1800, 14, 6, "no-effect", "none"),
        Line("tramadol", 150, 7),
    ),
    (
        Line("pregabalin", 450, 26, 8, "no-effect", "minimal"),
        Line("duloxetine", 60, 15),
    ),
    (
        Line("gabapentin", 2400, 36, 12, "habituation", "moderate"),
        Line("amitriptyline", 25, 20),
        Line("lidocaine-5-patch", 2, 6),
    ),
    (Line("carbamazepine", 600, 40, 10, "adverse-effect", "moderate", ("sedation",)),),
)
"""What was tried before, in lines; each patient has one of these."""

HADS: Sequence[tuple[int, int]] = ((14, 12), (12, 11), (11, 9), (9, 8), (8, 6))
"""Anxiety and depression at the first session, and at every fourth one after it."""
PHQ_9: Sequence[Sequence[int]] = (
    (2, 2, 2, 2, 1, 2, 1, 1, 0),
    (2, 1, 2, 2, 1, 1, 1, 1, 0),
    (1, 1, 2, 1, 1, 1, 1, 0, 0),
    (1, 1, 1, 1, 0, 1, 0, 0, 0),
)
DARK = (3, 3, 2, 3, 2, 3, 2, 2, 2)
"""A PHQ-9 whose last question was not answered with no."""
CATASTROPHIZING = (34, 29, 25, 21)

THERAPIES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "psychologist": ("Less fear of movement, better nights.", ("cbt", "acceptance")),
    "psychophysical_therapist": ("Keep the gain after stimulation.", ("relaxation", "hypnosis")),
}


def medicines(forms: Any, place: int, today: date) -> Iterator[Any]:
    """The forms that the physician fills in at the first assessment."""
    for line in LINES[place % len(LINES)]:
        start = today - timedelta(days=MONTH * line.since)
        yield forms.Medicine(
            drug=line.drug,
            dose=line.dose,
            started_on=start,
            stopped_on=start + timedelta(days=MONTH * line.taken) if line.taken else None,
            stop_reason=line.why,
            relief=line.relief,
            adverse_effects=list(line.effects),
        )


def scores(unit: str, visit: int) -> dict[str, float]:
    """The scores of a visit, the first being 0; they get better slowly."""
    anxiety, depression = HADS[min(visit, len(HADS) - 1)]
    found: dict[str, float] = {"hads-a": anxiety, "hads-d": depression}
    if unit == "psychologist":
        found["pcs"] = CATASTROPHIZING[min(visit, len(CATASTROPHIZING) - 1)]
    return found


def phq_9(visit: int) -> Sequence[int]:
    """The nine answers of a visit."""
    return PHQ_9[min(visit, len(PHQ_9) - 1)]
