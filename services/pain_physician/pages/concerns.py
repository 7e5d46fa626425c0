"""The page of a concern: what worries whom, and what is done about it."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.pain_physician import actions, forms
from services.pain_physician.actions import concerns
from services.pain_physician.pages.shown import Errors, line, page
from shared import patients
from shared.discipline.pages import PageWork
from shared.discipline.reading import require_reader
from shared.i18n import N_
from shared.web.doors import ScreenDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()


@router.get("/concerns/{concern_id}")
def show_concern(concern_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _page(screen, work, concern_id)


@router.post("/concerns/{concern_id}/acknowledge")
def acknowledge(concern_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    entry, errors = screen.read(forms.Acknowledge)
    if entry is not None:
        _, errors = screen.attempt(work, lambda: actions.acknowledge(work, concern_id, entry))
    if errors:
        return _page(screen, work, concern_id, errors)
    return screen.go(f"/{work.service}/concerns/{concern_id}", N_("Acknowledged in your name."))


def _page(screen: Screen, work: Work, concern_id: UUID, errors: Errors | None = None) -> Response:
    require_reader(work)
    concern = concerns.find(work, concern_id)
    work.audit("read-record", concern.patient_id)
    patient = line(work, patients.read(work, concern.patient_id))
    return page(screen, work, "concern", errors, concern=concern, patient=patient)
