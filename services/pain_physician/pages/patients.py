"""Pages about patients: the list, registering, correcting, and the record."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.pain_physician import actions, forms
from services.pain_physician.actions.permission import may_act
from services.pain_physician.pages.shown import Errors, line, page
from services.pain_physician.reading import decisions, overview
from services.pain_physician.reading import record as reading
from services.pain_physician.reading.pain_picture import pain_picture
from services.pain_physician.rules.identity import HOSPITAL_NUMBER, NATIONAL_ID
from shared import patients
from shared.discipline.pages import PageLook, PageWork
from shared.discipline.reading import require_reader
from shared.discipline.views import shared_notes
from shared.i18n import N_
from shared.patients import Patient
from shared.web.doors import ScreenDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()


@router.get("/patients")
def show_patients(screen: ScreenDep, work: PageLook) -> Response:
    return _list(screen, work, "")


@router.post("/patients")
def find_patients(screen: ScreenDep, work: PageLook) -> Response:
    """Posted, so that what a person looks for never stands in an address."""
    wanted, _ = screen.read(forms.Find)
    return _list(screen, work, wanted.text if wanted else "")


def _list(screen: Screen, work: Work, text: str) -> Response:
    require_reader(work)
    rows, total = overview.rows(work, text), overview.count(work)
    values = {**_waiting(work), **_news(work)}
    return page(screen, work, "patients", rows=rows, total=total, text=text, **values)


@router.get("/patients/waiting")
def show_waiting(screen: ScreenDep, work: PageLook) -> Response:
    """The part of the list's page that keeps itself fresh."""
    require_reader(work)
    return page(screen, work, "waiting", **_waiting(work))


@router.get("/patients/news")
def show_news(screen: ScreenDep, work: PageLook) -> Response:
    """What the others did, which keeps itself fresh as well."""
    require_reader(work)
    return page(screen, work, "news", **_news(work))


def _waiting(work: Work) -> dict[str, Any]:
    return {
        "waiting": overview.waiting(work),
        "undecided": len(decisions.waiting(work)),
        "line": lambda patient: line(work, patient),
    }


def _news(work: Work) -> dict[str, Any]:
    return {"news": overview.news(work)}


@router.get("/patients/new")
def ask_who(screen: ScreenDep, work: PageLook) -> Response:
    may_act(work)
    return page(screen, work, "register", value=_as_entered(screen), alike=[])


@router.post("/patients/new")
def register(screen: ScreenDep, work: PageWork) -> Response:
    may_act(work)
    entry, errors = screen.read(forms.Register)
    patient, alike = None, []
    if entry is not None:
        patient, errors = screen.attempt(work, lambda: actions.register(work, entry))
        alike = [line(work, other) for other in actions.alike(work, entry.identity())]
    if patient is None:
        value = _as_entered(screen)
        return page(screen, work, "register", errors, value=value, alike=alike)
    return screen.go(f"/{work.service}/patients/{patient.id}", N_("The patient is registered."))


@router.get("/patients/{patient_id}")
def show_patient(patient_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    require_reader(work)
    values = _record(work, patient_id)
    work.audit("read-record", patient_id)
    return page(screen, work, "record", **values)


@router.get("/patients/{patient_id}/now")
def show_patient_now(patient_id: UUID, screen: ScreenDep, work: PageLook) -> Response:
    """The part of the record that keeps itself fresh; the look at the whole was audited."""
    require_reader(work)
    work.require_opened(patient_id)
    return page(screen, work, "record_now", **_record(work, patient_id))


def _record(work: Work, patient_id: UUID) -> dict[str, Any]:
    record = reading.record(work, patient_id)
    return {
        "record": record,
        "patient": line(work, record.patient),
        "alike": [line(work, other) for other in record.alike],
        "identity": patients.identity_of(record.patient),
        "pain": pain_picture(work, patient_id),
        "shared_notes": shared_notes(work, patient_id),
    }


@router.get("/patients/{patient_id}/identity")
def ask_correction(patient_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    may_act(work)
    patient = patients.read(work, patient_id)
    work.audit("read-record", patient_id)
    return _correction(screen, work, patient, _as_known(patient))


@router.post("/patients/{patient_id}/identity")
def correct(patient_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    may_act(work)
    entry, errors = screen.read(forms.Correct)
    if entry is not None:
        _, errors = screen.attempt(work, lambda: actions.correct(work, patient_id, entry))
    if errors:
        patient = patients.read(work, patient_id)
        return _correction(screen, work, patient, _as_entered(screen), errors)
    return screen.go(f"/{work.service}/patients/{patient_id}", N_("Corrected. The others see it."))


def _correction(
    screen: Screen,
    work: Work,
    patient: Patient,
    value: Mapping[str, Any],
    errors: Errors | None = None,
) -> Response:
    shown = line(work, patient)
    return page(screen, work, "identity", errors, patient=shown, value=value)


def _as_entered(screen: Screen) -> dict[str, Any]:
    return {name: screen.form.get(name, "") for name in forms.Correct.model_fields}


def _as_known(patient: Patient) -> dict[str, Any]:
    """The values of the form, as they are now."""
    numbers = {known["system"]: known["value"] for known in patient.identifiers}
    return {
        **patient.model_dump(exclude={"identifiers", "search_key"}),
        "national_id": numbers.get(NATIONAL_ID, ""),
        "hospital_number": numbers.get(HOSPITAL_NUMBER, ""),
    }
