"""Adverse effects: which are asked, how bad, from what, what was done, and which stop a course.

Side effects are never assumed away: they are asked at every session, and "none" is an answer.
"""

from services.rtms_unit.rules.protocols.model import Known
from shared.discipline.course_codes import ACTIONS, ADVERSE_EFFECTS, RELATIONS, SEVERITIES
from shared.errors import Invalid
from shared.i18n import N_

ASKED = Known("Klein et al., Pain 156:1601", 2015)
"""Where it comes from that adverse effects are asked, headache above all."""
FIRST_SESSIONS = 3
"""Seizures are rare, and most likely within the first few exposures."""
FIRST_KNOWN = Known("Lerner et al., Clinical Neurophysiology 130:1409", 2019)

USUAL = (
    "headache",
    "scalp-pain",
    "neck-pain",
    "fatigue",
    "dizziness",
    "nausea",
    "hearing",
    "mood-change",
)
"""Asked one by one on the sheet; the others are reported with the form for adverse events."""
RELATIONS_KNOWN = Known("WHO-UMC causality categories", 2013)
ALWAYS_SERIOUS = frozenset({"seizure", "convulsive-syncope", "suicidal-crisis"})
"""Stop the course whatever else is said of them."""


def check_effect(code: str, severity: str, relation: str, field: str = "code") -> None:
    """What it was, how bad and from what: all three, from the lists."""
    for value, known, place in (
        (code, ADVERSE_EFFECTS, field),
        (severity, SEVERITIES, _part(field, "severity")),
        (relation, RELATIONS, _part(field, "relation")),
    ):
        if value not in known:
            raise Invalid(N_("Choose one of the list."), field=place)


def _part(field: str, part: str) -> str:
    return part if field == "code" else f"{part}-{field}"


def check_action(action: str) -> None:
    """What was done about it."""
    if action not in ACTIONS:
        raise Invalid(N_("Choose one of the list."), field="action")


def is_serious(code: str, serious: bool, action: str = "") -> bool:
    """Serious is what a person calls so, what is so by its kind, and what needed an emergency."""
    return serious or code in ALWAYS_SERIOUS or action in {"course-stopped", "sent-to-emergency"}


def stop_reason(code: str) -> str:
    """The code of the reason for which the course stops."""
    return code if code in ALWAYS_SERIOUS else "serious-adverse-event"
