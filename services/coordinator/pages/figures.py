"""The figures of the centre, on a page and as a file, with the numbers that they come from."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Response

from services.coordinator.actions.centre import Centre, read_centre
from services.coordinator.pages.shown import house
from services.coordinator.rules.board import TITLES
from services.coordinator.rules.centre import PER, Period
from shared.access.viewer import COORDINATOR, PHYSICIAN
from shared.i18n import N_, translator
from shared.spreadsheet import sheet
from shared.web.doors import LookDep, ScreenDep
from shared.work import Work

router = APIRouter()
YEAR = timedelta(days=365)
HEAD = (
    N_("Figure"),
    N_("Of what"),
    N_("Value"),
    N_("In"),
    N_("Of how many"),
    N_("Still waiting or open"),
)
ANSWER, FIRST = N_("Time to an answer (median)"), N_("Time to the first session (median)")
MISSED, IN_TIME = N_("Missed sessions"), N_("Done in time")
AT_RISK, MADE_UP = N_("Courses at risk"), N_("Made up after a risk")
HARM = N_("Adverse events per 1,000 sessions")
DAYS, PERCENT, COUNT = N_("days"), "%", N_("number")


@router.get("/figures")
def show_figures(screen: ScreenDep, work: LookDep, first: str = "", last: str = "") -> Response:
    period = _period(work, first, last)
    centre = read_centre(work, period)
    return screen.render(
        "coordinator/figures.html", **house(screen), centre=centre, period=period, per=PER
    )


@router.get("/figures.csv")
def figures_csv(screen: ScreenDep, work: LookDep, first: str = "", last: str = "") -> Response:
    """The same as a file for a spreadsheet."""
    period = _period(work, first, last)
    say = translator(screen.language).gettext
    plates = screen.directory.plates
    named = {p.name: p.title_fr if screen.language == "fr" else p.title for p in plates}
    named |= {what: say(title) for what, title in TITLES.items()}
    lines = [
        (say(figure), named.get(of, of), value, say(measure), n, still)
        for figure, of, value, measure, n, still in _lines(read_centre(work, period))
    ]
    span = [(say(N_("Period")), f"{period.first} – {period.last}")]
    text = sheet([say(title) for title in HEAD], [*lines, *span])
    heading = {"content-disposition": 'attachment; filename="relais-centre.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=heading)


def _lines(centre: Centre) -> Iterator[tuple[Any, ...]]:
    for title, waits in ((ANSWER, centre.answers), (FIRST, centre.firsts)):
        for each in waits:
            yield title, each.unit, each.days, DAYS, each.n, each.still
    for came in centre.attendance:
        yield MISSED, came.unit, came.percent, PERCENT, came.n, ""
    courses = centre.courses
    yield AT_RISK, "", courses.at_risk, COUNT, courses.n, courses.still_at_risk
    yield MADE_UP, "", courses.made_up, COUNT, courses.at_risk, courses.still_at_risk
    for kept in centre.promises:
        yield IN_TIME, kept.what, kept.percent, PERCENT, kept.n, kept.still
    for harm in centre.harms:
        yield HARM, harm.unit, harm.rate, f"/ {PER}", harm.sessions, ""


def _period(work: Work, first: str, last: str) -> Period:
    """The days that an address names; otherwise the last year until today."""
    work.require(COORDINATOR, PHYSICIAN)
    ends = _day(last) or work.today
    return Period(_day(first) or ends - YEAR, ends)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2200 else None  # noqa: PLR2004 - a slip of the pen
