"""The page on which a physician says that a patient died or was transferred, or takes it back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.pain_physician import actions, forms
from services.pain_physician.actions.permission import may_act
from services.pain_physician.pages.shown import Errors, line, page
from services.pain_physician.reading.standing import ending
from services.pain_physician.rules.standing import check_change
from shared import patients
from shared.discipline.pages import PageWork
from shared.i18n import N_
from shared.patients import Patient, Standing
from shared.patients.gone import ACTIVE, DECEASED
from shared.web.doors import ScreenDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()
DONE = {
    ACTIVE: N_("The patient is treated here again. Nothing was booked: look what is owed now."),
    DECEASED: N_("Recorded. Whatever was planned ends in every unit."),
}


@router.get("/patients/{patient_id}/standing")
def ask_standing(patient_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    may_act(work)
    patient = patients.read(work, patient_id)
    work.audit("read-record", patient_id)
    value = {"status": "", "on": f"{work.today}", "reason": "", "version": patient.version}
    return _page(screen, work, patient, value)


@router.post("/patients/{patient_id}/standing")
def set_standing(patient_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    """Asked twice: the first time it is shown what ends, and nothing changes."""
    may_act(work)
    entry, errors = screen.read(forms.Stand)
    patient = patients.read(work, patient_id)
    if entry is not None and not entry.sure:
        before, born = patient.status, patient.birth_date
        _, errors = screen.attempt(
            work, lambda: check_change(before, entry.status, entry.on, born, work.today)
        )
        work.audit("read-record", patient_id)
        return _page(screen, work, patient, screen.form, errors, None if errors else entry)
    if entry is not None:
        _, errors = screen.attempt(work, lambda: actions.set_standing(work, patient_id, entry))
    if entry is None or errors:
        work.audit("read-record", patient_id)
        return _page(screen, work, patient, screen.form, errors)
    done = DONE.get(entry.status, DONE[DECEASED])
    return screen.go(f"/{work.service}/patients/{patient_id}", done)


def _page(  # noqa: PLR0917 - the second time with what was entered
    screen: Screen,
    work: Work,
    patient: Patient,
    value: Mapping[str, Any],
    errors: Errors | None = None,
    again: forms.Stand | None = None,
) -> Response:
    follows = None
    if again is not None and again.status != ACTIVE:
        follows = ending(work, patient.id, Standing(again.status, again.on))
    shown = {"patient": line(work, patient), "value": value, "again": again, "follows": follows}
    return page(screen, work, "standing", errors, **shown)
