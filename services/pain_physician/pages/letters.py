"""Pages about reports to the doctor who sent the patient: the draft, and the letter as sent."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.pain_physician import actions, forms
from services.pain_physician.actions.permission import may_act
from services.pain_physician.pages.shown import Errors, line, page
from services.pain_physician.reading.letter import draft
from services.pain_physician.reading.record import Record, record
from services.pain_physician.tables import Letter
from shared import patients
from shared.discipline.pages import PageWork
from shared.discipline.reading import require_reader
from shared.discipline.tables import Referral
from shared.i18n import N_
from shared.web.doors import ScreenDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()


@router.get("/patients/{patient_id}/letter")
def ask_letter(
    patient_id: UUID, screen: ScreenDep, work: PageWork, referral: UUID | None = None
) -> Response:
    may_act(work)
    found = record(work, patient_id)
    work.audit("read-record", patient_id)
    answered = _answered(found, referral)
    return _page(screen, work, found, _drafted(work, found, answered))


def _answered(found: Record, referral: UUID | None) -> Referral | None:
    """The referral from outside that the letter answers: the one that is named, or the latest."""
    named = [each for each in found.from_outside if each.id == referral]
    return next(iter([*named, *found.from_outside]), None)


def _drafted(work: Work, found: Record, answered: Referral | None) -> dict[str, Any]:
    return {
        "addressee": answered.referrer if answered else found.patient.doctor_name,
        "contact": found.patient.doctor_contact,
        "text": draft(work, found, answered),
        "referral_id": answered.id if answered else "",
    }


@router.post("/patients/{patient_id}/letter")
def send(patient_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    may_act(work)
    entry, errors = screen.read(forms.NewLetter)
    letter = None
    if entry is not None:
        letter, errors = screen.attempt(work, lambda: actions.send_letter(work, patient_id, entry))
    if letter is None:
        return _page(screen, work, record(work, patient_id), screen.form, errors)
    done = N_("Kept as sent. Print it from here.")
    return screen.go(f"/{work.service}/letters/{letter.id}", done)


def _page(
    screen: Screen,
    work: Work,
    found: Record,
    value: Mapping[str, Any],
    errors: Errors | None = None,
) -> Response:
    answered = str(value.get("referral_id", ""))
    referral = next((each for each in found.from_outside if str(each.id) == answered), None)
    values = {"patient": line(work, found.patient), "value": value, "referral": referral}
    return page(screen, work, "letter_new", errors, **values)


@router.get("/letters/{letter_id}")
def show_letter(letter_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    require_reader(work)
    letter = work.get(Letter, letter_id)
    work.audit("read-record", letter.patient_id)
    patient = line(work, patients.read(work, letter.patient_id))
    return page(screen, work, "letter", letter=letter, patient=patient)
