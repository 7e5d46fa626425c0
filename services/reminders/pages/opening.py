"""What the link of a mail opens: what waits, one button, and the way to where it is done."""

from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from services.reminders import actions
from shared.i18n import N_
from shared.web.doors import LookDep, ScreenDep, WorkDep
from shared.web.screen import Screen
from shared.web.sentences import say
from shared.work import Work

router = APIRouter(prefix="/open")


class TakeCare(BaseModel):
    """What the reader saw when the button was pressed."""

    version: int


@router.get("/{reminder_id}")
def open_reminder(reminder_id: UUID, work: LookDep, screen: ScreenDep) -> Response:
    """The link of a mail. Whoever follows it, machines included, changes nothing."""
    if not actions.is_reminder(work, reminder_id):
        return screen.go(actions.page_of_entry(work, reminder_id))
    return _page(work, screen, reminder_id)


@router.post("/{reminder_id}/acknowledge")
def take_care(reminder_id: UUID, work: WorkDep, screen: ScreenDep) -> Response:
    """Said by a person who is signed in, of what he or she saw; a refusal leaves a trace too."""
    form, errors = screen.read(TakeCare)
    if form is not None:
        refusal = actions.try_to_take_care(work, reminder_id, form.version)
        errors = {"": say(refusal, screen.language)} if refusal else {}
    if errors:
        return _page(work, screen, reminder_id, errors)
    return screen.go(f"/reminders/open/{reminder_id}", N_("The coordinator sees that you do it."))


def _page(
    work: Work, screen: Screen, reminder_id: UUID, errors: dict[str, str] | None = None
) -> Response:
    return screen.render(
        "reminders/open.html",
        status=409 if errors else 200,
        opened=actions.open_reminder(work, reminder_id),
        titles={plate.name: plate for plate in work.directory.plates},
        errors=errors or {},
    )
