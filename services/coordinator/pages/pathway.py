"""A patient's pathway: one picture, what is owed now, and the story behind it."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from babel.dates import format_date
from fastapi import APIRouter, Response

from services.coordinator.actions import pathway, reading, story
from services.coordinator.actions.obligations import days_of
from services.coordinator.pages.shown import house, tellings
from services.coordinator.rules import board, picture
from services.coordinator.rules.owed import MAKE_UP
from shared import patients
from shared.access.viewer import COORDINATOR, PHYSICIAN
from shared.measuring import INSTRUMENTS
from shared.web.doors import LookDep, ScreenDep, WorkDep, repeatable
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()


@router.get("/patients/{patient_id}")
def show_pathway(
    patient_id: UUID, screen: ScreenDep, work: WorkDep, after: UUID | None = None
) -> Response:
    work.require(COORDINATOR, PHYSICIAN)
    work.audit("read-record", patient_id)
    return _page("coordinator/pathway.html", screen, work, patient_id, after)


@router.get("/patients/{patient_id}/now")
@repeatable
def show_pathway_now(
    patient_id: UUID, screen: ScreenDep, work: LookDep, after: UUID | None = None
) -> Response:
    """The part that fetches itself again; the reading was audited when the page was opened."""
    work.require(COORDINATOR, PHYSICIAN)
    work.require_opened(patient_id)
    return _page("coordinator/pathway_now.html", screen, work, patient_id, after)


def _page(
    template: str, screen: Screen, work: Work, patient_id: UUID, after: UUID | None
) -> Response:
    patient = patients.read(work, patient_id)
    found = pathway.read_pathway(work, patient_id)
    owed = reading.read_owed(work, patient_id)
    drawn = picture.draw(found.lead, found.cares, found.spots, found.pains, now=work.now)
    return screen.render(
        template,
        **house(screen),
        patient=patient,
        pathway=found,
        picture=drawn,
        months=_months(drawn, screen.language),
        response=picture.response,
        owed=_grouped(work, owed),
        at_risk=any(row.what == MAKE_UP for row in owed),
        names=reading.names_in(work, owed),
        story=story.read_story(work, patient_id, after),
        after=after,
        instruments=INSTRUMENTS,
        **tellings(work),
    )


def _months(drawn: picture.Picture, language: str) -> list[tuple[float, str]]:
    """Where each month begins; the year stands at the first one and at each January."""
    named = []
    for number, (x, day) in enumerate(drawn.months):
        pattern = "MMM y" if number == 0 or day.month == 1 else "MMM"
        named.append((x, _in_words(day, pattern, language)))
    return named


def _in_words(day: date, pattern: str, language: str) -> str:
    return format_date(day, pattern, locale=language)


def _grouped(work: Work, rows: Any) -> Mapping[str, list[Any]]:
    at = board.bounds(work.now, days_of(work))
    groups: dict[str, list[Any]] = {group: [] for group in board.GROUPS}
    for row in rows:
        group = board.group_of(row.late_at, row.shown_from, row.told or row.urgent, at)
        groups[group].append(row)
    return groups
