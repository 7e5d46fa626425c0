"""Reading the board: a few queries, whatever the amount, and plain rows instead of objects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, literal, select, union_all
from sqlalchemy.orm import aliased
from sqlalchemy.sql import Select, Subquery
from sqlmodel import col

from services.coordinator.actions.figures import (
    Scope,
    count_obligations,
    count_others,
    filtered,
    in_group,
)
from services.coordinator.actions.obligations import days_of
from services.coordinator.actions.outages import Outages, outages_in
from services.coordinator.rules import board
from services.coordinator.rules.board import GROUPS, Bounds, Filters
from services.coordinator.tables import (
    LIVE_STATES,
    AdverseEventState,
    ConcernState,
    CourseState,
    FollowUpState,
    GateState,
    MailState,
    Obligation,
    ReferralState,
    SessionState,
)
from shared.access.tables import Member
from shared.database import table_of
from shared.identifiers import reference
from shared.patients import Patient
from shared.work import Work

_NAMES = "names of the members"


@dataclass(frozen=True)
class Board:
    """Everything that a board shows."""

    groups: Mapping[str, Sequence[Row[Any]]]
    totals: Mapping[str, int]
    figures: Mapping[str, Any]
    names: Mapping[UUID, str]
    outages: Outages


def read_board(work: Work, filters: Filters, scope: Scope) -> Board:
    """The groups with their rows, the numbers above them, and what is down: in five queries."""
    limits = board.bounds(work.now, days_of(work))
    counted = count_obligations(work, filters, scope, limits)
    rows = work.session.execute(_rows(filters, scope, limits)).all()
    return Board(
        groups={group: [row for row in rows if row.group == group] for group in GROUPS},
        totals={group: counted[group] for group in GROUPS},
        figures={**counted, **count_others(work, scope)},
        names=names_in(work, rows),
        outages=outages_in(work),
    )


def _columns() -> Select[Any]:
    """A row of the board with the facts that say why it is there."""
    own = table_of(Obligation).c
    return (
        select(
            *own,
            col(Patient.family),
            col(Patient.given),
            col(Patient.number).label("centre_number"),
            col(Patient.birth_date),
            col(Patient.status).label("patient_status"),
            col(Patient.status_on).label("patient_status_on"),
            col(ReferralState.question),
            col(ReferralState.referrer),
            col(ReferralState.received_at),
            col(ReferralState.held_question),
            col(ReferralState.answered_at),
            col(ReferralState.ended_at),
            col(ReferralState.status).label("referral_status"),
            col(ReferralState.reason_code).label("referral_reason"),
            col(ReferralState.next_step).label("asked_next_step"),
            col(ReferralState.requester),
            col(SessionState.number),
            col(SessionState.starts_at),
            col(SessionState.reason_code).label("session_reason"),
            col(FollowUpState.point),
            col(ConcernState.raised_at),
            col(GateState.gate),
            col(GateState.reason_code).label("gate_reason"),
            col(CourseState.id).label("course_id"),
            col(AdverseEventState.code).label("effect"),
            col(AdverseEventState.severity),
            col(Member.name).label("seen_name"),
            _not_reached(own),
        )
        .outerjoin(Patient, col(Patient.id) == own.patient_id)
        .outerjoin(ReferralState, col(ReferralState.id) == own.referral_id)
        .outerjoin(SessionState, col(SessionState.id) == own.subject)
        .outerjoin(FollowUpState, col(FollowUpState.id) == own.subject)
        .outerjoin(ConcernState, col(ConcernState.id) == own.subject)
        .outerjoin(GateState, col(GateState.id) == own.subject)
        .outerjoin(CourseState, col(CourseState.id) == own.subject)
        .outerjoin(AdverseEventState, col(AdverseEventState.id) == own.subject)
        .outerjoin(Member, col(Member.id) == own.seen_by)
    )


def first_of_each_group(
    filters: Filters, scope: Scope, at: Bounds, most: Mapping[str, int]
) -> Subquery:
    """The first rows of each group, the longest late first: found in the index, not read yet."""
    first = [
        select(col(Obligation.id), literal(group).label("group"))
        .where(col(Obligation.state) == "open", filtered(filters, scope), in_group(group, at))
        .order_by(col(Obligation.late_at), col(Obligation.id))
        .limit(limit)
        .subquery()
        for group, limit in most.items()
    ]
    return union_all(*[select(part) for part in first]).subquery()


def _not_reached(own: Any) -> Any:
    """Whom the last mail about an obligation did not reach; empty when nobody was there at all."""
    mails, other = table_of(MailState).c, aliased(Member)
    newest = (
        select(func.coalesce(other.name, ""))
        .select_from(MailState)
        .outerjoin(other, col(other.id) == mails.member_id)
        .where(mails.obligation_id == own.id, mails.state == "failed")
        .order_by(mails.at.desc())
        .limit(1)
    )
    return newest.scalar_subquery().label("not_reached")


def _rows(filters: Filters, scope: Scope, at: Bounds) -> Any:
    """The first rows of each group, in one query."""
    limits = {group: board.limit_of(group, filters.more) for group in GROUPS}
    found = first_of_each_group(filters, scope, at, limits)
    return (
        _columns()
        .add_columns(found.c.group)
        .join(found, found.c.id == col(Obligation.id))
        .order_by(col(Obligation.late_at), col(Obligation.id))
    )


def is_named(work: Work, scope: Scope) -> bool:
    """Whether this member owes something by name that is not owed by the own units anyway."""
    named = select(literal(True)).where(
        col(Obligation.debtor_member) == scope.member_id,
        col(Obligation.state) == "open",
        col(Obligation.debtor).not_in(scope.units),
    )
    return work.session.execute(named.limit(1)).first() is not None


def read_all(work: Work, filters: Filters, scope: Scope) -> Sequence[Row[Any]]:
    """Every row of a board, for a spreadsheet."""
    shown = _columns().where(col(Obligation.state) == "open", filtered(filters, scope))
    ordered = shown.order_by(col(Obligation.late_at), col(Obligation.id))
    return work.session.execute(ordered).all()


def read_owed(work: Work, patient_id: UUID) -> Sequence[Row[Any]]:
    """What is owed for one patient, most urgent first."""
    shown = _columns().where(
        col(Obligation.patient_id) == patient_id, col(Obligation.state) == "open"
    )
    return work.session.execute(shown.order_by(col(Obligation.late_at))).all()


def read_one(work: Work, obligation_id: UUID) -> Row[Any] | None:
    """One obligation, in whatever state, as a row of the board."""
    return work.session.execute(_columns().where(col(Obligation.id) == obligation_id)).first()


def find_by_reference(work: Work, typed: str, scope: Scope) -> UUID | None:
    """The obligation that a mail or a wall screen calls by this reference, if it is still owed."""
    wanted = board.reference_in(typed)
    if not wanted:
        return None
    live = col(Obligation.state).in_(LIVE_STATES)
    ids = work.session.execute(select(col(Obligation.id)).where(live, scope.visible())).scalars()
    return next((found for found in ids if reference(found) == wanted), None)


def mails_of(work: Work, obligation_id: UUID) -> Sequence[Row[Any]]:
    """What became of the reminders about an obligation, newest first."""
    mails = table_of(MailState)
    chosen = select(mails).where(mails.c.obligation_id == obligation_id)
    return work.session.execute(chosen.order_by(mails.c.at.desc())).all()


def member_in(actor: str) -> UUID | None:
    """The member who acted; None when it was a service, the clock or somebody outside."""
    kind, _, identifier = actor.partition(":")
    return UUID(identifier) if kind == "member" else None


def owed_by_patient(work: Work, patient_ids: Sequence[UUID], scope: Scope) -> dict[UUID, int]:
    """How much is open for each of these patients, of what this member may see."""
    patient_id = col(Obligation.patient_id)
    counted = (
        select(patient_id, func.count())
        .where(patient_id.in_(patient_ids), col(Obligation.state) == "open", scope.visible())
        .group_by(patient_id)
    )
    return {patient: count for patient, count in work.session.execute(counted)}  # noqa: C416 - rows are no pairs to a type checker


def names_in(work: Work, rows: Iterable[Row[Any]]) -> dict[UUID, str]:
    """The names of the members that rows speak of."""
    ids = {i for row in rows for i in (row.debtor_member, row.creditor_member) if i}
    return names_of(work, ids)


def names_of(work: Work, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of these members. The first who asks has the whole team read, which is small."""
    wanted = set(ids)
    if not wanted:
        return {}
    known = work.session.info
    if _NAMES not in known:
        everybody = work.session.execute(select(col(Member.id), col(Member.name)))
        known[_NAMES] = {member_id: name for member_id, name in everybody}  # noqa: C416 - rows are no pairs to a type checker
    return {member_id: known[_NAMES][member_id] for member_id in wanted & known[_NAMES].keys()}
