"""What the mails ask of a person: a clock that jumped, and numbers that do not agree."""

from fastapi import APIRouter, Response

from services.reminders import actions
from shared.i18n import N_
from shared.web.doors import LookDep, ScreenDep, WorkDep

router = APIRouter()


@router.get("/notices")
def show_notices(work: LookDep, screen: ScreenDep) -> Response:
    """A part of the mailbox and of the board; empty as long as nobody has to do anything."""
    return screen.render("reminders/notices.html", asked=actions.asked_of_people(work))


@router.post("/mails/release")
def release(work: WorkDep, screen: ScreenDep) -> Response:
    _, errors = screen.attempt(work, lambda: actions.release(work))
    if errors:
        return screen.go("/reminders/mails", next(iter(errors.values())), kind="info")
    return screen.go("/reminders/mails", N_("Mails go again."))
