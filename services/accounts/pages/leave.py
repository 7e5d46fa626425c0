"""Who is away: one's own leave, that of others for whoever arranges the work, and the deputies."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.accounts import actions, forms
from shared.i18n import N_
from shared.web import places
from shared.web.doors import LookDep, ScreenDep, WorkDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()

SAVED = N_("Saved. Mails and new work go to the deputy on these days.")
NOBODY = N_("Saved. On some of these days nobody stands in: what comes then goes to the others.")


@router.get("/absences")
def overview(work: LookDep, screen: ScreenDep) -> Response:
    return screen.render(
        "accounts/away.html", away=actions.who_is_away(work), members=actions.active_members(work)
    )


@router.get("/members/{member_id}/absences")
def absences(work: LookDep, member_id: UUID, screen: ScreenDep) -> Response:
    return _show(screen, work, member_id)


@router.post("/members/{member_id}/absences")
def enter(work: WorkDep, member_id: UUID, screen: ScreenDep) -> Response:
    return _save(screen, work, member_id, None)


@router.get("/members/{member_id}/absences/{begins}")
def edit(work: LookDep, member_id: UUID, begins: date, screen: ScreenDep) -> Response:
    """The form with this absence; back to the list where somebody removed it meanwhile."""
    if all(away.absence.begins != begins for away in actions.absences_ahead(work, member_id)):
        return screen.go(_place(member_id))
    return _show(screen, work, member_id, begins=begins)


@router.post("/members/{member_id}/absences/{begins}")
def correct(work: WorkDep, member_id: UUID, begins: date, screen: ScreenDep) -> Response:
    return _save(screen, work, member_id, begins)


@router.post("/members/{member_id}/absences/{begins}/remove")
def remove(work: WorkDep, member_id: UUID, begins: date, screen: ScreenDep) -> Response:
    removed = actions.remove_absence(work, member_id, begins)
    undo = f"/accounts/absences/{removed.id}/restore"
    return screen.go(_place(member_id), N_("Removed."), undo=undo)


@router.post("/absences/{removed_id}/restore")
def restore(work: WorkDep, removed_id: UUID, screen: ScreenDep) -> Response:
    member = actions.restore_absence(work, removed_id)
    back = places.local(str(screen.form.get("back", "") or _place(member.id)))
    return screen.go(back, N_("The absence is back as it was."))


def _save(screen: Screen, work: Work, member_id: UUID, instead_of: date | None) -> Response:
    entry, errors = screen.read(forms.AbsenceForm)
    saved = None
    if entry is not None:
        absence = entry.absence()
        saved, errors = screen.attempt(
            work, lambda: actions.enter_absence(work, member_id, absence, instead_of)
        )
    if saved is None:
        return _show(screen, work, member_id, errors, instead_of)
    notice, kind = (NOBODY, "warning") if saved.nobody else (SAVED, "good")
    return screen.go(_place(member_id), notice, kind)


def _place(member_id: UUID) -> str:
    return f"/accounts/members/{member_id}/absences"


def _show(
    screen: Screen,
    work: Work,
    member_id: UUID,
    errors: dict[str, str] | None = None,
    begins: date | None = None,
) -> Response:
    """The list with the form; `begins` names the absence that is being corrected."""
    ahead = actions.absences_ahead(work, member_id)
    shown: dict[str, Any] = {"begins": "", "ends": "", "deputy": ""}
    for away in ahead:
        if away.absence.begins == begins:
            shown = away.absence.model_dump()
    if errors:
        shown = {name: screen.form.get(name, "") for name in shown}
    return screen.render(
        "accounts/absences.html",
        422 if errors else 200,
        member=actions.colleague(work, member_id),
        ahead=ahead,
        colleagues=actions.colleagues(work, member_id),
        removed=actions.removed_since(work, member_id),
        entered=shown,
        correcting=begins,
        errors=errors or {},
        today=work.today,
    )
