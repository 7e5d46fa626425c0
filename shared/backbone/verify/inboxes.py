"""Checks of one inbox: applied in order without a gap, and nothing set aside without a reason."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, outerjoin, select

from shared.backbone.inbox.disputing import still_disputed
from shared.backbone.tables import DONE_STATES, DeadFrame, Disputed, InboxRow, Position
from shared.backbone.verify.findings import Report
from shared.backbone.verify.logs import between
from shared.backbone.verify.snapshots import Snapshot
from shared.database import table_of

_inbox, _position = table_of(InboxRow), table_of(Position)
_disputed, _dead = table_of(Disputed), table_of(DeadFrame)
_done = _inbox.c.state.in_(DONE_STATES)
_applied = (
    select(
        _inbox.c.source,
        _inbox.c.stream,
        func.sum(case((_done, 1), else_=0)).label("many"),
        func.max(case((_done, _inbox.c.delivery_seq), else_=0)).label("last"),
    )
    .group_by(_inbox.c.source, _inbox.c.stream)
    .subquery()
)


def check_inbox(inbox: Snapshot, report: Report) -> None:
    """Everything that the inbox of one service can say alone."""
    _check_positions(inbox, report)
    _check_turns(inbox, report)
    _check_reasons(inbox, report)
    _check_set_aside(inbox, report)
    _check_dead_frames(inbox, report)


def _check_positions(inbox: Snapshot, report: Report) -> None:
    """What is done with are exactly the numbers up to the position: nothing was overtaken."""
    same = and_(_position.c.source == _applied.c.source, _position.c.stream == _applied.c.stream)
    last = func.coalesce(_position.c.last_seq, 0)
    wrong = or_(_applied.c.many != last, _applied.c.last != last)
    found = (
        select(_applied.c.source, _applied.c.stream)
        .select_from(outerjoin(_applied, _position, same))
        .where(wrong)
    )
    never_stored = (
        select(_position.c.source, _position.c.stream)
        .select_from(outerjoin(_position, _applied, same))
        .where(_applied.c.stream.is_(None), _position.c.last_seq > 0)
    )
    for statement in (found, never_stored):
        for source, stream in inbox.rows(statement):
            where = between(source, inbox.service, stream)
            report.problem(f"{where}: the position does not say what was applied")


def _check_turns(inbox: Snapshot, report: Report) -> None:
    """Nothing waits for a turn that has come, or is open and done with at the same time."""
    same = (_position.c.source == _inbox.c.source) & (_position.c.stream == _inbox.c.stream)
    its_turn = _inbox.c.delivery_seq == func.coalesce(_position.c.last_seq, 0) + 1
    held = (
        select(func.count())
        .select_from(outerjoin(_inbox, _position, same))
        .where(_inbox.c.state == "held", its_turn)
    )
    if count := _count(inbox, held):
        report.problem(f"{inbox.service}: {count} events are held although their turn has come")
    torn = or_(
        and_(_done, _inbox.c.open_since.is_not(None)), ~_done & _inbox.c.open_since.is_(None)
    )
    if count := _count(inbox, select(func.count()).select_from(_inbox).where(torn)):
        report.problem(f"{inbox.service}: {count} events are open and done with at the same time")


def _check_reasons(inbox: Snapshot, report: Report) -> None:
    silent: ColumnElement[bool] = and_(_inbox.c.state == "parked", _inbox.c.error == "")
    if count := _count(inbox, select(func.count()).select_from(_inbox).where(silent)):
        report.problem(f"{inbox.service}: {count} events are parked without a reason")
    nameless = and_(
        _inbox.c.state == "skipped", or_(_inbox.c.decided_by == "", _inbox.c.error == "")
    )
    if count := _count(inbox, select(func.count()).select_from(_inbox).where(nameless)):
        report.problem(
            f"{inbox.service}: {count} events were skipped by nobody, or without a reason"
        )
    parked = select(func.count()).select_from(_inbox).where(_inbox.c.state == "parked")
    if count := _count(inbox, parked):
        report.under_way(f"{inbox.service}: {count} events are parked, a person has to look")


def _check_set_aside(inbox: Snapshot, report: Report) -> None:
    counted = select(_disputed.c.source, func.count()).where(still_disputed)
    for source, count in inbox.all(counted.group_by(_disputed.c.source)):
        report.problem(
            f"{inbox.service}: {count} events of {source} came under numbers that others had: "
            f"{source} was set back to an older copy"
        )


def _check_dead_frames(inbox: Snapshot, report: Report) -> None:
    ((count, times),) = inbox.all(select(func.count(), func.sum(_dead.c.times)))
    if count:
        report.notice(f"{inbox.service}: {count} frames could not be read ({times} arrivals)")


def _count(inbox: Snapshot, statement: Any) -> int:
    ((count,),) = inbox.all(statement)
    return int(count)
