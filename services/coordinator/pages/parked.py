"""What a coordinator decides about events that a service could not apply."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.coordinator import forms
from services.coordinator.actions import parked
from services.coordinator.pages.ledger import ledger_page
from shared.i18n import N_
from shared.web.doors import ScreenDep, WorkDep

router = APIRouter()
BACK = "/coordinator/ledger"


@router.post("/parked/{event_id}/{subscriber}/retry")
def retry(event_id: UUID, subscriber: str, screen: ScreenDep, work: WorkDep) -> Response:
    _, errors = screen.attempt(work, lambda: parked.retry(work, event_id, subscriber))
    if errors:
        return ledger_page(screen, work, errors)
    return screen.go(BACK, N_("It is tried again now. Look here again in a moment."))


@router.post("/parked/{event_id}/{subscriber}/skip")
def skip(event_id: UUID, subscriber: str, screen: ScreenDep, work: WorkDep) -> Response:
    entry, errors = screen.read(forms.Skip)
    if entry is not None:
        _, errors = screen.attempt(
            work, lambda: parked.skip(work, event_id, subscriber, entry.reason)
        )
    if errors:
        return ledger_page(screen, work, errors)
    return screen.go(BACK, N_("It is passed over. Your reason is kept with your name."))
