"""What every page of the pain physician has in its hands."""

from collections.abc import Mapping
from typing import Any

from babel.dates import format_date
from fastapi import Response

from services.pain_physician.reading.medicines import dose_in_words, title_of_medicine
from services.pain_physician.rules import drugs, guidelines, picture, referrals
from services.pain_physician.rules.assessment import SCORES
from services.pain_physician.rules.identity import SYSTEMS
from services.pain_physician.rules.story import LINES
from services.pain_physician.rules.way import months
from shared.discipline import codes, course_codes
from shared.discipline.reading import may_change
from shared.discipline.views import patient_line
from shared.discipline.wording import language_of, title_of
from shared.i18n import N_, translator
from shared.patients import Patient
from shared.web.screen import Screen
from shared.work import Work

Errors = Mapping[str, str]


def everywhere(work: Work) -> dict[str, Any]:
    """Words for codes and services, and whether the reader may act here."""
    return {
        "base": f"/{work.service}",
        "codes": codes,
        "course_codes": course_codes,
        "drugs": drugs,
        "guidelines": guidelines,
        "title_of_medicine": lambda medicine: title_of_medicine(work, medicine),
        "dose_of": lambda medicine: dose_in_words(work, medicine),
        "identifier_of": lambda system: _identifier(work, system),
        "month_of": lambda day: format_date(day, "MMM y", locale=language_of(work)),
        "months": months,
        "picture": picture,
        "steps": referrals,
        "scores": {score.code: score for score in SCORES},
        "story": LINES,
        "may_act": may_change(work),
        "title_of": lambda service: title_of(work, service),
        "patient_href": lambda patient_id: f"/{work.service}/patients/{patient_id}",
    }


def _identifier(work: Work, system: str) -> str:
    """What a number is, in words; a number of an organisation we do not know is one of others."""
    words = translator(language_of(work))
    return words.gettext(SYSTEMS.get(system, N_("Number elsewhere")))


def line(work: Work, patient: Patient) -> dict[str, Any]:
    """The patient with both identifiers, leading to the record."""
    return patient_line(patient, f"/{work.service}/patients/{patient.id}")


def page(
    screen: Screen, work: Work, template: str, errors: Errors | None = None, **values: Any
) -> Response:
    """A page; refused values come back as they were entered, each with its sentence."""
    status = 422 if errors else 200
    values = {**everywhere(work), **values, "errors": dict(errors or {}), "given": screen.form}
    return screen.render(f"pain_physician/{template}.html", status, **values)
