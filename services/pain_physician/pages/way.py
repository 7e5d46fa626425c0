"""Pages about the way to the centre: the dates of one patient, and the figures of all."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.pain_physician import actions, forms
from services.pain_physician.actions.permission import may_act
from services.pain_physician.actions.way import kept_of
from services.pain_physician.pages.shown import Errors, line, page
from services.pain_physician.reading.figures import Figures, figures
from services.pain_physician.reading.record import record
from services.pain_physician.rules.way import Wandering
from shared import patients
from shared.discipline.pages import PageLook, PageWork
from shared.discipline.reading import require_reader
from shared.i18n import N_, translator
from shared.spreadsheet import sheet
from shared.web.doors import ScreenDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()
HEAD = (
    N_("Part of the way"),
    N_("Median in months"),
    N_("Patients"),
    N_("Still waiting"),
    N_("Published mean in months"),
    N_("Source"),
    N_("Registered from"),
    N_("Registered until"),
)


@router.get("/patients/{patient_id}/way")
def ask_way(patient_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    may_act(work)
    work.audit("read-record", patient_id)
    known = kept_of(work, [patient_id]).get(patient_id, Wandering())
    return _page(screen, work, patient_id, vars(known))


@router.post("/patients/{patient_id}/way")
def set_way(patient_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    may_act(work)
    entry, errors = screen.read(forms.WayDates)
    if entry is not None:
        _, errors = screen.attempt(work, lambda: actions.set_way(work, patient_id, entry))
    if errors:
        return _page(screen, work, patient_id, dict(screen.form), errors)
    return screen.go(f"/{work.service}/patients/{patient_id}", N_("The dates are kept."))


def _page(
    screen: Screen,
    work: Work,
    patient_id: UUID,
    value: dict[str, Any],
    errors: Errors | None = None,
) -> Response:
    patient = line(work, patients.read(work, patient_id))
    found = record(work, patient_id).way
    return page(screen, work, "way", errors, patient=patient, value=value, found=found)


@router.get("/figures")
def show_figures(screen: ScreenDep, work: PageLook, first: str = "", last: str = "") -> Response:
    require_reader(work)
    found = figures(work, _day(first), _day(last))
    return page(screen, work, "figures", found=found, first=first, last=last)


@router.get("/figures.csv")
def export_figures(screen: ScreenDep, work: PageLook, first: str = "", last: str = "") -> Response:
    """The same as a file for a spreadsheet."""
    require_reader(work)
    say = translator(screen.language).gettext
    lines = _lines(figures(work, _day(first), _day(last)), screen.language)
    text = sheet([say(title) for title in HEAD], lines)
    heading = {"content-disposition": 'attachment; filename="relais-way.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=heading)


def _lines(found: Figures, language: str) -> Iterable[list[Any]]:
    say = translator(language).gettext
    for each in found.figures:
        published = each.part.published
        yield [
            say(each.part.title),
            each.months,
            each.known,
            each.waiting,
            published.months if published else None,
            f"{published.source}, {published.year}" if published else None,
            found.first,
            found.last,
        ]


def _day(text: str) -> date | None:
    """A day as an address names it; anything else is no limit."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
