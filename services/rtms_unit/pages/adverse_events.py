"""Pages of adverse events: report one, also outside of a session; read and acknowledge one."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response

from services.rtms_unit.actions import adverse_events as actions
from services.rtms_unit.actions import stopping
from services.rtms_unit.forms import safety as forms
from services.rtms_unit.pages.gates import effect_words, words
from services.rtms_unit.rules import effects as rules
from services.rtms_unit.tables import AdverseEvent
from shared.access.viewer import PHYSICIAN
from shared.calendar import to_utc
from shared.discipline import reading, views
from shared.discipline.pages import PageWork
from shared.discipline.pages.shown import Errors, render
from shared.discipline.tables import CareSession, Referral
from shared.discipline.wording import in_words, title_of, who_is
from shared.i18n import N_
from shared.web.doors import ScreenDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()


@router.get("/referrals/{referral_id}/adverse-event")
def ask(referral_id: UUID, screen: ScreenDep, work: PageWork, session: str = "") -> Response:
    return _form(screen, work, referral_id, session)


@router.post("/referrals/{referral_id}/adverse-event")
def report(referral_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    entry, errors = screen.read(forms.AdverseEventOnPage)
    if entry is not None:
        _, errors = screen.attempt(work, lambda: _report(work, referral_id, entry))
    if errors or entry is None:
        return _form(screen, work, referral_id, "", errors)
    back = f"sessions/{entry.session_id}" if entry.session_id else f"referrals/{referral_id}"
    return screen.go(f"/{work.service}/{back}", N_("The adverse event is reported."))


def _report(work: Work, referral_id: UUID, entry: forms.AdverseEventOnPage) -> None:
    noticed = rules.Noticed(
        **entry.model_dump(include={"code", "severity", "relation", "action", "serious", "note"}),
        occurred_at=_moment(work, entry),
    )
    actions.report(work, referral_id, noticed, entry.session_id)


def _moment(work: Work, entry: forms.AdverseEventOnPage) -> datetime | None:
    """Day and time at the centre; a time alone is that of today, nothing at all means now."""
    if entry.day is None and entry.time is None:
        return None
    clock = entry.time or work.now.astimezone(work.zone).time()
    return to_utc(entry.day or work.today, clock.replace(tzinfo=None), work.zone)


@router.post("/referrals/{referral_id}/stop")
def stop(referral_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    entry, errors = screen.read(forms.StopEntry)
    if entry is not None:
        _, errors = screen.attempt(
            work,
            lambda: stopping.stop_by_hand(work, referral_id, entry.reason_code, entry.note),
        )
    if errors:
        return _form(screen, work, referral_id, "", errors)
    done = N_("The course is stopped. A physician is told and re-opens it, or ends it.")
    return screen.go(f"/{work.service}/referrals/{referral_id}", done)


@router.get("/adverse-events/{adverse_event_id}")
def show(adverse_event_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _page(screen, work, adverse_event_id)


@router.post("/adverse-events/{adverse_event_id}/acknowledge")
def acknowledge(adverse_event_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    entry, errors = screen.read(forms.Acknowledgement)
    if entry is not None:
        _, errors = screen.attempt(
            work, lambda: actions.acknowledge(work, adverse_event_id, entry.done)
        )
    if errors:
        return _page(screen, work, adverse_event_id, errors)
    here = f"/{work.service}/adverse-events/{adverse_event_id}"
    return screen.go(here, N_("Acknowledged."))


def _form(
    screen: Screen, work: Work, referral_id: UUID, session: str, errors: Errors | None = None
) -> Response:
    reading.require_colleague(work)
    referral = work.get(Referral, referral_id)
    work.audit("read-record", referral.patient_id)
    values = {
        **views.everywhere(work),
        **views.about(work, referral),
        **effect_words(),
        **words(),
        "session_options": [
            (each.id, f"{each.number} · {in_words(work, each.starts_at)}")
            for each in reading.sessions_of(work, referral_id)
            if each.status in ("arrived", "completed", "interrupted")
        ],
        "chosen": session,
        "stop_reasons": {code: words()["gate_reasons"][code] for code in stopping.BY_HAND},
    }
    return render(screen, "rtms_unit/adverse_event_form.html", values, errors)


def _page(
    screen: Screen, work: Work, adverse_event_id: UUID, errors: Errors | None = None
) -> Response:
    reading.require_reader(work)
    row = work.get(AdverseEvent, adverse_event_id)
    referral = work.get(Referral, row.referral_id)
    work.audit("read-record", row.patient_id)
    viewer = work.viewer
    values = {
        **views.everywhere(work),
        **views.about(work, referral),
        **effect_words(),
        "row": row,
        "session": work.find(CareSession, row.session_id) if row.session_id else None,
        "reported_by": who_is(work, row.reported_by, referral),
        "acknowledged_by": who_is(work, row.acknowledged_by, referral)
        if row.acknowledged_by
        else "",
        "asked": title_of(work, row.addressed_to),
        "may_acknowledge": viewer is not None
        and viewer.has(PHYSICIAN)
        and reading.may_change(work),
    }
    return render(screen, "rtms_unit/adverse_event.html", values, errors)
