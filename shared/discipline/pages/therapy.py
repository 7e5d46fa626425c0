"""Pages of a therapy: its plan, and the note on a session, written and shared on purpose."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from shared.discipline import actions, forms, reading, therapy, views
from shared.discipline.pages.care import answer_session
from shared.discipline.pages.shown import Errors, PageWork, render
from shared.discipline.rules.therapy import FARTHEST, MOST_SESSIONS
from shared.discipline.tables import Referral
from shared.i18n import N_
from shared.web.doors import ScreenDep
from shared.web.screen import Screen
from shared.work import Work

_router = APIRouter()
LASTING = ("methods", "sessions", "rhythm", "review_on")
"""What of a plan is offered again when it is changed."""


def therapy_pages() -> APIRouter:
    """For a discipline that gives therapy; included before the pages of all disciplines."""
    router = APIRouter(include_in_schema=False)
    router.include_router(_router)
    return router


@_router.get("/referrals/{referral_id}/plan-therapy")
def ask_plan(referral_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _plan_form(screen, work, referral_id)


@_router.post("/referrals/{referral_id}/plan-therapy")
def plan(referral_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    entry, errors = screen.read(forms.TherapyPlan)
    if entry is not None:
        given = entry.model_dump()
        _, errors = screen.attempt(work, lambda: actions.plan_therapy(work, referral_id, **given))
    if errors:
        return _plan_form(screen, work, referral_id, errors)
    return screen.go(f"/{work.service}/referrals/{referral_id}", N_("The plan is kept."))


@_router.post("/sessions/{session_id}/note")
def write_note(session_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    entry, errors = screen.read(forms.TherapyNote)
    if entry is not None:
        given = entry.model_dump()
        _, errors = screen.attempt(work, lambda: actions.write_note(work, session_id, **given))
    if errors:
        return answer_session(screen, work, session_id, errors=errors)
    return screen.go(f"/{work.service}/sessions/{session_id}", N_("The note is kept."))


@_router.post("/sessions/{session_id}/share-note")
def share_note(session_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    entry, errors = screen.read(forms.Seen)
    if entry is not None:
        version = entry.version
        _, errors = screen.attempt(
            work, lambda: actions.share_note(work, session_id, version=version)
        )
    if errors:
        return answer_session(screen, work, session_id, errors=errors)
    return screen.go(
        f"/{work.service}/sessions/{session_id}", N_("The note is shared with the team.")
    )


def _plan_form(
    screen: Screen, work: Work, referral_id: UUID, errors: Errors | None = None
) -> Response:
    reading.require_colleague(work)
    referral = work.get(Referral, referral_id)
    work.audit("read-record", referral.patient_id)
    plans = therapy.plans_of(work, referral_id)
    values = {
        **views.everywhere(work),
        **views.about(work, referral),
        "known": screen.form if errors else _known(plans),
        "chosen": screen.form.getlist("methods") if errors else _known(plans).get("methods", ()),
        "version": len(plans),
        "most": MOST_SESSIONS,
        "last_review": work.today + FARTHEST,
    }
    return render(screen, "discipline/therapy/plan.html", values, errors)


def _known(plans: list[therapy.OpenPlan]) -> dict[str, Any]:
    """The plan that holds, as a start for the next one."""
    if not plans:
        return {}
    return {**plans[0].plan.model_dump(include=set(LASTING)), "goals": plans[0].goals}
