"""A coordinator gives an obligation to somebody else, or lets it rest until a day."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.sql import Select
from sqlmodel import col, select

from services.coordinator.actions.history import (
    note,
    note_rule,
    still_live,
    to_decide,
    with_reason,
)
from services.coordinator.actions.obligations import appoint, stand
from services.coordinator.actions.staffing import days_of_debtor, staff_of
from services.coordinator.rules import deeds
from services.coordinator.rules.owners import COORDINATION, Seat
from services.coordinator.tables import Obligation, ObligationDeed
from shared.access.tables import Member
from shared.calendar import to_utc
from shared.errors import Invalid, RuleBroken
from shared.i18n import N_
from shared.work import Work


def transfer(
    work: Work, obligation_id: UUID, to: Seat, reason: str, version: int | None = None
) -> None:
    """Let another unit owe it, or one person; dates that were told stay as long as they can."""
    why = with_reason(reason, N_("Say in a few words why somebody else owes it."))
    row = to_decide(work, obligation_id, version)
    still_live(work, row, "open", "paused")
    _check_seat(work, to)
    if to == Seat(row.debtor, row.debtor_member):
        raise RuleBroken(N_("They owe it already."))
    before = {"unit": row.moved_to, "member": str(row.moved_member or "")}
    _move(work, row, to)
    note(work, row, deeds.TRANSFERRED, reason=why, unit=to.unit, member=to.member, before=before)


def _move(work: Work, row: Obligation, to: Seat) -> None:
    by_rule = to == Seat(row.place, row.named)
    row.moved_to, row.moved_member = ("", None) if by_rule else (to.unit, to.member)
    appoint(work, row)


def _check_seat(work: Work, to: Seat) -> None:
    """Only a unit in which somebody works, and a person who works there."""
    staff, units = staff_of(work), may_owe(work)
    if to.unit not in units:
        raise Invalid(N_("Choose one of the list."), field="to")
    if to.unit in staff.closed:
        raise RuleBroken(N_("This unit is closed for good."), field="to")
    if to.unit != COORDINATION and not staff.has_anybody(to.unit):
        raise RuleBroken(N_("Nobody works in this unit."), field="to")
    if to.member and not staff.works_in(to.member, to.unit):
        raise RuleBroken(N_("This person does not work in the unit."), field="to")


def may_owe(work: Work) -> list[str]:
    """The units that something can be given to: those that treat, and the coordination."""
    return [*(plate.name for plate in work.directory.taking_referrals()), COORDINATION]


def seats(work: Work) -> list[tuple[str, list[Member]]]:
    """The units that something can be given to now, each with its members by name."""
    staff = staff_of(work)
    open_ones = [unit for unit in may_owe(work) if unit not in staff.closed]
    members: Sequence[Member] = work.all(select(Member).order_by(col(Member.name)))
    return [
        (unit, [member for member in members if staff.works_in(member.id, unit)])
        for unit in open_ones
        if unit == COORDINATION or staff.has_anybody(unit)
    ]


def pause_until(
    work: Work, obligation_id: UUID, day: date, reason: str, version: int | None = None
) -> None:
    """Nobody is reminded before the morning of that day; the days in between do not count."""
    why = with_reason(reason, N_("Say in a few words why it can wait."))
    row = to_decide(work, obligation_id, version)
    still_live(work, row, "open")
    if not work.today < day <= work.today + timedelta(days=deeds.LONGEST_PAUSE_DAYS):
        raise Invalid(N_("Choose a day after today and within a year."), field="until")
    row.held_until = _morning(work, row, day)
    stand(work, row)
    note(work, row, deeds.PAUSED, reason=why, until=row.held_until)


def _morning(work: Work, row: Obligation, day: date) -> datetime:
    """When the unit that owes it opens on that day, or first after it."""
    days = days_of_debtor(work, row)
    return days.start_of_working_day(to_utc(day, time(0), days.zone))


def resume_now(work: Work, obligation_id: UUID, version: int | None = None) -> None:
    """It is owed again before its day."""
    row = to_decide(work, obligation_id, version)
    still_live(work, row, "open", "paused")
    if row.held_until is None:
        raise RuleBroken(N_("Nobody has paused this."))
    before = {"until": row.held_until.isoformat()}
    row.held_until = None
    stand(work, row)
    note(work, row, deeds.RESUMED, before=before)


def put_back(work: Work, row: Obligation, line: ObligationDeed) -> None:
    """Undo a transfer, a pause or its early end."""
    if line.what == deeds.TRANSFERRED:
        member = line.before["member"]
        row.moved_to = line.before["unit"]
        row.moved_member = UUID(member) if member else None
        appoint(work, row)
        return
    until = line.before.get("until")
    row.held_until = datetime.fromisoformat(until) if until else None
    stand(work, row)


def is_any_pause_over(work: Work) -> bool:
    """Whether the morning has come until which something rests."""
    return work.first(_over(work)) is not None


def resume_next(work: Work) -> bool:
    """Let what rested longest be owed again. Returns whether there was one."""
    row: Obligation | None = work.first(_over(work).with_for_update(skip_locked=True))
    if row is None:
        return False
    row.held_until = None
    stand(work, row)
    note_rule(work, row, deeds.RESUMED, code=deeds.BY_CLOCK)
    return True


def _over(work: Work) -> Select[Any]:
    return (
        select(Obligation)
        .where(col(Obligation.state) == "paused", col(Obligation.held_until) <= work.now)
        .order_by(col(Obligation.held_until))
    )
