"""Pages of the unit's own figures: who responded, by protocol, and the same as a file."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Response

from services.rtms_unit.reading.figures import Figures, figures
from services.rtms_unit.rules.protocols import POINTS
from shared.discipline import reading, views
from shared.discipline.codes import FOLLOW_UP_POINTS
from shared.discipline.pages import PageLook
from shared.discipline.wording import language_of
from shared.i18n import N_, translator
from shared.measuring.response import IMMPACT, RESPONDER
from shared.spreadsheet import sheet
from shared.web.doors import ScreenDep
from shared.work import Work

router = APIRouter()
YEAR = timedelta(days=365)
TITLES = {**FOLLOW_UP_POINTS, **POINTS}
HEAD = (
    N_("Protocol"),
    N_("Version"),
    N_("Point"),
    N_("Treated"),
    N_("Reached the point"),
    N_("Measured"),
    N_("Not measured"),
    N_("Responders"),
    N_("Per cent of those measured"),
)


@router.get("/figures")
def show_figures(screen: ScreenDep, work: PageLook, first: str = "", last: str = "") -> Response:
    reading.require_reader(work)
    begins, ends = _period(work, first, last)
    values = {
        **views.everywhere(work),
        "first": begins,
        "last": ends,
        "figures": figures(work, begins, ends),
        "titles": TITLES,
        "responder": RESPONDER,
        "source": IMMPACT,
    }
    return screen.render("rtms_unit/figures.html", **values)


@router.get("/figures.csv")
def figures_csv(work: PageLook, first: str = "", last: str = "") -> Response:
    """The same as a file for a spreadsheet."""
    reading.require_reader(work)
    say = translator(language_of(work)).gettext
    lines = [line for each in figures(work, *_period(work, first, last)) for line in _lines(each)]
    said = [
        [say(protocol), version, say(point), *rest] for protocol, version, point, *rest in lines
    ]
    heading = {"content-disposition": 'attachment; filename="relais-figures.csv"'}
    text = sheet([say(title) for title in HEAD], said)
    return Response(text, media_type="text/csv; charset=utf-8", headers=heading)


def _lines(each: Figures) -> Iterator[list[Any]]:
    named = [each.protocol.title, each.protocol.version]
    for point, seen in each.rates.items():
        numbers = [seen.treated, seen.measured, seen.not_measured, seen.responders, seen.percent]
        yield [*named, TITLES.get(point, point), each.treated, *numbers]


def _period(work: Work, first: str, last: str) -> tuple[date, date]:
    """The days that an address names; otherwise the last year until today."""
    ends = _day(last) or work.today
    return _day(first) or ends - YEAR, ends


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2200 else None  # noqa: PLR2004
