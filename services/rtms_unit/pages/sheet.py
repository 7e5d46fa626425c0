"""Page of a session of a course: what is asked before it, its sheet, and what was given."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.rtms_unit.actions import day_check, thresholds
from services.rtms_unit.actions import sheet as actions
from services.rtms_unit.forms import safety as forms
from services.rtms_unit.pages.gates import effect_words, words
from services.rtms_unit.reading.in_course import in_course
from services.rtms_unit.reading.sheet import facts_of
from services.rtms_unit.rules import day_check as day_rules
from services.rtms_unit.rules import sheet as rules
from services.rtms_unit.rules import threshold as threshold_rules
from services.rtms_unit.rules.threshold import Measured
from shared.access.members import members_of
from shared.discipline import actions as care
from shared.discipline import reading, views
from shared.discipline.course_codes import ADVERSE_EFFECTS
from shared.discipline.forms import Seen
from shared.discipline.pages import PageWork
from shared.discipline.pages.care import answer_session as answer_visit
from shared.discipline.pages.shown import Errors, render
from shared.discipline.tables import CareSession
from shared.i18n import N_
from shared.web.doors import ScreenDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()
DOSE = frozenset({"intensity_percent", "frequency_hz", "trains", "pulses_planned"})


@router.get("/sessions/{session_id}")
def show_session(session_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _shown(screen, work, session_id)


@router.post("/sessions/{session_id}/day-check")
def check_day(session_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    answers = {code: str(screen.form.get(code) or "") for code in day_rules.QUESTIONS}
    asked = {code: answer for code, answer in answers.items() if answer}
    entry, errors = screen.read(forms.DayNote)
    if entry is not None:
        _, errors = screen.attempt(
            work,
            lambda: day_check.check_day(work, session_id, asked, entry.note, version=entry.version),
        )
    return _answer(screen, work, session_id, errors, N_("The answers of the day are kept."))


@router.post("/sessions/{session_id}/threshold")
def record_threshold(session_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    entry, errors = screen.read(forms.ThresholdEntry)
    if entry is not None:
        measured = Measured(**entry.model_dump())
        _, errors = screen.attempt(
            work, lambda: thresholds.record_threshold(work, session_id, measured)
        )
    return _answer(screen, work, session_id, errors, N_("The motor threshold is recorded."))


@router.post("/sessions/{session_id}/arrive")
def start(session_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    """The session begins, if every gate before it is open."""
    entry, errors = screen.read(Seen)
    if entry is not None:
        _, errors = screen.attempt(
            work, lambda: care.arrive(work, session_id, version=entry.version)
        )
    return _answer(screen, work, session_id, errors, N_("Noted: the patient is here."))


@router.post("/sessions/{session_id}/sheet")
def save(session_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    entry, errors = screen.read(forms.SheetFields)
    if entry is not None:
        filled, version = actions.entry_of(entry, _effects(screen)), entry.version
        _, errors = screen.attempt(
            work, lambda: actions.save_sheet(work, session_id, filled, version=version)
        )
    return _answer(screen, work, session_id, errors, N_("The session is recorded."))


@router.post("/sessions/{session_id}/dose")
def ask_for_dose(session_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    """Ask a physician; what was typed stays on the page."""
    entry, errors = screen.read(forms.DoseEntry)
    if entry is not None:
        _, errors = screen.attempt(work, lambda: actions.ask_for_dose(work, session_id, entry.dose))
    return _page(screen, work, session_id, errors)


def _effects(screen: Screen) -> dict[str, tuple[str, str]]:
    """The effects of which anything was chosen."""

    def chosen(code: str) -> tuple[str, str]:
        severity, relation = (f"{part}-{code}" for part in ("severity", "relation"))
        return str(screen.form.get(severity) or ""), str(screen.form.get(relation) or "")

    return {code: chosen(code) for code in ADVERSE_EFFECTS if any(chosen(code))}


def _answer(screen: Screen, work: Work, session_id: UUID, errors: Errors, done: str) -> Response:
    if errors:
        return _shown(screen, work, session_id, errors)
    return screen.go(f"/{work.service}/sessions/{session_id}", done)


def _shown(screen: Screen, work: Work, session_id: UUID, errors: Errors | None = None) -> Response:
    """Its sheet; a visit outside of any course has the page of every discipline."""
    if in_course(work, session_id) is None:
        return answer_visit(screen, work, session_id, errors=errors)
    return _page(screen, work, session_id, errors)


def _page(screen: Screen, work: Work, session_id: UUID, errors: Errors | None = None) -> Response:
    reading.require_reader(work)
    session = work.get(CareSession, session_id)
    work.audit("read-record", session.patient_id)
    values = {
        **views.session_page(work, session),
        **effect_words(),
        **words(),
        "facts": facts_of(work, session),
        "day_rules": day_rules,
        "sheet_rules": rules,
        "threshold_rules": threshold_rules,
        "operators": [(m.id, m.name) for m in members_of(work, work.service)],
        "dose_refused": bool(DOSE.intersection(errors or ())),
    }
    return render(screen, "rtms_unit/session.html", values, errors)
