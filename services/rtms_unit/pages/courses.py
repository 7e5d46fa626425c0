"""Pages of courses: plan one, see its calendar, move and make up sessions, undo, end it."""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Response

from services.rtms_unit.actions import courses as actions
from services.rtms_unit.actions import unit as unit_actions
from services.rtms_unit.actions.courses import proposing
from services.rtms_unit.forms import courses as forms
from services.rtms_unit.reading import shown as values
from services.rtms_unit.reading.courses import under_way, whole
from services.rtms_unit.rules.planning import Days, Proposal
from services.rtms_unit.tables import Course
from shared.discipline.pages import PageLook, PageWork
from shared.discipline.pages.shown import Errors, render
from shared.discipline.reading import require_colleague, require_reader
from shared.discipline.tables import Referral
from shared.i18n import N_
from shared.web.doors import ScreenDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()


@router.get("/courses")
def show_courses(screen: ScreenDep, work: PageLook) -> Response:
    require_reader(work)
    shown = {**values.words(work), "rows": values.running(work)}
    return screen.render("rtms_unit/courses.html", **shown)


@router.get("/referrals/{referral_id}/plan")
def ask_for_plan(referral_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _plan_form(screen, work, referral_id)


@router.post("/referrals/{referral_id}/plan")
def plan(referral_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    """The first time it shows the plan, with `seen` it books it."""
    entry, errors = screen.read(forms.PlanEntry)
    if entry is None:
        return _plan_form(screen, work, referral_id, errors)
    if entry.seen:
        course, errors = screen.attempt(
            work, lambda: actions.plan(work, referral_id, entry.wish(), seen=entry.seen)
        )
        if course is not None:
            return screen.go(f"/rtms_unit/courses/{course.id}", N_("The course is planned."))
        if set(errors) != {""}:
            return _plan_form(screen, work, referral_id, errors)
    return _plan_preview(screen, work, referral_id, entry, errors)


def _plan_preview(
    screen: Screen, work: Work, referral_id: UUID, entry: forms.PlanEntry, before: Errors
) -> Response:
    require_colleague(work)
    referral = work.get(Referral, referral_id)
    made, errors = screen.attempt(work, lambda: proposing.draft(work, referral, entry.wish()))
    if made is None:
        return _plan_form(screen, work, referral_id, errors)
    shown = {
        **values.plan_form(work, referral),
        **values.shown_plan(work, made.protocol, made.proposal),
        "side": made.side,
        "entry": entry.model_dump(exclude={"seen"}, exclude_none=True),
    }
    return render(screen, "rtms_unit/plan_preview.html", shown, before)


def _plan_form(
    screen: Screen, work: Work, referral_id: UUID, errors: Errors | None = None
) -> Response:
    require_colleague(work)
    referral = work.get(Referral, referral_id)
    work.audit("read-record", referral.patient_id)
    running = under_way(work, referral_id)
    if running and not errors:
        return screen.go(f"/rtms_unit/courses/{running[0].id}")
    return render(screen, "rtms_unit/plan.html", values.plan_form(work, referral), errors)


@router.post("/referrals/{referral_id}/away")
def add_away(referral_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    entry, errors = screen.read(forms.DaysEntry)
    if entry is not None:
        days = Days(entry.first, entry.until)
        _, errors = screen.attempt(work, lambda: unit_actions.add_away(work, referral_id, days))
    if errors:
        return _plan_form(screen, work, referral_id, errors)
    return screen.go(f"/rtms_unit/referrals/{referral_id}/plan", N_("Written down."))


@router.post("/referrals/{referral_id}/away/{key}/remove")
def remove_away(referral_id: UUID, key: UUID, screen: ScreenDep, work: PageWork) -> Response:
    unit_actions.remove_away(work, referral_id, key)
    return screen.go(f"/rtms_unit/referrals/{referral_id}/plan", N_("Removed."))


@router.get("/courses/{course_id}")
def show_course(course_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _course(screen, work, course_id)


@router.get("/courses/{course_id}/sessions/{session_id}/move")
def ask_for_move(course_id: UUID, session_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _ask(screen, work, course_id, "move", session_id)


@router.post("/courses/{course_id}/sessions/{session_id}/move")
def move(course_id: UUID, session_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    """The first time it shows what would shift, with `seen` it does it."""
    return _change(screen, work, course_id, "move", session_id)


@router.get("/courses/{course_id}/sessions/{session_id}/make-up")
def ask_for_make_up(
    course_id: UUID, session_id: UUID, screen: ScreenDep, work: PageWork
) -> Response:
    """The first place that fits is proposed at once; what needs none leads back to the course."""
    found, errors = _propose(screen, work, course_id, "make-up", session_id, {})
    if errors:
        return screen.go(_at(course_id))
    return _ask(screen, work, course_id, "make-up", session_id, proposal=found)


@router.post("/courses/{course_id}/sessions/{session_id}/make-up")
def make_up(course_id: UUID, session_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    """The same for a session that takes the place of one that was not given."""
    return _change(screen, work, course_id, "make-up", session_id)


class _Change(NamedTuple):
    """A change of one session: what is entered, what would shift, the deed, and what is said."""

    form: type[forms.MoveEntry | forms.MakeUpEntry]
    propose: Callable[..., Proposal]
    act: Callable[..., object]
    done: str


_CHANGES = {
    "move": _Change(forms.MoveEntry, proposing.moved, actions.move, N_("The plan is changed.")),
    "make-up": _Change(
        forms.MakeUpEntry, proposing.made_up, actions.make_up, N_("The session is booked.")
    ),
}


def _change(screen: Screen, work: Work, course_id: UUID, verb: str, session_id: UUID) -> Response:
    change = _CHANGES[verb]
    entry, errors = screen.read(change.form)
    if entry is None:
        return _ask(screen, work, course_id, verb, session_id, errors=errors)
    where = {"day": entry.day, "at": entry.at}
    if entry.seen:
        _, errors = screen.attempt(
            work, lambda: change.act(work, course_id, session_id, **where, seen=entry.seen)
        )
        if not errors:
            return screen.go(_at(course_id), change.done)
    found, more = _propose(screen, work, course_id, verb, session_id, where)
    return _ask(
        screen, work, course_id, verb, session_id, proposal=found, errors={**errors, **more}
    )


def _propose(  # noqa: PLR0917 - what a preview is of
    screen: Screen, work: Work, course_id: UUID, verb: str, session_id: UUID, where: dict[str, Any]
) -> tuple[Proposal | None, Errors]:
    """What would shift, or for each field why it cannot be."""
    require_colleague(work)
    course = whole(work, work.get(Course, course_id))
    return screen.attempt(work, lambda: _CHANGES[verb].propose(work, course, session_id, **where))


def _ask(
    screen: Screen,
    work: Work,
    course_id: UUID,
    verb: str,
    session_id: UUID,
    *,
    proposal: Proposal | None = None,
    errors: Errors | None = None,
) -> Response:
    require_colleague(work)
    course = work.get(Course, course_id)
    work.audit("read-record", course.patient_id)
    shown = values.course_page(work, course, proposal)
    line = next((each for each in shown["lines"] if each.session.id == session_id), None)
    if line is None or not shown["open"]:
        return screen.go(_at(course_id))
    return render(screen, "rtms_unit/change.html", {**shown, "verb": verb, "line": line}, errors)


@router.get("/courses/{course_id}/catch-up")
def ask_for_catch_up(course_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    """What went by while the course was stopped, on the next days that fit."""
    return _catch_up(screen, work, course_id, {})


@router.post("/courses/{course_id}/catch-up")
def catch_up(course_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    seen = str(screen.form.get("seen", ""))
    _, errors = screen.attempt(work, lambda: actions.catch_up(work, course_id, seen=seen))
    if errors:
        return _catch_up(screen, work, course_id, errors)
    return screen.go(_at(course_id), N_("The plan is up to date."))


def _catch_up(screen: Screen, work: Work, course_id: UUID, before: Errors) -> Response:
    """The preview, with what refused it before; what needs none leads back to the course."""
    require_colleague(work)
    course = work.get(Course, course_id)
    work.audit("read-record", course.patient_id)
    found, errors = screen.attempt(work, lambda: proposing.caught_up(work, whole(work, course)))
    if found is None:
        refused = {**errors, **before}
        return _course(screen, work, course_id, refused) if before else screen.go(_at(course_id))
    shown = {**values.course_page(work, course, found), "verb": "catch-up", "line": None}
    return render(screen, "rtms_unit/change.html", shown, before)


@router.post("/courses/{course_id}/changes/{change_id}/undo")
def undo(course_id: UUID, change_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    _, errors = screen.attempt(work, lambda: actions.undo(work, change_id))
    if errors:
        return _course(screen, work, course_id, errors)
    return screen.go(_at(course_id), N_("Everything is back where it was."))


@router.post("/courses/{course_id}/end")
def end(course_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    entry, errors = screen.read(forms.EndEntry)
    if entry is not None:
        _, errors = screen.attempt(work, lambda: actions.end(work, course_id, entry.reason_code))
    return (
        _course(screen, work, course_id, errors)
        if errors
        else screen.go(
            _at(course_id), N_("The course is over. What was still to come is cancelled.")
        )
    )


@router.post("/courses/{course_id}/accept-risk")
def accept_risk(course_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    entry, errors = screen.read(forms.RiskEntry)
    if entry is not None:
        _, errors = screen.attempt(work, lambda: actions.accept_risk(work, course_id, entry.reason))
    if errors:
        return _course(screen, work, course_id, errors)
    return screen.go(_at(course_id), N_("Accepted: the course goes on without it."))


def _course(screen: Screen, work: Work, course_id: UUID, errors: Errors | None = None) -> Response:
    require_reader(work)
    course = work.get(Course, course_id)
    work.audit("read-record", course.patient_id)
    return render(screen, "rtms_unit/course.html", values.course_page(work, course), errors)


def _at(course_id: UUID) -> str:
    return f"/rtms_unit/courses/{course_id}"
