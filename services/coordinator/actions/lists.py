"""Every referral and every session of the house, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, tuple_
from sqlalchemy.sql import Select
from sqlmodel import col

from services.coordinator.actions.figures import Scope
from services.coordinator.rules.board import Filters
from services.coordinator.tables import ReferralState, SessionState
from shared.calendar import day_bounds
from shared.database import table_of
from shared.patients import Patient
from shared.work import Work

PAGE = 50


@dataclass(frozen=True)
class Listed:
    """One page of a list; `after` leads to the next one."""

    rows: Sequence[Row[Any]]
    after: UUID | None = None


def referrals(work: Work, filters: Filters, scope: Scope) -> Listed:
    """Referrals of all disciplines, newest first."""
    seen = scope.of_unit(col(ReferralState.performer), col(ReferralState.requester))
    chosen = _with_patient(ReferralState).where(seen)
    if filters.unit:
        chosen = chosen.where(col(ReferralState.performer) == filters.unit)
    if filters.state:
        chosen = chosen.where(col(ReferralState.status) == filters.state)
    if filters.patient:
        chosen = chosen.where(col(ReferralState.patient_id) == filters.patient)
    return _page(work, chosen, ReferralState, col(ReferralState.requested_at), filters.after)


def sessions(work: Work, filters: Filters, scope: Scope) -> Listed:
    """Sessions of all disciplines: those of today by the clock, else the latest first."""
    seen = scope.of_unit(col(SessionState.performer), col(SessionState.requester))
    chosen = _with_patient(SessionState).where(seen)
    if filters.unit:
        chosen = chosen.where(col(SessionState.performer) == filters.unit)
    if filters.state:
        chosen = chosen.where(col(SessionState.status) == filters.state)
    if filters.patient:
        chosen = chosen.where(col(SessionState.patient_id) == filters.patient)
    if filters.day == "today":
        begin, end = day_bounds(work.today, work.zone)
        starts_at = col(SessionState.starts_at)
        chosen = chosen.where(starts_at >= begin, starts_at < end).order_by(starts_at)
        return Listed(work.session.execute(chosen).all())
    return _page(work, chosen, SessionState, col(SessionState.starts_at), filters.after)


def _with_patient(table: type[ReferralState] | type[SessionState]) -> Select[Any]:
    return select(
        *table_of(table).c,
        col(Patient.family),
        col(Patient.given),
        col(Patient.number).label("centre_number"),
        col(Patient.birth_date),
    ).outerjoin(Patient, col(Patient.id) == col(table.patient_id))


def _page(
    work: Work,
    chosen: Select[Any],
    table: type[ReferralState] | type[SessionState],
    moment: Any,
    after: UUID | None,
) -> Listed:
    """The rows after a known one; the time and the identifier together never tie."""
    order = tuple_(moment, col(table.id))
    known = select(moment).where(col(table.id) == after)
    if after and (last := work.first(known)) is not None:
        chosen = chosen.where(order < tuple_(last, after))
    rows = work.session.execute(
        chosen.order_by(moment.desc(), col(table.id).desc()).limit(PAGE + 1)
    ).all()
    return Listed(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)
