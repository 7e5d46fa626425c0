"""Pages about referrals: sending them, and what became of each."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel
from starlette.datastructures import FormData

from services.pain_physician import actions, forms
from services.pain_physician.actions.permission import may_act
from services.pain_physician.pages.shown import Errors, line, page
from services.pain_physician.reading import record as reading
from services.pain_physician.tables import SentReferral
from shared import patients
from shared.access.units import open_units
from shared.discipline.pages import PageLook, PageWork
from shared.discipline.reading import require_reader
from shared.errors import NotFound
from shared.i18n import N_
from shared.service import NamePlate
from shared.web.doors import ScreenDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()

Form = TypeVar("Form", bound=BaseModel)
_SHARED = ("reason_code", "reason", "tried", "replaces")
_OF_EACH = ("question", "urgency")


@router.get("/patients/{patient_id}/refer")
def ask_referral(
    patient_id: UUID, screen: ScreenDep, work: PageWork, replaces: UUID | None = None
) -> Response:
    may_act(work)
    work.audit("read-record", patient_id)
    value: dict[str, Any] = {"tried": reading.tried_so_far(work, patient_id)}
    if replaces is not None:
        value = {**_again(work.get(SentReferral, replaces), patient_id), **value}
    return _refer_page(screen, work, patient_id, value)


def _again(old: SentReferral, patient_id: UUID) -> dict[str, Any]:
    """What a referral said, to begin the one that takes its place: there, or where it goes on."""
    if old.patient_id != patient_id:
        raise NotFound
    words = old.model_dump(include={"reason_code", "reason", "tried"})
    to = old.onward_to or old.performer
    return {**words, f"question-{to}": old.question, f"urgency-{to}": old.urgency} | {
        "replaces": old.id
    }


@router.post("/patients/{patient_id}/refer")
def refer(patient_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    """One referral for each service that a question was written for."""
    may_act(work)
    entries, errors = _entries(screen, work)
    if not errors:
        _, errors = screen.attempt(work, lambda: actions.refer_all(work, patient_id, entries))
    if errors:
        return _refer_page(screen, work, patient_id, screen.form, errors)
    return screen.go(
        f"/{work.service}/patients/{patient_id}", N_("Sent. You will see every answer.")
    )


def _entries(screen: Screen, work: Work) -> tuple[list[forms.Refer], dict[str, str]]:
    """What was written for each service; a service without a question is not referred to."""
    entries: list[forms.Refer] = []
    errors: dict[str, str] = {}
    for plate in _offered(work):
        if screen.form.get(f"question-{plate.name}", ""):
            entry, wrong = _for(screen, plate).read(forms.Refer)
            entries += [entry] if entry else []
            errors |= {_field(name, plate): sentence for name, sentence in wrong.items()}
    return entries, errors


def _for(screen: Screen, plate: NamePlate) -> Screen:
    """The part of the form that is about one service, under the names of its referral."""
    own = [(name, screen.form.get(f"{name}-{plate.name}", "")) for name in _OF_EACH]
    shared = [(name, screen.form.get(name, "")) for name in _SHARED]
    return Screen(screen.request, FormData([("performer", plate.name), *own, *shared]))


def _field(name: str, plate: NamePlate) -> str:
    return f"{name}-{plate.name}" if name in _OF_EACH else name


def _offered(work: Work) -> list[NamePlate]:
    return open_units(work)


def _refer_page(
    screen: Screen,
    work: Work,
    patient_id: UUID,
    value: Mapping[str, Any],
    errors: Errors | None = None,
) -> Response:
    patient = line(work, patients.read(work, patient_id))
    return page(screen, work, "refer", errors, patient=patient, value=value, offered=_offered(work))


@router.get("/sent/{referral_id}")
def show_sent(referral_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _sent_page(screen, work, referral_id)


@router.get("/sent/{referral_id}/now")
def show_sent_now(referral_id: UUID, screen: ScreenDep, work: PageLook) -> Response:
    """The part of the page that keeps itself fresh; the look at the whole was audited."""
    require_reader(work)
    values = _sent(work, referral_id)
    work.require_opened(values["referral"].patient_id)
    return page(screen, work, "sent_now", **values)


@router.post("/sent/{referral_id}/answer")
def answer(referral_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    done = N_("Answered. The service goes on.")
    return _act(screen, work, referral_id, forms.Answer, actions.answer, done=done)


@router.post("/sent/{referral_id}/cancel")
def cancel(referral_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    done = N_("Withdrawn. The service sees it, and what was booked is cancelled.")
    return _act(screen, work, referral_id, forms.Cancel, actions.cancel, done=done)


@router.post("/sent/{referral_id}/close")
def close(referral_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    done = N_("Noted. Nothing waits for you here.")
    return _act(screen, work, referral_id, forms.Close, actions.close, done=done)


def _act(
    screen: Screen,
    work: Work,
    referral_id: UUID,
    form: type[Form],
    act: Callable[[Work, UUID, Form], object],
    *,
    done: str,
) -> Response:
    entry, errors = screen.read(form)
    if entry is not None:
        _, errors = screen.attempt(work, lambda: act(work, referral_id, entry))
    if errors:
        return _sent_page(screen, work, referral_id, errors)
    return screen.go(f"/{work.service}/sent/{referral_id}", done)


def _sent_page(
    screen: Screen, work: Work, referral_id: UUID, errors: Errors | None = None
) -> Response:
    require_reader(work)
    values = _sent(work, referral_id)
    work.audit("read-record", values["sent"].referral.patient_id)
    return page(screen, work, "sent", errors, **values)


def _sent(work: Work, referral_id: UUID) -> dict[str, Any]:
    sent = reading.sent(work, referral_id)
    return {
        "sent": sent,
        "referral": sent.referral,
        "patient": line(work, patients.read(work, sent.referral.patient_id)),
        "moves": reading.moves(work, referral_id),
        "chain": reading.chain(work, sent.referral),
    }
