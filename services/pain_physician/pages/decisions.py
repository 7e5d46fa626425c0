"""Pages about what waits for a physician's decision: the list, a gate, an adverse event."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.pain_physician import actions, forms
from services.pain_physician.actions.adverse_events import who_acknowledged
from services.pain_physician.actions.gates import who_decided
from services.pain_physician.pages.shown import Errors, line, page
from services.pain_physician.reading import decisions as reading
from services.pain_physician.tables import AdverseEvent
from shared import patients
from shared.discipline.pages import PageLook, PageWork
from shared.discipline.reading import require_reader
from shared.i18n import N_
from shared.web.doors import ScreenDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()
EACH = "decision-"
"""Begins the name of the field for each thing that a screening found."""


@router.get("/decisions")
def show_decisions(screen: ScreenDep, work: PageLook) -> Response:
    return page(screen, work, "decisions", **_decisions(work))


@router.get("/decisions/rows")
def show_decisions_rows(screen: ScreenDep, work: PageLook) -> Response:
    """The part of the page that keeps itself fresh."""
    return page(screen, work, "decisions_rows", **_decisions(work))


def _decisions(work: Work) -> dict[str, Any]:
    require_reader(work)
    return {
        "waiting": reading.waiting(work),
        "decided": reading.decided(work),
        "line": lambda patient: line(work, patient),
        "who_decided": lambda gate: who_decided(work, gate),
    }


@router.get("/gates/{gate_id}")
def show_gate(gate_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _gate(screen, work, gate_id)


@router.post("/gates/{gate_id}/release")
def release(gate_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    entry, errors = screen.check(forms.Release, _filled(screen))
    act = partial(actions.release, work, gate_id, entry) if entry else None
    return _decide(screen, work, gate_id, act, errors, N_("Released in your name."))


@router.post("/gates/{gate_id}/uphold")
def uphold(gate_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    entry, errors = screen.read(forms.Decide)
    act = partial(actions.uphold, work, gate_id, entry) if entry else None
    return _decide(screen, work, gate_id, act, errors, N_("Upheld in your name."))


def _filled(screen: Screen) -> dict[str, object]:
    """The decision with the reason for each yes of a screening, as they were written."""
    written = {name: str(text).strip() for name, text in screen.form.items() if text}
    each = {name.removeprefix(EACH): said for name, said in written.items() if EACH in name}
    return {
        **{name: written[name] for name in ("reason", "version") if name in written},
        "decisions": each,
    }


def _decide(  # noqa: PLR0917 - what was filled in, what is done with it, and what is said then
    screen: Screen,
    work: Work,
    gate_id: UUID,
    act: Callable[[], object] | None,
    errors: Errors,
    done: str,
) -> Response:
    if act is not None:
        _, errors = screen.attempt(work, act)
    if errors:
        return _gate(screen, work, gate_id, errors)
    return screen.go(f"/{work.service}/decisions", done)


def _gate(screen: Screen, work: Work, gate_id: UUID, errors: Errors | None = None) -> Response:
    require_reader(work)
    found = reading.at_gate(work, gate_id)
    work.audit("read-record", found.gate.patient_id)
    values = {
        "patient": line(work, patients.read(work, found.gate.patient_id)),
        "who": who_decided(work, found.gate),
    }
    return page(screen, work, "gate", errors, found=found, gate=found.gate, **values)


@router.get("/adverse-events/{adverse_event_id}")
def show_adverse_event(adverse_event_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _adverse_event(screen, work, adverse_event_id)


@router.post("/adverse-events/{adverse_event_id}/acknowledge")
def acknowledge(adverse_event_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    entry, errors = screen.read(forms.Acknowledge)
    if entry is not None:
        act = actions.acknowledge_adverse_event
        _, errors = screen.attempt(work, lambda: act(work, adverse_event_id, entry))
    if errors:
        return _adverse_event(screen, work, adverse_event_id, errors)
    return screen.go(f"/{work.service}/decisions", N_("Acknowledged in your name."))


def _adverse_event(
    screen: Screen, work: Work, adverse_event_id: UUID, errors: Errors | None = None
) -> Response:
    require_reader(work)
    found = work.get(AdverseEvent, adverse_event_id)
    work.audit("read-record", found.patient_id)
    values = {
        "patient": line(work, patients.read(work, found.patient_id)),
        "who": who_acknowledged(work, found),
    }
    return page(screen, work, "adverse_event", errors, event=found, **values)
