"""Each day what was asked for is compared with the ledger: nothing may be missing in silence."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy.sql import Select
from sqlmodel import and_, case, col, or_, select

from services.reminders.actions.holding import is_held
from services.reminders.rules import reconciliation
from services.reminders.tables import ACCEPTED, Mail, Matter, Reconciliation, Reminder
from shared.work import Work

_DAY = timedelta(days=1)


def is_comparison_due(work: Work) -> bool:
    """Whether today's comparison is still to be made."""
    begun = reconciliation.is_time(work.now.astimezone(work.zone).time())
    return begun and work.find(Reconciliation, work.today) is None


def compare(work: Work) -> Reconciliation:
    """Compare, and keep what was found."""
    expected, found = _asked(work), _found(work)
    kept = Reconciliation(
        day=work.today,
        at=work.now,
        expected=expected,
        told=found.get("told", 0),
        waiting=found.get("waiting", 0),
        failed=found.get("failed", 0),
        absent=expected - sum(found.values()),
        overdue=0 if is_held(work) else _overdue(work),
        after_end=_after_end(work),
    )
    if work.find(Reconciliation, work.today) is None:
        work.add(kept)
    return kept


def newest(work: Work) -> Reconciliation | None:
    """The last comparison."""
    found: Reconciliation | None = work.first(
        select(Reconciliation).order_by(col(Reconciliation.day).desc())
    )
    return found


def _is_asked(work: Work) -> ColumnElement[bool]:
    """What is owed, and was asked for long enough ago that a mail must be planned for it."""
    return and_(
        col(Matter.open).is_(True), col(Matter.asked_at) <= work.now - reconciliation.PLANNED_WITHIN
    )


def _asked(work: Work) -> int:
    return _count(work, select(func.count()).select_from(Matter).where(_is_asked(work)))


def _found(work: Work) -> dict[str, int]:
    """How many matters are told, waiting or failed, as the newest word about each stands."""
    newest_word = and_(
        col(Reminder.obligation_id) == col(Matter.obligation_id),
        col(Reminder.step) == col(Matter.step),
        or_(
            col(Reminder.due_at) == col(Matter.due_at), col(Reminder.due_at) == col(Matter.asked_at)
        ),
        col(Reminder.cancelled_at).is_(None),
    )
    # The best that became of it: one of a unit who was told is enough.
    best = func.max(
        case((col(Mail.state) == ACCEPTED, 3), (col(Mail.next_try_at).is_not(None), 2), else_=1)
    )
    each = (
        select(best.label("best"))
        .select_from(Matter)
        .join(Reminder, newest_word)
        .join(Mail, col(Mail.id) == col(Reminder.mail_id))
        .where(_is_asked(work))
        .group_by(col(Matter.obligation_id))
        .subquery()
    )
    counted = select(each.c.best, func.count()).group_by(each.c.best)
    names = {3: "told", 2: "waiting", 1: "failed"}
    return {names[row[0]]: row[1] for row in work.session.execute(counted)}


def _overdue(work: Work) -> int:
    since = work.now - reconciliation.HANDED_OVER_WITHIN
    return _count(work, select(func.count()).where(col(Mail.next_try_at) < since))


def _after_end(work: Work) -> int:
    """Mails of the last day about something that had ended well before they went."""
    gone = (
        select(Mail.id, Mail.sent_at, Matter.closed_at)
        .join(Reminder, col(Reminder.mail_id) == col(Mail.id))
        .join(Matter, col(Matter.obligation_id) == col(Reminder.obligation_id))
        .where(
            col(Mail.sent_at) > work.now - _DAY,
            col(Matter.closed_at) < col(Mail.sent_at),
            col(Reminder.cancelled_at).is_(None),
        )
    )
    rows = work.session.execute(gone)
    return len({row[0] for row in rows if row[1] - row[2] > reconciliation.WINDOW})


def _count(work: Work, asked: Select[Any]) -> int:
    return int(work.session.execute(asked).scalar_one())
