"""When people or working days change: whoever owes each open obligation, and when it is due.

An event only writes down what must be looked at again; the clock does it, some rows at a time,
and each morning all owners, because somebody may be away or back.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select
from sqlalchemy.sql import Select
from sqlmodel import col

from services.coordinator.actions.obligations import appoint_by_rule, redate
from services.coordinator.actions.staffing import seat_of, staff_of
from services.coordinator.actions.standing import standing
from services.coordinator.rules.owners import Owner, owner_now
from services.coordinator.tables import Obligation, Redrawing
from shared.events import Event, MemberChanged, UnitChanged
from shared.work import Work

OWNERS, DAYS = "owners", "days:"
AT_ONCE = 500
"""Rows that are looked at in one transaction."""
OWED = ("open", "paused")


def heed(event: Event, work: Work) -> None:
    """Somebody joined, left or is away; a unit has other hours, or closes for good."""
    if isinstance(event, MemberChanged | UnitChanged):
        want(work, OWNERS)
    if isinstance(event, UnitChanged):
        want(work, f"{DAYS}{event.service}")


def want(work: Work, scope: str) -> None:
    """Have it looked at again, from the beginning."""
    row = work.hold(Redrawing, scope)
    if row is None:
        work.session.add(Redrawing(scope=scope))
        work.session.flush()
        return
    row.begun_on, row.done_on = None, None


def is_any_wanted(work: Work) -> bool:
    """Whether something is to be looked at again, or a day has begun."""
    owners = work.session.get(Redrawing, OWNERS)
    return owners is None or work.first(_wanted(work)) is not None


def _wanted(work: Work) -> Select[Any]:
    is_owners, done_on = col(Redrawing.scope) == OWNERS, col(Redrawing.done_on)
    return (
        select(Redrawing)
        .where(or_(~is_owners, done_on.is_(None), done_on != work.today))
        .order_by(col(Redrawing.scope))
    )


def redraw_next(work: Work) -> bool:
    """Look at the next rows again. Returns whether there was anything to look at."""
    if work.session.get(Redrawing, OWNERS) is None:
        want(work, OWNERS)
    wanted: Redrawing | None = work.first(_wanted(work).with_for_update(skip_locked=True))
    if wanted is None:
        return False
    if wanted.begun_on != work.today:  # not half by the people of yesterday
        wanted.begun_on, wanted.after = work.today, None
    next_ones = _owners(work, wanted) if wanted.scope == OWNERS else _days(work, wanted)
    _go_on(work, wanted, next_ones)
    return True


def _owners(work: Work, wanted: Redrawing) -> Sequence[UUID]:
    """Whose owner is not right any more gets the right one; the others are not even locked."""
    staff = staff_of(work)
    rows = work.session.execute(_next(wanted, *_SEATS)).all()
    wrong = [row.id for row in rows if _owner(row) != owner_now(seat_of(row), staff)]
    for row in standing(work, col(Obligation.id).in_(wrong)) if wrong else ():
        appoint_by_rule(work, row)
    return [row.id for row in rows]


_SEATS = [
    col(column)
    for column in (
        *(Obligation.id, Obligation.place, Obligation.named, Obligation.moved_to),
        *(Obligation.moved_member, Obligation.debtor, Obligation.debtor_member),
        Obligation.why_here,
    )
]


def _owner(row: Row[Any]) -> Owner:
    return Owner(row.debtor, row.debtor_member, row.why_here)


def _days(work: Work, wanted: Redrawing) -> Sequence[UUID]:
    """What this unit owes gets its dates anew."""
    of_unit = col(Obligation.debtor) == wanted.scope.removeprefix(DAYS)
    ids = work.session.execute(_next(wanted, col(Obligation.id)).where(of_unit)).scalars().all()
    for row in standing(work, col(Obligation.id).in_(ids)) if ids else ():
        redate(work, row)
    return ids


def _next(wanted: Redrawing, *columns: Any) -> Select[Any]:
    """The next ones in the order of their numbers."""
    chosen = select(*columns).where(col(Obligation.state).in_(OWED))
    if wanted.after:
        chosen = chosen.where(col(Obligation.id) > wanted.after)
    return chosen.order_by(col(Obligation.id)).limit(AT_ONCE)


def _go_on(work: Work, wanted: Redrawing, ids: Sequence[UUID]) -> None:
    if len(ids) == AT_ONCE:
        wanted.after = ids[-1]
    elif wanted.scope == OWNERS:
        wanted.done_on = work.today
    else:
        work.session.delete(wanted)
