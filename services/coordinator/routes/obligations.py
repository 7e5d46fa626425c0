"""JSON for one obligation: where it stands, and what a coordinator does about it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from services.coordinator import actions, entries
from services.coordinator.actions.history import history
from services.coordinator.rules.owners import Seat
from services.coordinator.tables import Obligation
from shared.access.viewer import COORDINATOR
from shared.errors import RuleBroken
from shared.web import sentences
from shared.web.doors import ScreenDep, WorkDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter(prefix="/api/obligations/{obligation_id}")
NOTHING_SEEN = entries.Seen()


class ObligationAnswer(BaseModel):
    """An obligation as it stands now. `version` is asked for by whatever is done with it next."""

    id: UUID
    version: int
    what: str
    state: str
    debtor: str
    debtor_member: UUID | None
    why_here: str
    creditor: str
    since: datetime
    due_at: datetime
    next_step: str
    next_at: datetime | None
    held_until: datetime | None
    settled_as: str


class DeedAnswer(BaseModel):
    """What was done with an obligation, by whom, to whom or until when, and why."""

    at: datetime
    by: str
    what: str
    reason: str
    code: str
    unit: str
    member: UUID | None
    until: datetime | None
    undone_at: datetime | None


class ObligationWhole(ObligationAnswer):
    """An obligation with everything that was done with it, the newest first."""

    deeds: list[DeedAnswer]


Answer = ObligationAnswer | JSONResponse


@router.get("")
def read(obligation_id: UUID, work: WorkDep) -> ObligationWhole:
    """Where it stands, and what was done with it."""
    work.require(COORDINATOR)
    row = work.get(Obligation, obligation_id)
    work.audit("read-record", row.patient_id)
    deeds = [DeedAnswer(**_fields(line, DeedAnswer)) for line in history(work, row.id)]
    return ObligationWhole(**_fields(row, ObligationAnswer), deeds=deeds)


@router.post("/remind", response_model=ObligationAnswer)
def remind(
    obligation_id: UUID,
    screen: ScreenDep,
    work: WorkDep,
    entry: entries.Seen = NOTHING_SEEN,
) -> Answer:
    """Chase whoever owes it, now."""

    def act() -> None:
        actions.remind_now(work, obligation_id, entry.version)

    return _decide(screen, work, obligation_id, act)


@router.post("/settle", response_model=ObligationAnswer)
def settle(obligation_id: UUID, entry: entries.Ending, screen: ScreenDep, work: WorkDep) -> Answer:
    """It was done outside Relais."""

    def act() -> None:
        actions.settle(work, obligation_id, entry.reason, entry.version)

    return _decide(screen, work, obligation_id, act)


@router.post("/dismiss", response_model=ObligationAnswer)
def dismiss(obligation_id: UUID, entry: entries.Ending, screen: ScreenDep, work: WorkDep) -> Answer:
    """It need not be done; it stays ended until what it is about changes."""

    def act() -> None:
        actions.dismiss(work, obligation_id, entry.reason, entry.version)

    return _decide(screen, work, obligation_id, act)


@router.post("/transfer", response_model=ObligationAnswer)
def transfer(
    obligation_id: UUID, entry: entries.Transfer, screen: ScreenDep, work: WorkDep
) -> Answer:
    """Another unit owes it from now on, or one member of it."""

    def act() -> None:
        seat = Seat(entry.unit, entry.member_id)
        actions.transfer(work, obligation_id, seat, entry.reason, entry.version)

    return _decide(screen, work, obligation_id, act)


@router.post("/pause", response_model=ObligationAnswer)
def pause(obligation_id: UUID, entry: entries.Pausing, screen: ScreenDep, work: WorkDep) -> Answer:
    """Nobody is reminded before the morning of that day."""

    def act() -> None:
        actions.pause_until(work, obligation_id, entry.until, entry.reason, entry.version)

    return _decide(screen, work, obligation_id, act)


@router.post("/resume", response_model=ObligationAnswer)
def resume(
    obligation_id: UUID,
    screen: ScreenDep,
    work: WorkDep,
    entry: entries.Seen = NOTHING_SEEN,
) -> Answer:
    """It is owed again before its day."""

    def act() -> None:
        actions.resume_now(work, obligation_id, entry.version)

    return _decide(screen, work, obligation_id, act)


@router.post("/undo", response_model=ObligationAnswer)
def undo(
    obligation_id: UUID,
    screen: ScreenDep,
    work: WorkDep,
    entry: entries.Seen = NOTHING_SEEN,
) -> Answer:
    """Take back what a person did with it last; possible on the same day."""

    def act() -> None:
        actions.take_back(work, obligation_id, entry.version)

    return _decide(screen, work, obligation_id, act)


def _decide(screen: Screen, work: Work, obligation_id: UUID, act: Callable[[], None]) -> Answer:
    """Do it, or say who did what before, with the row as it is now; a refusal leaves a trace."""
    announced = len(work.announced)
    try:
        with work.session.begin_nested():
            act()
    except RuleBroken as refusal:
        del work.announced[announced:]
        row = work.get(Obligation, obligation_id)
        work.audit("decide-obligation", row.patient_id, "refused")
        said = {"detail": sentences.say(refusal, screen.language), "field": refusal.field}
        now = ObligationAnswer(**_fields(row, ObligationAnswer)).model_dump(mode="json")
        return JSONResponse({**said, "now": now}, status_code=refusal.status)
    row = work.get(Obligation, obligation_id)
    return ObligationAnswer(**_fields(row, ObligationAnswer))


def _fields(row: Any, form: type[BaseModel]) -> dict[str, Any]:
    fields: dict[str, Any] = row.model_dump(include=set(form.model_fields))
    return fields
