"""Handing mails over: claim one, and write down what became of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.sql import Select
from sqlmodel import col, select

from services.reminders.actions.envelopes import envelope_address
from services.reminders.actions.letters import rewrite_if_needed
from services.reminders.actions.planning import lines, opening, withdraw
from services.reminders.rules import timing
from services.reminders.tables import (
    ACCEPTED,
    CANCELLED,
    DEFERRED,
    DUE,
    NO_ADDRESS,
    REFUSED,
    SENDING,
    UNCERTAIN,
    Mail,
    Matter,
    Reminder,
)
from shared import tracing
from shared.access.tables import Member
from shared.events import ReminderFailed, ReminderSent
from shared.mail import Accepted, MailDeferred, MailRefused, Message, NotAccepted
from shared.tracing import Trace
from shared.work import Work

logger = structlog.get_logger()


@dataclass(frozen=True)
class Claimed:
    """A mail that is ours to hand over now, and which try it is."""

    mail_id: UUID
    attempt: int
    message: Message
    trace: Trace


def is_anything_due(work: Work) -> bool:
    """Whether a mail waits to be handed over, tried again or given up."""
    return work.first(_due(work)) is not None


def claim(work: Work) -> Claimed | None:
    """Take the next mail that may go; on the way, settle those that may not."""
    while mail := work.first(_due(work).with_for_update(skip_locked=True)):
        mail.changed_at = work.now
        member = _reader(work, mail)
        claimed = _take_if_possible(work, mail, member) if member is not None else None
        if claimed is not None:
            return claimed
        work.session.flush()
    return None


def record(work: Work, claimed: Claimed, outcome: Accepted | NotAccepted) -> None:
    """Write down what became of a try, unless the mail was meanwhile taken for lost."""
    mail = work.session.get(Mail, claimed.mail_id, with_for_update=True)
    if mail is None or (mail.state, mail.attempts) != (SENDING, claimed.attempt):
        return
    mail.changed_at, mail.server_words = work.now, outcome.words
    if isinstance(outcome, Accepted):
        _accepted(work, mail, outcome)
    elif isinstance(outcome, MailRefused):
        fail(work, mail, REFUSED, "refused")
    elif isinstance(outcome, MailDeferred):
        _put_off(work, mail)
    else:
        _doubt(work, mail)


def _due(work: Work) -> Select[Any]:
    at = col(Mail.next_try_at)
    urgent_first = col(Mail.urgent).desc()
    return select(Mail).where(at <= work.now).order_by(urgent_first, at, col(Mail.id))


def _reader(work: Work, mail: Mail) -> Member | None:
    """The member who gets this mail now; None when it was settled in another way."""
    if mail.state == SENDING:
        _doubt(work, mail)
        return None
    if _nothing_left(work, mail) or _waits_for_the_morning(work, mail):
        return None
    member = work.find(Member, mail.member_id) if mail.member_id else None
    if member is None or not member.active or not member.email:
        fail(work, mail, NO_ADDRESS, "no-address")
        return None
    return member


def _nothing_left(work: Work, mail: Mail) -> bool:
    """Look once more, right before sending, whether what the mail asks for is still owed."""
    closed = [line for line in lines(work, mail) if not work.get(Matter, line.obligation_id).open]
    withdraw(work, closed)
    if not lines(work, mail):
        mail.state, mail.next_try_at = CANCELLED, None
    return mail.state == CANCELLED


def _waits_for_the_morning(work: Work, mail: Mail) -> bool:
    if mail.urgent or mail.asked_by:
        return False
    mail.next_try_at = opening(work, work.now)
    return mail.next_try_at > work.now


def _take_if_possible(work: Work, mail: Mail, member: Member) -> Claimed | None:
    """Take a mail; one that cannot be written fails where a person sees it, and blocks nobody."""
    try:
        with work.session.begin_nested():
            return _take(work, mail, member)
    except Exception as error:
        logger.error("mail.not-written", mail_id=str(mail.id), error=type(error).__name__)
        fail(work, mail, REFUSED, "not-written")
        return None


def _take(work: Work, mail: Mail, member: Member) -> Claimed:
    if mail.state == DUE and not mail.urgent and not mail.asked_by:
        _gather(work, mail)
    rewrite_if_needed(work, mail, member, lines(work, mail))
    mail.state, mail.attempts = SENDING, mail.attempts + 1
    mail.next_try_at = work.now + timing.LEASE
    return Claimed(mail.id, mail.attempts, _message(work, mail, member.name), _trace_of(mail))


def _trace_of(mail: Mail) -> Trace:
    if mail.correlation_id is None:
        return tracing.begin()
    return tracing.continued(mail.correlation_id, mail.traceparent, None)


def _gather(work: Work, mail: Mail) -> None:
    """Put into this mail what is due for the same person at the same time."""
    others = select(Mail).where(
        col(Mail.member_id) == mail.member_id,
        col(Mail.id) != mail.id,
        col(Mail.state) == DUE,
        col(Mail.urgent).is_(False),
        col(Mail.asked_by).is_(None),
        col(Mail.next_try_at) <= work.now + timing.TOGETHER,
    )
    for other in work.all(others.with_for_update(skip_locked=True)):
        of_other = select(Reminder).where(col(Reminder.mail_id) == other.id)
        for line in work.all(of_other):
            line.mail_id = mail.id
        work.session.flush()
        work.session.delete(other)
    work.session.flush()


def _message(work: Work, mail: Mail, name: str) -> Message:
    return Message(
        sender=work.settings.mail_from,
        to=mail.address,
        to_name=name,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=mail.message_id,
        references=mail.thread,
        date=mail.written_at or work.now,
        envelope_from=envelope_address(work, mail.id),
    )


def _accepted(work: Work, mail: Mail, outcome: Accepted) -> None:
    mail.state, mail.kept, mail.next_try_at = ACCEPTED, outcome.kept, None
    for line in lines(work, mail):
        if line.member_id is not None:
            work.announce(
                ReminderSent(
                    patient_id=line.patient_id,
                    reminder_id=line.id,
                    obligation_id=line.obligation_id,
                    member_id=line.member_id,
                )
            )


def fail(work: Work, mail: Mail, state: str, reason_code: str) -> None:
    """Nothing more happens by itself: a person must see it."""
    mail.state, mail.next_try_at = state, None
    for line in lines(work, mail):
        work.announce(
            ReminderFailed(
                patient_id=line.patient_id,
                reminder_id=line.id,
                obligation_id=line.obligation_id,
                member_id=line.member_id,
                reason_code=reason_code,
            )
        )


def _put_off(work: Work, mail: Mail) -> None:
    again = timing.try_again(mail.attempts, mail.written_at or mail.wanted_at, work.now)
    if again is None:
        fail(work, mail, REFUSED, "gave-up")
    else:
        mail.state, mail.next_try_at = DEFERRED, _considerate(work, mail, again)


def _doubt(work: Work, mail: Mail) -> None:
    """It may have arrived or not: once more with the same Message-ID, then a person decides."""
    mail.doubts += 1
    if mail.doubts > 1:
        fail(work, mail, UNCERTAIN, "uncertain")
    else:
        again = work.now + timing.DOUBT
        mail.state, mail.next_try_at = UNCERTAIN, _considerate(work, mail, again)


def _considerate(work: Work, mail: Mail, moment: datetime) -> datetime:
    return moment if mail.urgent or mail.asked_by else opening(work, moment)
