"""One obligation: its ladder, who was told, and what a coordinator can do about it."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Response

from services.coordinator import actions, forms
from services.coordinator.actions import reading
from services.coordinator.actions.obligations import days_of
from services.coordinator.pages.shown import house
from services.coordinator.rules import board, ladders
from shared.access.viewer import COORDINATOR
from shared.errors import NotFound
from shared.i18n import N_
from shared.web.doors import ScreenDep, WorkDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()
Errors = Mapping[str, str]


@router.get("/obligations/{obligation_id}")
def show_obligation(obligation_id: UUID, screen: ScreenDep, work: WorkDep) -> Response:
    return _page(screen, work, obligation_id)


@router.post("/obligations/{obligation_id}/remind")
def remind(obligation_id: UUID, screen: ScreenDep, work: WorkDep) -> Response:
    _, errors = screen.attempt(work, lambda: actions.remind_now(work, obligation_id))
    if errors:
        return _page(screen, work, obligation_id, errors)
    return screen.go(_address(obligation_id), N_("They are reminded now."))


@router.post("/obligations/{obligation_id}/settle")
def settle(obligation_id: UUID, screen: ScreenDep, work: WorkDep) -> Response:
    entry, errors = screen.read(forms.Settle)
    if entry is not None:
        _, errors = screen.attempt(work, lambda: actions.settle(work, obligation_id, entry.reason))
    if errors:
        return _page(screen, work, obligation_id, errors)
    return screen.go(
        _address(obligation_id), N_("It is off the board. Until tonight this can be taken back.")
    )


@router.post("/obligations/{obligation_id}/undo")
def undo(obligation_id: UUID, screen: ScreenDep, work: WorkDep) -> Response:
    _, errors = screen.attempt(work, lambda: actions.take_back(work, obligation_id))
    if errors:
        return _page(screen, work, obligation_id, errors)
    return screen.go(_address(obligation_id), N_("It is owed again, where its ladder was left."))


def _address(obligation_id: UUID) -> str:
    return f"/coordinator/obligations/{obligation_id}"


def _page(
    screen: Screen, work: Work, obligation_id: UUID, errors: Errors | None = None
) -> Response:
    work.require(COORDINATOR)
    row = reading.read_one(work, obligation_id)
    if row is None:
        raise NotFound
    work.audit("read-record", row.patient_id)
    ladder, days = ladders.ladder_of(row.what, row.urgent), days_of(work)
    stuck = row.told or row.urgent
    mails = reading.mails_of(work, obligation_id)
    told = {mail.member_id for mail in mails if mail.member_id}
    closer = reading.member_in(row.closed_by)
    return screen.render(
        "coordinator/obligation.html",
        status=409 if errors else 200,
        **house(screen),
        row=row,
        group=board.group_of(row.late_at, row.shown_from, stuck, board.bounds(work.now, days)),
        rungs=ladders.timetable(ladder, row.start, days),
        source=ladder.source,
        mails=mails,
        names={
            **reading.names_in(work, [row]),
            **reading.names_of(work, told | ({closer} if closer else set())),
        },
        closer=closer,
        can_undo=actions.can_be_taken_back(work, row.state, row.closed_at),
        errors=errors or {},
    )
