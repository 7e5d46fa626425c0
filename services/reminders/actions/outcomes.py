"""What becomes of a mail that was handed over, or could not be: written down, and told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from services.reminders.actions.people import times_of
from services.reminders.actions.planning import lines_of
from services.reminders.rules import timing
from services.reminders.tables import (
    ACCEPTED,
    DEFERRED,
    DIGEST,
    DUE,
    EXPIRED,
    REFUSED,
    SENDING,
    UNCERTAIN,
    Mail,
    Reminder,
)
from shared.access.tables import Member
from shared.events import ReminderFailed, ReminderSent
from shared.mail import Accepted, MailDeferred, MailRefused, Message, NotAccepted
from shared.tracing import Trace
from shared.work import Work

Lines = Mapping[UUID, Sequence[Reminder]]


@dataclass(frozen=True)
class Claimed:
    """A mail that is ours to hand over now, and which try it is.

    `state` is how it stood before; `in_doubt`: a copy of it may have arrived. A daily mail has
    many causes and belongs to no trace.
    """

    mail_id: UUID
    attempt: int
    message: Message
    trace: Trace | None
    state: str
    in_doubt: bool


@dataclass(frozen=True)
class GivenBack:
    """It was not tried: it is looked at once more before it goes."""


Outcome = Accepted | NotAccepted | GivenBack
"""What became of one try."""


def record(work: Work, tried: Sequence[tuple[Claimed, Outcome]]) -> None:
    """Write down what became of some tries, unless a mail was meanwhile taken for lost."""
    wanted = select(Mail).where(col(Mail.id).in_([one.mail_id for one, _ in tried]))
    found = {mail.id: mail for mail in work.all(wanted.order_by(col(Mail.id)).with_for_update())}
    lines = lines_of(work, found)
    for one, outcome in tried:
        mail = found.get(one.mail_id)
        if mail is not None and (mail.state, mail.attempts) == (SENDING, one.attempt):
            mail.changed_at = work.now
            _settle(work, mail, one, outcome, lines)


def doubt(work: Work, mail: Mail) -> None:
    """It may have arrived or not: once more with the same Message-ID, then a person decides."""
    mail.doubts += 1
    if mail.doubts > 1:
        fail(work, mail, UNCERTAIN, "uncertain")
    else:
        again = work.now + timing.DOUBT
        mail.state, mail.next_try_at = UNCERTAIN, _considerate(work, mail, again)


def fail(work: Work, mail: Mail, state: str, reason_code: str) -> None:
    """Nothing more happens by itself: a person must see it."""
    mail.state, mail.next_try_at = state, None
    for line in lines_of(work, [mail.id]).get(mail.id, []):
        say_failed(work, line, reason_code)


def say_failed(work: Work, line: Reminder, reason_code: str) -> None:
    """Tell the coordinator that somebody was not reached, and why."""
    work.announce(
        ReminderFailed(
            patient_id=line.patient_id,
            reminder_id=line.id,
            obligation_id=line.obligation_id,
            member_id=line.member_id,
            reason_code=reason_code,
        )
    )


def _settle(work: Work, mail: Mail, one: Claimed, outcome: Outcome, lines: Lines) -> None:
    if isinstance(outcome, GivenBack):
        _take_back(work, mail, one)
        return
    mail.server_words = outcome.words
    if isinstance(outcome, Accepted):
        _accepted(work, mail, outcome, lines.get(mail.id, ()))
    elif isinstance(outcome, MailRefused):
        fail(work, mail, REFUSED, "refused")
    elif isinstance(outcome, MailDeferred):
        _put_off(work, mail)
    else:
        doubt(work, mail)


def _take_back(work: Work, mail: Mail, one: Claimed) -> None:
    """As if it had not been taken; it is written anew, unless a copy may have arrived."""
    # Another daily mail may have been begun meanwhile, and only one of a reader is the next.
    begun = mail.kind == DIGEST and one.state == DUE
    mail.state = DEFERRED if begun else one.state
    mail.attempts, mail.next_try_at = mail.attempts - 1, work.now
    if mail.attempts == 0:
        mail.digest_on = None
    if not one.in_doubt and not mail.calendar:
        mail.subject = mail.text = mail.html = ""


def _accepted(work: Work, mail: Mail, outcome: Accepted, lines: Sequence[Reminder]) -> None:
    mail.state, mail.kept, mail.next_try_at, mail.sent_at = ACCEPTED, outcome.kept, None, work.now
    for line in lines:
        if line.member_id is not None:
            work.announce(
                ReminderSent(
                    patient_id=line.patient_id,
                    reminder_id=line.id,
                    obligation_id=line.obligation_id,
                    member_id=line.member_id,
                )
            )


def _put_off(work: Work, mail: Mail) -> None:
    since = mail.written_at or mail.wanted_at
    again = timing.try_again(mail.attempts, since, work.now, mail.give_up_at)
    if again is None:
        fail(work, mail, EXPIRED, "expired")
    else:
        mail.state, mail.next_try_at = DEFERRED, _considerate(work, mail, again)


def _considerate(work: Work, mail: Mail, moment: datetime) -> datetime:
    """Quiet time counts for another try as well."""
    member = work.find(Member, mail.member_id) if mail.member_id else None
    if member is None or mail.urgent or mail.asked_by:
        return moment
    return timing.next_talk(moment, times_of(work, member))
