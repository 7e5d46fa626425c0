"""Pages for the people of a unit: worklist, agenda, a referral, a session, a follow-up."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from fastapi import APIRouter, Response

from shared.discipline import agenda, deeds, reading, views, worklist
from shared.discipline.deeds import Deed
from shared.discipline.pages.shown import Errors, PageLook, PageWork, render
from shared.discipline.tables import CareSession, FollowUp, Referral
from shared.errors import NotFound
from shared.web.doors import ScreenDep
from shared.web.screen import Screen
from shared.work import Work

AGENDA_DAYS = 14

_router = APIRouter()


def discipline_pages() -> APIRouter:
    """The pages of a discipline, in a router of its own that it may add to."""
    router = APIRouter(include_in_schema=False)
    router.include_router(_router)
    return router


@_router.get("/worklist")
def show_worklist(screen: ScreenDep, work: PageLook, show: str = "") -> Response:
    return screen.render("discipline/worklist.html", **_worklist(work, show))


@_router.get("/worklist/rows")
def show_worklist_rows(screen: ScreenDep, work: PageLook, show: str = "") -> Response:
    return screen.render("discipline/worklist_rows.html", **_worklist(work, show))


def _worklist(work: Work, show: str) -> views.Values:
    reading.require_reader(work)
    groups = [each for each in worklist.GROUPS if show in ("", each.code)]
    follow_ups = worklist.due_follow_ups(work) if show in ("", worklist.FOLLOW_UPS) else []
    return {
        **views.everywhere(work),
        "show": show,
        "counts": worklist.counts(work),
        "all_groups": worklist.GROUPS,
        "groups": [
            (each, views.worklist_lines(work, worklist.rows_of(work, each))) for each in groups
        ],
        "follow_ups": views.follow_up_lines(work, follow_ups),
        "follow_ups_shown": show in ("", worklist.FOLLOW_UPS),
    }


@_router.get("/sessions")
def show_agenda(screen: ScreenDep, work: PageLook, first: str = "", days: str = "") -> Response:
    return screen.render("discipline/agenda.html", **_agenda(work, first, days))


@_router.get("/agenda/days")
def show_agenda_days(
    screen: ScreenDep, work: PageLook, first: str = "", days: str = ""
) -> Response:
    return screen.render("discipline/agenda_days.html", **_agenda(work, first, days))


def _agenda(work: Work, first: str, days: str) -> views.Values:
    """Two weeks to plan with, or one day to print and carry along."""
    reading.require_reader(work)
    start, shown = _day(first, work.today), 1 if days == "1" else AGENDA_DAYS
    length = timedelta(days=shown)
    return {
        **views.everywhere(work),
        "first": start,
        "last": start + length - timedelta(days=1),
        "earlier": start - length,
        "later": start + length,
        "days": views.agenda_lines(work, agenda.agenda(work, start, shown)),
        "overdue": views.agenda_lines(work, agenda.without_outcome(work)),
    }


def _day(text: str, otherwise: date) -> date:
    """A day of this century and the next as an address names it; anything else means today."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return day if 2000 <= day.year < 2200 else otherwise  # noqa: PLR2004


