"""One obligation: its ladder, who was told, what was done about it, and what can be."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from services.coordinator import actions, entries
from services.coordinator.actions import moving, reading
from services.coordinator.actions.centre_ladders import ladder_of
from services.coordinator.actions.history import history, member_in, undoable
from services.coordinator.actions.staffing import days_of, days_of_debtor
from services.coordinator.pages.shown import house
from services.coordinator.rules import board, deeds, ladders, owners
from services.coordinator.rules.owners import Seat
from services.coordinator.tables import Obligation
from shared.access.viewer import COORDINATOR
from shared.errors import Invalid
from shared.i18n import N_
from shared.web import places
from shared.web.doors import ScreenDep, WorkDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()
Errors = Mapping[str, str]
Form = TypeVar("Form", bound=BaseModel)
OFF_THE_BOARD = N_("It is off the board. Until tonight this can be taken back.")
MOVED = N_("Somebody else owes it now. Until tonight this can be taken back.")
PAUSED = N_("Nobody is reminded before that day. Until tonight this can be taken back.")
GOES_ON = N_("It is owed again, where its ladder was left.")


@router.get("/obligations/{obligation_id}")
def show_obligation(obligation_id: UUID, screen: ScreenDep, work: WorkDep) -> Response:
    return _page(screen, work, obligation_id)


@router.post("/obligations/{obligation_id}/remind")
def remind(obligation_id: UUID, screen: ScreenDep, work: WorkDep) -> Response:
    def act(entry: entries.Seen) -> None:
        actions.remind_now(work, obligation_id, entry.version)

    return _decide(screen, work, (obligation_id, "remind"), entries.Seen, act)


@router.post("/obligations/{obligation_id}/settle")
def settle(obligation_id: UUID, screen: ScreenDep, work: WorkDep) -> Response:
    def act(entry: entries.Ending) -> None:
        actions.settle(work, obligation_id, entry.reason, entry.version)

    return _decide(screen, work, (obligation_id, "settle"), entries.Ending, act)


@router.post("/obligations/{obligation_id}/dismiss")
def dismiss(obligation_id: UUID, screen: ScreenDep, work: WorkDep) -> Response:
    def act(entry: entries.Ending) -> None:
        actions.dismiss(work, obligation_id, entry.reason, entry.version)

    return _decide(screen, work, (obligation_id, "dismiss"), entries.Ending, act)


@router.post("/obligations/{obligation_id}/transfer")
def transfer(obligation_id: UUID, screen: ScreenDep, work: WorkDep) -> Response:
    def act(entry: entries.TransferOnPage) -> None:
        seat = _seat(entry.to)
        actions.transfer(work, obligation_id, seat, entry.reason, entry.version)

    return _decide(screen, work, (obligation_id, "transfer"), entries.TransferOnPage, act)


@router.post("/obligations/{obligation_id}/pause")
def pause(obligation_id: UUID, screen: ScreenDep, work: WorkDep) -> Response:
    def act(entry: entries.Pausing) -> None:
        actions.pause_until(work, obligation_id, entry.until, entry.reason, entry.version)

    return _decide(screen, work, (obligation_id, "pause"), entries.Pausing, act)


@router.post("/obligations/{obligation_id}/resume")
def resume(obligation_id: UUID, screen: ScreenDep, work: WorkDep) -> Response:
    def act(entry: entries.Seen) -> None:
        actions.resume_now(work, obligation_id, entry.version)

    return _decide(screen, work, (obligation_id, "resume"), entries.Seen, act)


@router.post("/obligations/{obligation_id}/undo")
def undo(
    obligation_id: UUID, screen: ScreenDep, work: WorkDep, version: int | None = None
) -> Response:
    """A notice carries the version in its address, a page in a field."""

    def act(entry: entries.Seen) -> None:
        seen = version if entry.version is None else entry.version
        actions.take_back(work, obligation_id, seen)

    return _decide(screen, work, (obligation_id, "undo"), entries.Seen, act)


DONE: Mapping[str, str] = {
    "remind": N_("They are reminded now."),
    "settle": OFF_THE_BOARD,
    "dismiss": OFF_THE_BOARD,
    "transfer": MOVED,
    "pause": PAUSED,
    "resume": GOES_ON,
    "undo": N_("It was taken back."),
}


def _decide(
    screen: Screen,
    work: Work,
    asked: tuple[UUID, str],
    form: type[Form],
    act: Callable[[Form], None],
) -> Response:
    """Do it, or show the page as it is now with the reason why not, and what was filled in."""
    obligation_id, verb = asked
    entry, errors = screen.read(form)
    if entry is not None:
        _, errors = screen.attempt(work, lambda: act(entry))
    if errors:
        return _page(screen, work, obligation_id, errors, verb)
    can_undo = verb not in ("remind", "undo")
    return screen.go(
        _onward(screen, obligation_id),
        DONE[verb],
        undo=_undo(work, obligation_id) if can_undo else "",
    )


def _seat(text: str) -> Seat:
    """The unit, and the member if one was chosen."""
    unit, _, member = text.partition(":")
    chosen = board.identifier(member)
    if member and chosen is None:
        raise Invalid(N_("Choose one of the list."), field="to")
    return Seat(unit, chosen)


def _undo(work: Work, obligation_id: UUID) -> str:
    """What takes back this deed, and not the one that a colleague does after it."""
    return f"{_address(obligation_id)}/undo?version={work.get(Obligation, obligation_id).version}"


def _address(obligation_id: UUID) -> str:
    return f"/coordinator/obligations/{obligation_id}"


def _onward(screen: Screen, obligation_id: UUID) -> str:
    """Back to the board from which somebody came, with its filters; else to the obligation."""
    return _board(str(screen.form.get("back", ""))) or _address(obligation_id)


def _board(address: str) -> str:
    """The address of a board, or nothing."""
    ours = address == board.BOARD or address.startswith(f"{board.BOARD}?")
    return places.local(address, "") if ours else ""


def _page(
    screen: Screen,
    work: Work,
    obligation_id: UUID,
    errors: Errors | None = None,
    verb: str = "",
) -> Response:
    work.require(COORDINATOR)
    kept = work.get(Obligation, obligation_id)
    work.audit("read-record", kept.patient_id)
    if errors:
        work.audit("decide-obligation", kept.patient_id, "refused")
    return screen.render(
        "coordinator/obligation.html",
        status=(409 if "" in errors else 422) if errors else 200,
        **house(screen),
        **_ladder(work, kept),
        **_people(work, kept),
        **_row(work, kept),
        back=_board(str(screen.form.get("back", "")) or screen.query.get("back", "")),
        errors=errors or {},
        verb=verb,
        given=screen.form,
    )


def _row(work: Work, kept: Obligation) -> Mapping[str, Any]:
    """The obligation as a row of the board, and its group."""
    row, bounds = reading.read_one(work, kept.id), board.bounds(work.now, days_of(work))
    stuck = kept.told or kept.urgent
    return {
        "row": row,
        "group": board.group_of(kept.late_at, kept.shown_from, stuck, bounds),
        "today": work.today,
    }


def _ladder(work: Work, kept: Obligation) -> Mapping[str, Any]:
    ladder, days = ladder_of(work, kept), days_of_debtor(work, kept)
    return {
        "ladder": ladder,
        "ladder_name": ladders.name_of(kept.what, kept.urgent),
        "rungs": ladders.timetable(ladder, kept.start, days),
    }


def _people(work: Work, kept: Obligation) -> Mapping[str, Any]:
    """What was done and told, by and to whom; and to whom it can be given."""
    lines, mails = history(work, kept.id), reading.mails_of(work, kept.id)
    people = {mail.member_id for mail in mails} | {line.member for line in lines}
    people |= {member_in(line.by) for line in lines} | {member_in(kept.closed_by)}
    people |= {kept.debtor_member, kept.creditor_member, kept.named}
    return {
        "lines": lines,
        "mails": mails,
        "names": reading.names_of(work, {person for person in people if person}),
        "closer": member_in(kept.closed_by),
        "member_in": member_in,
        "can_undo": undoable(work, kept.state, lines),
        "seats": moving.seats(work),
        "deed_words": deeds.WORDS,
        "why_words": owners.WHY,
        "coordination": owners.COORDINATION,
    }
