"""Pages of the unit: its hours and closures, a week with what is free, and closing days."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from sqlmodel import col, select

from services.rtms_unit.actions import courses as actions
from services.rtms_unit.actions import unit as unit_actions
from services.rtms_unit.actions.courses.closing import closing
from services.rtms_unit.forms import courses as forms
from services.rtms_unit.reading import calendar, unit
from services.rtms_unit.reading import shown as values
from services.rtms_unit.rules.planning import HOURS_KNOWN, Days, fingerprint
from services.rtms_unit.tables import Closure, OpeningHours
from shared.discipline import agenda, views
from shared.discipline.pages import PageLook, PageWork
from shared.discipline.pages.shown import Errors, render
from shared.discipline.reading import require_colleague, require_reader
from shared.i18n import N_
from shared.patients import read
from shared.web.doors import ScreenDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()
HERE, WINDOWS_OF_A_DAY, USUAL_MINUTES = "/rtms_unit/unit", 2, 45


@router.get("/unit")
def show_unit(screen: ScreenDep, work: PageLook) -> Response:
    return _unit(screen, work)


@router.post("/unit/hours")
def set_hours(screen: ScreenDep, work: PageWork) -> Response:
    entry, errors = screen.check(forms.HoursEntry, {"windows": _windows(screen)})
    if entry is not None:
        windows = [each.window() for each in entry.windows]
        _, errors = screen.attempt(work, lambda: unit_actions.set_hours(work, windows))
    if errors:
        return _unit(screen, work, errors)
    return screen.go(HERE, N_("Saved. What is booked stays where it is."))


def _windows(screen: Screen) -> list[Mapping[str, Any]]:
    """The rows of the form that have a time in them; a day without one is closed."""
    rows: list[Mapping[str, Any]] = []
    for number in range(7 * WINDOWS_OF_A_DAY):
        row = {n: str(screen.form.get(f"{n}-{number}", "")).strip() for n in ("opens", "closes")}
        if any(row.values()):
            operators = str(screen.form.get(f"operators-{number // WINDOWS_OF_A_DAY}", "1"))
            rows.append({**row, "weekday": number // WINDOWS_OF_A_DAY, "operators": operators})
    return rows


@router.get("/unit/closing")
def ask_for_closing(screen: ScreenDep, work: PageWork) -> Response:
    require_colleague(work)
    return render(screen, "rtms_unit/closing.html", {**values.words(work), "found": None}, None)


@router.post("/unit/closing")
def close_days(screen: ScreenDep, work: PageWork) -> Response:
    """The first time it shows what would shift, with `seen` it closes the days."""
    require_colleague(work)
    entry, errors = screen.read(forms.ClosureEntry)
    found = None
    if entry is not None:
        days = Days(entry.first, entry.until)
        if entry.seen:
            _, errors = screen.attempt(
                work, lambda: actions.close_days(work, days, entry.reason, seen=entry.seen)
            )
            if not errors:
                return screen.go(HERE, N_("Closed. Everybody who had a session has another one."))
        found, more = screen.attempt(work, lambda: closing(work, days))
        errors = {**errors, **more}
    shown = {**values.words(work), **_closing(work, found), "entry": entry}
    return render(screen, "rtms_unit/closing.html", shown, errors)


def _closing(work: Work, found: Any) -> views.Values:
    if found is None:
        return {"found": None}
    return {
        "found": found,
        "rows": [
            (_patient(work, course.course.patient_id), placed)
            for course, proposal in found.courses
            for placed in proposal.changes
        ],
        "visits": [(_patient(work, each.patient_id), each) for each in found.visits],
        "seen": fingerprint(found.proposals) or "none",
        "instant": lambda place: unit.instant_of(work, place),
    }


def _patient(work: Work, patient_id: UUID) -> views.Values:
    return views.patient_line(read(work, patient_id))


@router.post("/unit/closures/{closure_id}/reopen")
def reopen(closure_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    actions.reopen(work, closure_id)
    return screen.go(HERE, N_("The unit is open again on these days."))


@router.post("/unit/changes/{change_id}/undo")
def undo(change_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    _, errors = screen.attempt(work, lambda: actions.undo(work, change_id))
    if errors:
        return _unit(screen, work, errors)
    return screen.go(HERE, N_("Everything is back where it was."))


@router.get("/unit/week")
def show_week(screen: ScreenDep, work: PageLook, first: str = "") -> Response:
    require_reader(work)
    start = _monday(first, work.today)
    diary = unit.diary_of(work, unit.opening_of(work), start)
    days = calendar.week(work, diary, start, USUAL_MINUTES)
    lines = {day.day: views.agenda_lines(work, agenda.agenda(work, day.day, 1)) for day in days}
    shown = {
        **values.words(work),
        "days": days,
        "lines": lines,
        "first": start,
        "earlier": start - timedelta(days=7),
        "later": start + timedelta(days=7),
        "minutes": USUAL_MINUTES,
        "machines": len(diary.machines),
    }
    return screen.render("rtms_unit/week.html", **shown)


def _monday(text: str, otherwise: date) -> date:
    """The Monday of the week that an address names; anything else means this week."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = otherwise
    day = day if 2000 <= day.year < 2200 else otherwise  # noqa: PLR2004
    return day - timedelta(days=day.weekday())


def _unit(screen: Screen, work: Work, errors: Errors | None = None) -> Response:
    require_reader(work)
    windows = unit.windows_of(work)
    closures = select(Closure).where(col(Closure.last) >= work.today).order_by(col(Closure.first))
    shown = {
        **values.words(work),
        "hours": {day: [each for each in windows if each.weekday == day] for day in range(7)},
        "own_hours": work.first(select(OpeningHours)) is not None,
        "hours_known": HOURS_KNOWN,
        "per_day": WINDOWS_OF_A_DAY,
        "closures": work.all(closures),
        "history": values.changes_of_unit(work),
        "machines": unit.machines_of(work),
    }
    return render(screen, "rtms_unit/unit.html", shown, errors)
