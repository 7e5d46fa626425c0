"""What a program may choose from, where something invented would be refused at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.pain_physician.rules.drugs import DRUGS, RELIEF, STOP_REASONS, UNITS
from services.pain_physician.rules.guidelines import FIRST
from services.pain_physician.rules.picture import PICTURE
from services.pain_physician.rules.referrals import CANCEL_REASONS, CLOSING_STEPS
from services.rtms_unit.actions.stopping import BY_HAND
from services.rtms_unit.rules import day_check, equipment, screening, sheet, threshold
from services.rtms_unit.rules.protocols import END_REASONS, SHIPPED
from shared.access.tokens import FHIR_MESSAGE
from shared.access.viewer import ROLES
from shared.discipline import codes, course_codes

Choices = Mapping[str, Sequence[Any]]

REASONS: Choices = {
    **{verb: list(words) for verb, words in codes.CHOICES.items()},
    "cancel": [*codes.CANCELLATION_REASONS, *codes.FOLLOW_UP_CANCELLATIONS, *CANCEL_REASONS],
    "decline": list(codes.DECLINE_REASONS),
    "withdraw": list(codes.WITHDRAWAL_REASONS),
    "referrals": list(codes.REFERRAL_REASONS),
    "concerns": list(course_codes.CONCERNS),
    "stop": BY_HAND,
    "end": list(END_REASONS),
}
"""Reasons by the last word of the address."""
CODES: Choices = {
    **{name: list(words) for name, words in PICTURE.items()},
    "next_step": [*codes.NEXT_STEPS, *CLOSING_STEPS],
    "outcome_code": list(codes.OUTCOMES),
    "point": list(codes.FOLLOW_UP_POINTS),
    "urgency": list(codes.URGENCIES),
    "performer": ["rtms_unit", "psychologist", "psychophysical_therapist"],
    "onward_to": ["", "psychologist"],
    "version": [None, 1, 2, 3],
    "minutes": [30, 45],
    **{score: [5] for score in ("nrs", "nrs_before", "nrs_after", "dn4", "pgic")},
    **{part: [3] for part in ("work", "family", "own_life", "sleep", "mood")},
    "nrs_worst": [9],
    "nrs_average": [6],
    "nrs_least": [3],
    "paroxysms_per_day": [None],
    "birth_date": ["1950-01-31"],
    "practitioner_id": [None],
    "replaces": [None],
    "roles": list(ROLES),
    "units": ["rtms_unit"],
    "scopes": [FHIR_MESSAGE],
    "email": ["", *(f"member-{number}@clinic.example" for number in range(50))],
    "password": ["nine otters swim upstream"],
}
_PAST = ("onset", "first_consultation", "diagnosis", "referred_to_centre", "in_use_from")
MEDICINES: Choices = {
    "drug": list(DRUGS),
    "dose": [50],
    "dose_unit": list(UNITS),
    "relief": list(RELIEF),
    "adverse_effects": ["dizziness"],
    "stop_reason": list(STOP_REASONS),
    "on": ["2026-11-01"],
    "started_on": ["2026-11-01"],
    "stopped_on": ["2026-12-01"],
    "year": [2025],
    "lines": [{"tca": FIRST}],
}
STIMULATION: Choices = {
    "protocol": [one.code for one in SHIPPED],
    "pain_side": list(threshold.SIDES),
    "at": ["10:00", "14:00"],
    "seen": [""],
    "form": list(equipment.FORMS),
    "code": list(course_codes.ADVERSE_EFFECTS),
    "severity": list(course_codes.SEVERITIES),
    "relation": list(course_codes.RELATIONS),
    "action": list(course_codes.ACTIONS),
    "output_percent": [60],
    "intensity_percent": [80],
    "frequency_hz": [10],
    "trains": [20],
    "pulses_planned": [2000],
    "pulses_delivered": [2000],
    "windows": [{"weekday": 0, "opens": "08:00", "closes": "18:00", "operators": 1}],
    **{name: ["2020-01-01"] for name in _PAST},
    "occurred_at": [None],
}
THERAPY: Choices = {
    "methods": list(codes.THERAPY_METHODS),
    "method": list(codes.THERAPY_METHODS),
    "sessions": [6],
    "rhythm": list(codes.RHYTHMS),
    "values": [{"pcs": 20}, {"hads-a": 9}],
    "entry": [None],
}
_PHQ_9 = [[1] * 9]
_CALM: Choices = {"effects": [{}], "no_effects": [True], "side": ["right"], "interrupted_for": [""]}
HERE: Mapping[str, Choices] = {
    "screening": {"answers": [dict.fromkeys((q.code for q in screening.QUESTIONS), "no")]},
    "day-check": {"answers": [dict.fromkeys(day_check.QUESTIONS, "same")]},
    "threshold": {"method": list(threshold.METHODS), "side": list(threshold.SIDES)},
    "sheet": {**_CALM, "next_step": list(sheet.NEXT_STEPS)},
    "{code}": {"answers": _PHQ_9},
    "correct": {"answers": _PHQ_9, "value": [None, 12]},
}
"""What a name means only at addresses with this last word."""
PLACES: Choices = {
    "code": ["phq-9", *STIMULATION["protocol"]],
    "version": [1],
}
"""What an address may name that is no identifier."""
