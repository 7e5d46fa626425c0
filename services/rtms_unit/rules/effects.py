"""Adverse effects: which are asked, how bad, from what, what was done, and which stop a course.

Side effects are never assumed away: they are asked at every session, and "none" is an answer.
"""

from dataclasses import dataclass
from datetime import datetime

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


@dataclass(frozen=True)
class Noticed:
    """What somebody noticed. `serious` can be said, never denied; no `occurred_at` means now."""

    code: str
    severity: str
    relation: str
    action: str
    serious: bool = False
    occurred_at: datetime | None = None
    note: str = ""

    @property
    def is_serious(self) -> bool:
        """What a person calls so, what is so by its kind, and what needed an emergency."""
        grave = self.action in {"course-stopped", "sent-to-emergency"}
        return self.serious or self.code in ALWAYS_SERIOUS or grave


def check(noticed: Noticed, now: datetime) -> None:
    """What it was, how bad, from what and what was done: all from the lists, and in the past."""
    check_effect(noticed.code, noticed.severity, noticed.relation)
    if noticed.action not in ACTIONS:
        raise Invalid(N_("Choose one of the list."), field="action")
    if noticed.occurred_at is not None and noticed.occurred_at > now:
        raise Invalid(N_("This has not happened yet."), field="occurred_at")
    if noticed.is_serious and not noticed.note.strip():
        raise Invalid(N_("Please write a few words."), field="note")


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


def stop_reason(code: str) -> str:
    """The code of the reason for which the course stops."""
    return code if code in ALWAYS_SERIOUS else "serious-adverse-event"
