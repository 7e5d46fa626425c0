"""Page of the safety screening: every question, signed by whoever asked it."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.rtms_unit.actions import screening as actions
from services.rtms_unit.reading.gates import screening_of
from services.rtms_unit.rules import screening as rules
from shared.discipline import reading, views
from shared.discipline.pages import PageWork
from shared.discipline.pages.shown import Errors, render
from shared.discipline.tables import Referral
from shared.discipline.wording import who_is
from shared.i18n import N_
from shared.web.doors import ScreenDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()


@router.get("/referrals/{referral_id}/screening")
def ask(referral_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _page(screen, work, referral_id)


@router.post("/referrals/{referral_id}/screening")
def complete(referral_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    answers, details = _filled(screen)
    _, errors = screen.attempt(
        work, lambda: actions.complete_screening(work, referral_id, answers, details)
    )
    if errors:
        return _page(screen, work, referral_id, errors)
    return screen.go(
        f"/{work.service}/referrals/{referral_id}", N_("The screening is complete and signed.")
    )


def _filled(screen: Screen) -> tuple[dict[str, str], dict[str, str]]:
    def entered(name: str) -> str:
        return str(screen.form.get(name) or "").strip()[:4000]

    answers = {q.code: entered(q.code) for q in rules.QUESTIONS if entered(q.code)}
    details = {q.code: entered(f"detail-{q.code}") for q in rules.QUESTIONS}
    return answers, {code: text for code, text in details.items() if text}


def _page(screen: Screen, work: Work, referral_id: UUID, errors: Errors | None = None) -> Response:
    reading.require_reader(work)
    referral = work.get(Referral, referral_id)
    work.audit("read-record", referral.patient_id)
    last = screening_of(work, referral_id)
    values = {
        **views.everywhere(work),
        **views.about(work, referral),
        "rules": rules,
        "last": last,
        "signed_by": who_is(work, last.signed_by, referral) if last else "",
        "holds_until": rules.holds_until(last.signed_at.astimezone(work.zone).date())
        if last
        else None,
    }
    return render(screen, "rtms_unit/screening.html", values, errors)
