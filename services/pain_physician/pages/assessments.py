"""The pages on which a clinical picture is recorded, and compared with earlier ones."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.pain_physician import actions, forms
from services.pain_physician.actions.permission import may_act
from services.pain_physician.pages.shown import Errors, line, page
from services.pain_physician.reading.comparison import comparison
from services.pain_physician.reading.record import record
from services.pain_physician.rules.way import TO_THE_CENTRE
from shared import patients
from shared.discipline.pages import PageWork
from shared.discipline.reading import require_reader
from shared.i18n import N_
from shared.web.doors import ScreenDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()

# What seldom changes is offered again at the next assessment; a score never is.
_LASTING = ("cause", "side", "areas", "background", "paroxysms", "evoked", "triggers")
_SEVERAL = ("areas", "background", "paroxysms", "evoked", "triggers")
Value = Callable[[str], Any]


@router.get("/patients/{patient_id}/assess")
def ask_picture(patient_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    may_act(work)
    work.audit("read-record", patient_id)
    return _page(screen, work, patient_id, _known(work, patient_id).get)


@router.post("/patients/{patient_id}/assess")
def assess(patient_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    may_act(work)
    entry, errors = screen.read(forms.Assess)
    if entry is not None:
        _, errors = screen.attempt(work, lambda: actions.assess(work, patient_id, entry))
    if errors:
        return _page(screen, work, patient_id, _entered(screen), errors)
    return screen.go(f"/{work.service}/patients/{patient_id}", N_("The assessment is recorded."))


@router.get("/patients/{patient_id}/assessments")
def compare(patient_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    """What changed between the assessments, side by side."""
    require_reader(work)
    found = record(work, patient_id)
    work.audit("read-record", patient_id)
    patient, compared = line(work, found.patient), comparison(work, found.assessments)
    return page(screen, work, "compare", patient=patient, compared=compared)


def _page(
    screen: Screen, work: Work, patient_id: UUID, value: Value, errors: Errors | None = None
) -> Response:
    patient = line(work, patients.read(work, patient_id))
    first = actions.latest(work, patient_id) is None
    return page(screen, work, "assess", errors, patient=patient, value=value, first=first)


def _entered(screen: Screen) -> Value:
    """A value as it was entered: a list where several can be chosen."""
    return lambda name: screen.form.getlist(name) if name in _SEVERAL else screen.form.get(name)


def _known(work: Work, patient_id: UUID) -> Mapping[str, Any]:
    """What the last assessment said of the things that last, and the dates of the way here."""
    found = record(work, patient_id)
    dates = {name: _month(getattr(found.way, name)) for name in TO_THE_CENTRE}
    if not found.assessments:
        return dates
    return {**dates, **found.assessments[0].model_dump(include=set(_LASTING))}


def _month(day: date | None) -> str:
    return day.strftime("%Y-%m") if day else ""
