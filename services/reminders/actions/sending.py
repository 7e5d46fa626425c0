"""Handing mails over: which ones may go now, and which are settled in another way."""

from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy.sql import Select
from sqlmodel import col, select

from services.reminders.actions import invitations, letters
from services.reminders.actions.batches import Batch, read_batch
from services.reminders.actions.holding import is_held
from services.reminders.actions.outcomes import Claimed, doubt, fail
from services.reminders.rules import timing
from services.reminders.tables import (
    APPOINTMENT,
    DIGEST,
    NO_ADDRESS,
    REFUSED,
    SENDING,
    UNWANTED,
    Mail,
    Matter,
    Reminder,
)
from shared import tracing
from shared.access.tables import Member
from shared.tracing import Trace
from shared.work import Work

logger = structlog.get_logger()

TOGETHER = 25
"""So many daily mails are claimed at a time; after a crash as many may be in doubt."""


def is_anything_due(work: Work) -> bool:
    """Whether a mail waits to be handed over, tried again or given up, and none is held back."""
    return work.first(_due(work)) is not None and not is_held(work)


def claim(work: Work) -> list[Claimed] | None:
    """Take what is due first; None when nothing is. Those that may not go are settled on the way.

    Daily mails come in crowds and are taken together, all others alone.
    """
    if is_held(work):
        return None
    first = work.first(_due(work).with_for_update(skip_locked=True))
    if first is None:
        return None
    batch = read_batch(work, [first, *_others(work, first)])
    claimed = [_claimed(work, batch, mail) for mail in batch.mails]
    return [one for one in claimed if one is not None]


def may_still_go(work: Work, claimed: Claimed) -> bool:
    """Look once more, right before the mail goes: nothing in it may have ended since it was taken.

    One of which a copy may have arrived keeps its words as long as anything of it is owed.
    """
    asked = (
        select(Matter.open)
        .join(Reminder, col(Reminder.obligation_id) == col(Matter.obligation_id))
        .where(col(Reminder.mail_id) == claimed.mail_id, col(Reminder.cancelled_at).is_(None))
    )
    found = work.all(asked)
    if not found:  # an appointment reminds of nothing that is owed
        return not invitations.is_overtaken(work, claimed.mail_id)
    return any(found) if claimed.in_doubt else all(found)


def _due(work: Work) -> Select[Any]:
    at = col(Mail.next_try_at)
    urgent_first = col(Mail.urgent).desc()
    return select(Mail).where(at <= work.now).order_by(urgent_first, at, col(Mail.id))


def _others(work: Work, first: Mail) -> Sequence[Mail]:
    if first.kind != DIGEST:
        return []
    more = _due(work).where(col(Mail.kind) == DIGEST, col(Mail.id) != first.id)
    found: Sequence[Mail] = work.all(more.limit(TOGETHER - 1).with_for_update(skip_locked=True))
    return found


def _claimed(work: Work, batch: Batch, mail: Mail) -> Claimed | None:
    """Take this mail, or settle it in another way."""
    mail.changed_at = work.now
    member = _reader(work, batch, mail)
    if member is None or _waits(work, batch, mail, member):
        return None
    try:
        _write(work, batch, mail, member)
    except Exception as error:  # it fails where a person sees it, and blocks nobody
        logger.error("mail.not-written", mail_id=str(mail.id), error=type(error).__name__)
        fail(work, mail, REFUSED, "not-written")
        return None
    return _taken(work, batch, mail, member)


def _reader(work: Work, batch: Batch, mail: Mail) -> Member | None:
    """The member who gets this mail now; None when it was settled in another way."""
    if mail.state == SENDING:
        doubt(work, mail)
        return None
    if mail.kind == APPOINTMENT:
        invitations.settle(work, mail)
    if mail.next_try_at is None:  # what it asks for has ended
        return None
    member = batch.members.get(mail.member_id) if mail.member_id else None
    if member is None or not member.active or not member.email:
        fail(work, mail, NO_ADDRESS, "no-address")
        return None
    if mail.kind == DIGEST and member.id in batch.refusing:
        fail(work, mail, UNWANTED, "unwanted")
        return None
    return member


def _waits(work: Work, batch: Batch, mail: Mail, member: Member) -> bool:
    """Whether it is quiet time, a day off, or the day on which the daily mail has gone."""
    if mail.urgent or mail.asked_by:
        return False
    times, daily = batch.times[member.id], mail.kind == DIGEST
    at = timing.next_slot(work.now, times, daily=daily)
    if daily and batch.told_on.get((member.id, times.day(at)), mail.id) != mail.id:
        at = timing.next_daily(timing.next_day(at, times), times)
    mail.next_try_at = at
    return at > work.now


def _write(work: Work, batch: Batch, mail: Mail, member: Member) -> None:
    if mail.kind == APPOINTMENT:
        invitations.write_if_needed(work, mail)
        return
    lines = batch.lines[mail.id]
    # Mails about one matter hang together; one about several begins a thread of its own.
    about = (lines[0].obligation_id, member.id) if len(lines) == 1 else None
    thread = batch.threads.get(about, "") if about else ""
    letters.write(work, mail, member, lines, batch.matters, thread=thread)


def _taken(work: Work, batch: Batch, mail: Mail, member: Member) -> Claimed:
    before = mail.state
    mail.state, mail.attempts = SENDING, mail.attempts + 1
    mail.next_try_at = work.now + timing.LEASE
    if mail.kind == DIGEST:
        mail.digest_on = mail.digest_on or batch.times[member.id].day(work.now)
        batch.told_on[member.id, mail.digest_on] = mail.id
    return Claimed(
        mail_id=mail.id,
        attempt=mail.attempts,
        message=letters.message_of(work, mail, member),
        trace=None if mail.kind == DIGEST else _trace_of(mail),
        state=before,
        in_doubt=mail.doubts > 0,
    )


def _trace_of(mail: Mail) -> Trace:
    if mail.correlation_id is None:
        return tracing.begin()
    return tracing.continued(mail.correlation_id, mail.traceparent, None)
