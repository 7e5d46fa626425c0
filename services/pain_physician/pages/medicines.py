"""Pages about medicines: by the lines of a guideline, one medicine, and the tables themselves."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from services.pain_physician import actions, forms
from services.pain_physician.actions.medication import medicines_of
from services.pain_physician.actions.medication_entry import taken_of
from services.pain_physician.actions.permission import may_act
from services.pain_physician.pages.shown import Errors, line, page
from services.pain_physician.reading import medicines as reading
from services.pain_physician.reading.decisions import courses_of
from services.pain_physician.rules.guidelines import TREATMENTS
from shared import patients
from shared.discipline.forms import Seen
from shared.discipline.pages import PageLook, PageWork
from shared.discipline.reading import require_reader
from shared.i18n import N_
from shared.web.doors import ScreenDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()
Form = TypeVar("Form", bound=BaseModel)
CORRECT = "medicine_correct"


@router.get("/patients/{patient_id}/medicines")
def show_medicines(
    patient_id: UUID, screen: ScreenDep, work: PageWork, guideline: str = ""
) -> Response:
    require_reader(work)
    patient = patients.read(work, patient_id)
    work.audit("read-record", patient_id)
    taken = medicines_of(work, patient_id)
    values: dict[str, Any] = {
        "patient": line(work, patient),
        "lines": reading.lines_of(work, patient_id, guideline),
        "tables": actions.guidelines(work),
        "courses": courses_of(work, patient_id),
        "running": reading.running(taken),
        "ended": [medicine for medicine in taken if medicine.stopped_on],
    }
    return page(screen, work, "medicines", **values)


@router.get("/patients/{patient_id}/medicines/new")
def ask_medicine(patient_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    may_act(work)
    work.audit("read-record", patient_id)
    return _new(screen, work, patient_id)


@router.post("/patients/{patient_id}/medicines/new")
def record(patient_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    may_act(work)
    entry, errors = screen.read(forms.Medicine)
    if entry is not None:
        _, errors = screen.attempt(work, lambda: actions.record_medicine(work, patient_id, entry))
    if errors:
        return _new(screen, work, patient_id, errors)
    return screen.go(f"/{work.service}/patients/{patient_id}/medicines", N_("Recorded."))


def _new(screen: Screen, work: Work, patient_id: UUID, errors: Errors | None = None) -> Response:
    patient = line(work, patients.read(work, patient_id))
    return page(screen, work, "medicine_new", errors, patient=patient, today=work.today)


@router.get("/medicines/{medication_id}")
def show_medicine(medication_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _medicine(screen, work, medication_id)


@router.post("/medicines/{medication_id}/dose")
def change_dose(medication_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _act(screen, work, medication_id, forms.NewDose, actions.change_dose)


@router.post("/medicines/{medication_id}/stop")
def stop(medication_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _act(screen, work, medication_id, forms.Stop, actions.stop_medicine)


@router.get("/medicines/{medication_id}/correct")
def ask_correction(medication_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    may_act(work)
    return _medicine(screen, work, medication_id, template=CORRECT)


@router.post("/medicines/{medication_id}/correct")
def correct(medication_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    act = actions.correct_medicine
    return _act(screen, work, medication_id, forms.CorrectMedicine, act, template=CORRECT)


@router.post("/medicines/{medication_id}/in-error")
def mark_in_error(medication_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _act(screen, work, medication_id, Seen, actions.mark_in_error)


@router.post("/medicines/{medication_id}/undo")
def undo(medication_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _act(screen, work, medication_id, Seen, actions.undo_medicine)


def _act(
    screen: Screen,
    work: Work,
    medication_id: UUID,
    form: type[Form],
    act: Callable[[Work, UUID, Form], object],
    *,
    template: str = "medicine",
) -> Response:
    entry, errors = screen.read(form)
    if entry is not None:
        _, errors = screen.attempt(work, lambda: act(work, medication_id, entry))
    if errors:
        return _medicine(screen, work, medication_id, errors, template)
    done = N_("Recorded. What the entry said before is kept.")
    return screen.go(f"/{work.service}/medicines/{medication_id}", done)


def _medicine(
    screen: Screen,
    work: Work,
    medication_id: UUID,
    errors: Errors | None = None,
    template: str = "medicine",
) -> Response:
    require_reader(work)
    entry = reading.entry(work, medication_id)
    work.audit("read-record", entry.medicine.patient_id)
    patient = line(work, patients.read(work, entry.medicine.patient_id))
    values: dict[str, Any] = {
        "entry": entry,
        "taken": taken_of(entry.medicine),
        "was": lambda change: reading.was(work, entry, change),
    }
    return page(screen, work, template, errors, patient=patient, today=work.today, **values)


@router.get("/guidelines")
def show_guidelines(screen: ScreenDep, work: PageLook) -> Response:
    require_reader(work)
    return page(screen, work, "guidelines", tables=actions.guidelines(work))


@router.get("/guidelines/new")
def ask_lines(screen: ScreenDep, work: PageLook) -> Response:
    may_act(work)
    return page(screen, work, "guideline_new")


@router.post("/guidelines/new")
def add_lines(screen: ScreenDep, work: PageWork) -> Response:
    may_act(work)
    head, errors = screen.read(forms.LinesHead)
    if head is not None:
        entry = forms.NewLines(**head.model_dump(), lines=_lines(screen))
        _, errors = screen.attempt(work, lambda: actions.add_lines(work, entry))
    if errors:
        return page(screen, work, "guideline_new", errors)
    return screen.go(f"/{work.service}/guidelines", N_("Added. It can be chosen at every patient."))


def _lines(screen: Screen) -> dict[str, str]:
    """The line that was chosen for each treatment; one without is not named by the table."""
    given = {code: screen.form.get(f"line-{code}") for code in TREATMENTS}
    return {code: str(chosen)[:64] for code, chosen in given.items() if chosen}
