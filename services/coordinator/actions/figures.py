"""Who may see which rows, how rows are grouped and filtered, and the numbers above the board."""

from dataclasses import dataclass, fields, replace
from datetime import timedelta
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlmodel import col

from services.coordinator.rules import board
from services.coordinator.rules.board import (
    GROUPS,
    KINDS_SHOWN,
    LATER,
    WAITING,
    Bounds,
    Filters,
)
from services.coordinator.rules.deliveries import STUCK, UNDER_WAY
from services.coordinator.tables import (
    EventDelivery,
    MailState,
    Obligation,
    ReferralState,
    SessionState,
)
from shared.access.viewer import CLINICAL, COORDINATOR, Viewer
from shared.calendar import day_bounds
from shared.errors import NotAllowed
from shared.work import Work

WAITS_TOO_LONG = timedelta(minutes=1)
MOST_BOARDS = 200
"""Statements of boards that are kept, the last used ones."""
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Scope:
    """Whose obligations somebody may see: everybody's, or those of the own units.

    Without a member it is what all of these units see, and nothing that is owed by name.
    """

    member_id: UUID | None
    units: frozenset[str]
    everything: bool

    @classmethod
    def of(cls, viewer: Viewer | None) -> "Scope":
        """The scope of a member, or `NotAllowed` for whoever has no part in the care."""
        if viewer is None:
            raise NotAllowed
        viewer.require(COORDINATOR, *CLINICAL)
        return cls(viewer.member_id, viewer.units, viewer.has(COORDINATOR))

    def mine(self) -> Condition:
        """Owed by or to the own units; for a coordinator also whatever only a person can move."""
        debtor, creditor = col(Obligation.debtor), col(Obligation.creditor)
        own: list[Condition] = [debtor.in_(self.units), creditor.in_(self.units)]
        if self.member_id:
            own.append(col(Obligation.debtor_member) == self.member_id)
        return or_(*own, col(Obligation.told)) if self.everything else or_(*own)

    def visible(self, who: str = "all") -> Condition:
        return literal(True) if self.everything and who == "all" else self.mine()

    def of_unit(self, performer: Any, requester: Any) -> Condition:
        """Referrals and sessions of the own units."""
        if self.everything:
            return literal(True)
        return or_(performer.in_(self.units), requester.in_(self.units))


def in_group(group: str, at: Bounds) -> Condition:
    late = col(Obligation.late_at) <= at.now
    stuck = or_(col(Obligation.told), col(Obligation.urgent))
    begun = col(Obligation.shown_from) <= at.now
    today, soon = (
        and_(not_(late), begun, col(Obligation.late_at) < until)
        for until in (at.tomorrow, at.soon_until)
    )
    return {
        "critical": and_(late, stuck),
        "overdue": and_(late, not_(stuck)),
        "today": today,
        "soon": and_(soon, not_(today)),
        "later": and_(not_(late), or_(not_(begun), col(Obligation.late_at) >= at.soon_until)),
    }[group]


def filtered(filters: Filters, scope: Scope) -> Condition:
    conditions = [scope.visible(filters.who)]
    if filters.kinds:
        conditions.append(is_one_of(filters.kinds))
    if filters.unit:
        units = (col(Obligation.debtor) == filters.unit, col(Obligation.creditor) == filters.unit)
        conditions.append(or_(*units))
    if filters.patient:
        conditions.append(col(Obligation.patient_id) == filters.patient)
    if filters.show == board.REMINDERS:
        failed = select(col(MailState.obligation_id)).where(col(MailState.state) == "failed")
        conditions.append(col(Obligation.id).in_(failed))
    return and_(*conditions)


def _sum(condition: Condition) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def count_obligations(work: Work, filters: Filters, scope: Scope, at: Bounds) -> dict[str, Any]:
    """All numbers about obligations. Each counts its own stretch of an index: few, or quickly."""
    statement = _counting(replace(filters, more="", after=None), scope)
    found = dict(work.session.execute(statement, vars(at)).one()._mapping)
    # What is the same number by its nature is not counted twice: each looks at all that is open.
    found.setdefault("mine", found["everybody"])
    found.setdefault("shown", found["mine" if filters.who == "me" else "everybody"])
    # The largest group by far is what is left over: it need not be counted.
    found[LATER] = found["shown"] - sum(found[group] for group in GROUPS if group != LATER)
    return found


@lru_cache(MOST_BOARDS)
def _counting(filters: Filters, scope: Scope) -> Select[Any]:
    """The statement of a board, which is put together once; the moments come with each look."""
    at = Bounds(*(cast(Any, bindparam(moment.name)) for moment in fields(Bounds)))
    shown, seen, late = filtered(filters, scope), scope.visible(), col(Obligation.late_at)
    asked = {
        **{group: _count(shown, in_group(group, at)) for group in GROUPS if group != LATER},
        "everybody": _count(seen),
        **({"mine": _count(scope.mine())} if scope.everything else {}),
        **({"shown": _count(shown)} if filters.is_narrow else {}),
        "told": _count(seen, late <= at.now, col(Obligation.told).is_(True)),
        **{f"n_{show}": _count(seen, is_one_of(kinds)) for show, kinds in KINDS_SHOWN.items()},
        "waiting_since": _of_open(
            func.min(col(Obligation.since)), seen, is_one_of(KINDS_SHOWN[WAITING])
        ),
    }
    return select(*(figure.label(name) for name, figure in asked.items()))


def _count(*conditions: Condition) -> ScalarSelect[Any]:
    return _of_open(func.count(), *conditions)


def _of_open(figure: Any, *conditions: Condition) -> ScalarSelect[Any]:
    is_open = col(Obligation.state) == "open"
    asked = select(figure).select_from(Obligation).where(is_open, *conditions)
    return asked.scalar_subquery()


def is_one_of(kinds: tuple[str, ...]) -> Condition:
    return col(Obligation.what).in_(kinds)


def count_others(work: Work, scope: Scope) -> dict[str, int]:
    """Today's sessions, deliveries that do not arrive, reminders that failed; if all has begun."""
    begin, end = day_bounds(work.today, work.zone)
    seen = scope.of_unit(col(SessionState.performer), col(SessionState.requester))
    status = col(SessionState.status)
    stuck = select(func.count()).where(is_stuck(work))
    open_ones = select(col(Obligation.id)).where(col(Obligation.state) == "open")
    failed = select(func.count()).where(
        col(MailState.state) == "failed", col(MailState.obligation_id).in_(open_ones)
    )
    begun = exists().where(col(ReferralState.id).is_not(None)).select()
    counted = select(
        _sum(status != "cancelled").label("sessions_today"),
        _sum(status.in_(("completed", "interrupted"))).label("sessions_done"),
        _sum(status == "missed").label("sessions_missed"),
        stuck.scalar_subquery().label("deliveries_stuck"),
        failed.scalar_subquery().label("reminders_failed"),
        begun.scalar_subquery().label("has_begun"),
    ).where(col(SessionState.starts_at) >= begin, col(SessionState.starts_at) < end, seen)
    return dict(work.session.execute(counted).one()._mapping)


def is_stuck(work: Work) -> Condition:
    """Deliveries that need a look: held, failed, or under way for too long."""
    state, since = col(EventDelivery.state), col(EventDelivery.recorded_at)
    too_long = and_(state.in_(UNDER_WAY), since < work.now - WAITS_TOO_LONG)
    return or_(state.in_(STUCK), too_long)
