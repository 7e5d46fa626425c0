"""When people or working days change: whoever owes each open obligation, and when it is due.

An event only writes down what must be looked at again; the clock does it, some rows at a time,
and each morning all owners, because somebody may be away or back.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.sql import Select
from sqlmodel import col, or_, select

from services.coordinator.actions.obligations import appoint_by_rule, redate
from services.coordinator.tables import Obligation, Redrawing
from shared.events import Event, MemberChanged, UnitChanged
from shared.work import Work

OWNERS, DAYS = "owners", "days:"
AT_ONCE = 200
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
    row = work.session.get(Redrawing, scope, with_for_update=True)
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
    rows = _rows(work, wanted)
    for row in rows:
        if wanted.scope == OWNERS:
            appoint_by_rule(work, row)
        else:
            redate(work, row)
    _go_on(work, wanted, rows)
    return True


def _rows(work: Work, wanted: Redrawing) -> Sequence[Obligation]:
    """The next ones in the order of their numbers, which everybody locks them in."""
    chosen = select(Obligation).where(col(Obligation.state).in_(OWED))
    if wanted.after:
        chosen = chosen.where(col(Obligation.id) > wanted.after)
    if wanted.scope != OWNERS:
        chosen = chosen.where(col(Obligation.debtor) == wanted.scope.removeprefix(DAYS))
    found: Sequence[Obligation] = work.all(
        chosen.order_by(col(Obligation.id)).limit(AT_ONCE).with_for_update()
    )
    return found


def _go_on(work: Work, wanted: Redrawing, rows: Sequence[Obligation]) -> None:
    if len(rows) == AT_ONCE:
        wanted.after = rows[-1].id
    elif wanted.scope == OWNERS:
        wanted.done_on = work.today
    else:
        work.session.delete(wanted)