@_router.get("/referrals/{referral_id}")
def show_referral(referral_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _referral(screen, work, referral_id)


@_router.get("/referrals/{referral_id}/now")
def show_referral_now(referral_id: UUID, screen: ScreenDep, work: PageLook) -> Response:
    """The part of the page that keeps itself fresh; the look at the whole page was audited."""
    reading.require_reader(work)
    referral = work.get(Referral, referral_id)
    work.require_opened(referral.patient_id)
    return screen.render("discipline/referral_now.html", **views.referral_page(work, referral))


@_router.get("/referrals/{referral_id}/{verb}")
def ask_about_referral(referral_id: UUID, verb: str, screen: ScreenDep, work: PageWork) -> Response:
    _named(deeds.REFERRAL, verb, asks=True)
    return _referral_form(screen, work, referral_id, verb)


@_router.post("/referrals/{referral_id}/{verb}")
def change_referral(referral_id: UUID, verb: str, screen: ScreenDep, work: PageWork) -> Response:
    deed = _named(deeds.REFERRAL, verb)
    errors = _attempt(screen, work, referral_id, deed)
    if not errors:
        return screen.go(f"/{work.service}/referrals/{referral_id}", deed.done)
    if deed.asks:
        return _referral_form(screen, work, referral_id, verb, errors)
    return _referral(screen, work, referral_id, errors)


@_router.get("/sessions/{session_id}")
def show_session(session_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return answer_session(screen, work, session_id)


@_router.get("/sessions/{session_id}/{verb}")
def ask_about_session(session_id: UUID, verb: str, screen: ScreenDep, work: PageWork) -> Response:
    _named(deeds.SESSION, verb, asks=True)
    return answer_session(screen, work, session_id, verb)


@_router.post("/sessions/{session_id}/{verb}")
def change_session(session_id: UUID, verb: str, screen: ScreenDep, work: PageWork) -> Response:
    deed = _named(deeds.SESSION, verb)
    errors = _attempt(screen, work, session_id, deed)
    if not errors:
        return screen.go(f"/{work.service}/sessions/{session_id}", deed.done)
    return answer_session(screen, work, session_id, verb if deed.asks else "", errors)


@_router.get("/follow-ups/{follow_up_id}")
def show_follow_up(follow_up_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _follow_up(screen, work, follow_up_id)


@_router.get("/follow-ups/{follow_up_id}/{verb}")
def ask_about_follow_up(
    follow_up_id: UUID, verb: str, screen: ScreenDep, work: PageWork
) -> Response:
    _named(deeds.FOLLOW_UP, verb, asks=True)
    return _follow_up(screen, work, follow_up_id, verb)


@_router.post("/follow-ups/{follow_up_id}/{verb}")
def change_follow_up(follow_up_id: UUID, verb: str, screen: ScreenDep, work: PageWork) -> Response:
    deed = _named(deeds.FOLLOW_UP, verb)
    errors = _attempt(screen, work, follow_up_id, deed)
    if not errors:
        return screen.go(f"/{work.service}/follow-ups/{follow_up_id}", deed.done)
    return _follow_up(screen, work, follow_up_id, verb if deed.asks else "", errors)


def _named(known: Mapping[str, Deed], verb: str, asks: bool = False) -> Deed:
    """The deed of this name; with `asks` only one that has a page of its own."""
    deed = known.get(verb)
    if deed is None or (asks and not deed.asks):
        raise NotFound
    return deed


def _attempt(screen: Screen, work: Work, key: UUID, deed: Deed) -> Errors:
    """Do it, or say for each field why not."""
    entry, errors = screen.read(deed.form)
    if entry is not None:
        _, errors = screen.attempt(work, lambda: deed.act(work, key, entry))
    return errors


def _referral(
    screen: Screen, work: Work, referral_id: UUID, errors: Errors | None = None
) -> Response:
    reading.require_reader(work)
    referral = work.get(Referral, referral_id)
    work.audit("read-record", referral.patient_id)
    values = views.referral_page(work, referral)
    return render(screen, "discipline/referral.html", values, errors)


def _referral_form(
    screen: Screen, work: Work, referral_id: UUID, verb: str, errors: Errors | None = None
) -> Response:
    """The page of one deed; when it can no longer be done, the referral itself says why."""
    reading.require_colleague(work)
    referral = work.get(Referral, referral_id)
    work.audit("read-record", referral.patient_id)
    values = views.referral_form(work, referral, verb)
    if verb not in values["possible"] and not errors:
        return screen.go(f"/{work.service}/referrals/{referral_id}")
    return render(screen, "discipline/referral_form.html", values, errors)


def answer_session(
    screen: Screen, work: Work, session_id: UUID, verb: str = "", errors: Errors | None = None
) -> Response:
    reading.require_reader(work)
    session = work.get(CareSession, session_id)
    work.audit("read-record", session.patient_id)
    values = views.session_page(work, session, verb)
    if verb and verb not in values["possible"] and not errors:
        return screen.go(f"/{work.service}/sessions/{session_id}")
    template = "session_form" if verb else "session"
    return render(screen, f"discipline/{template}.html", values, errors)


def _follow_up(
    screen: Screen, work: Work, follow_up_id: UUID, verb: str = "", errors: Errors | None = None
) -> Response:
    reading.require_reader(work)
    follow_up = work.get(FollowUp, follow_up_id)
    work.audit("read-record", follow_up.patient_id)
    values = views.follow_up_page(work, follow_up)
    template = "follow_up_form" if verb else "follow_up"
    return render(screen, f"discipline/{template}.html", values, errors)
