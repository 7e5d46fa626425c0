"""Mails that are looked at together: what each reminds of, for whom, and what is still owed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import and_, col, or_, select

from services.reminders.actions.outcomes import say_failed
from services.reminders.actions.people import is_still_concerned, times_of
from services.reminders.actions.planning import lines_of, withdraw
from services.reminders.rules import timing
from services.reminders.rules.timing import Times
from services.reminders.tables import (
    ACCEPTED,
    APPOINTMENT,
    CANCELLED,
    DEFERRED,
    DIGEST,
    DUE,
    SENDING,
    Mail,
    Matter,
    NoDigest,
    Reminder,
)
from shared.access.tables import Member
from shared.work import Work

Lines = dict[UUID, list[Reminder]]
"""What each mail reminds of."""


@dataclass(frozen=True)
class Gathering:
    """The mails that are left, and the reminders that should have gone while Relais was away."""

    mails: list[Mail]
    missed: set[UUID]


@dataclass
class Batch:
    """Some mails that are due, with all that must be known to write them."""

    mails: list[Mail]
    members: dict[UUID, Member]
    lines: Lines
    matters: dict[UUID, Matter]
    times: dict[UUID, Times]
    refusing: set[UUID]
    """Members who take no daily mails."""
    told_on: dict[tuple[UUID, date], UUID]
    """Which daily mail has gone to a member on a day, or is about to."""
    threads: dict[tuple[UUID, UUID | None], str]
    """Message-ID of the first mail about a matter to a member."""


def read_batch(work: Work, mails: list[Mail]) -> Batch:
    """All about these mails; what waits for the same person is one mail now."""
    members = _members(work, mails)
    times = {member_id: times_of(work, member) for member_id, member in members.items()}
    gathering = _gather(work, mails, times)
    lines = lines_of(work, [mail.id for mail in gathering.mails])
    matters = _matters(work, lines)
    lines = _without_what_ended(work, lines, matters, members)
    missed = [line for found in lines.values() for line in found if line.id in gathering.missed]
    say_missed(work, missed)
    return Batch(
        mails=gathering.mails,
        members=members,
        lines=lines,
        matters=matters,
        times=times,
        refusing=_refusing(work, members),
        told_on=_told_on(work, members),
        threads=_threads(work, lines),
    )


def _members(work: Work, mails: Iterable[Mail]) -> dict[UUID, Member]:
    wanted = select(Member).where(col(Member.id).in_({mail.member_id for mail in mails}))
    return {member.id: member for member in work.all(wanted)}


def _matters(work: Work, lines: Lines) -> dict[UUID, Matter]:
    ids = {line.obligation_id for found in lines.values() for line in found}
    wanted = select(Matter).where(col(Matter.obligation_id).in_(ids))
    return {matter.obligation_id: matter for matter in work.all(wanted)}


def _without_what_ended(
    work: Work, lines: Lines, matters: dict[UUID, Matter], members: dict[UUID, Member]
) -> Lines:
    """Look once more, right before sending, what is still owed, and by whom."""

    def ended(line: Reminder) -> bool:
        matter = matters[line.obligation_id]
        member = members.get(line.member_id) if line.member_id else None
        replaced = member is not None and not is_still_concerned(
            member, matter, line.part, stands_in=line.instead_of is not None
        )
        return not matter.open or (replaced and member is not None and member.active)

    withdraw(work, [line for found in lines.values() for line in found if ended(line)])
    return {
        mail_id: [line for line in found if line.cancelled_at is None]
        for mail_id, found in lines.items()
    }


def _refusing(work: Work, members: Iterable[UUID]) -> set[UUID]:
    refusals = select(NoDigest.member_id).where(col(NoDigest.member_id).in_(set(members)))
    return set(work.all(refusals))


def _told_on(work: Work, members: Iterable[UUID]) -> dict[tuple[UUID, date], UUID]:
    """The daily mails that these readers had yesterday and today (of somebody)."""
    gone = select(col(Mail.member_id), col(Mail.digest_on), col(Mail.id)).where(
        col(Mail.member_id).in_(set(members)),
        col(Mail.digest_on) >= work.now.date() - timedelta(days=1),
    )
    return {(row[0], row[1]): row[2] for row in work.session.execute(gone)}


def _threads(work: Work, lines: Lines) -> dict[tuple[UUID, UUID | None], str]:
    """The first mail about the same matter to the same person; none when there are several."""
    alone = {found[0].obligation_id for found in lines.values() if len(found) == 1}
    earlier = (
        select(Reminder.obligation_id, Reminder.member_id, Mail.message_id)
        .join(Mail, col(Reminder.mail_id) == col(Mail.id))
        .where(col(Reminder.obligation_id).in_(alone), col(Mail.state) == ACCEPTED)
        .order_by(col(Mail.id).desc())
    )
    return {(row[0], row[1]): row[2] for row in work.session.execute(earlier)} if alone else {}


def say_missed(work: Work, lines: Iterable[Reminder]) -> None:
    """Relais was away when these should have gone: the coordinator is told, once."""
    for line in lines:
        if line.missed_at is None:
            line.missed_at = work.now
            say_failed(work, line, "missed")


def _gather(work: Work, mails: list[Mail], times: dict[UUID, Times]) -> Gathering:
    """A daily mail takes along whatever else waits for its reader; so does what was missed."""
    for mail in mails:
        _plan_anew(mail, times)
    waiting = _waiting_for(work, {mail.member_id for mail in mails if _takes_along(work, mail)})
    missed = {mail.id for mail in [*mails, *waiting] if _was_missed(work, mail)}
    lines = {line.id for found in lines_of(work, missed).values() for line in found}
    carriers: dict[UUID | None, Mail] = {}
    for mail in sorted(waiting, key=_best_first):
        carriers.setdefault(mail.member_id, mail)
    for carrier in carriers.values():
        carrier.kind = DIGEST
        carrier.next_try_at = min(carrier.next_try_at or work.now, work.now)
    gone = {mail.id: mail for mail in waiting if mail is not carriers[mail.member_id]}
    _put_into(work, carriers, gone)
    left = {mail.id: mail for mail in [*mails, *carriers.values()] if mail.id not in gone}
    return Gathering(list(left.values()), lines)


def _best_first(mail: Mail) -> tuple[bool, bool, UUID]:
    """The daily mail that is next carries the rest, or else the oldest does."""
    return (mail.kind != DIGEST, mail.state != DUE, mail.id)


def _was_missed(work: Work, mail: Mail) -> bool:
    if mail.state != DUE or mail.attempts or mail.kind == APPOINTMENT:
        return False
    return timing.is_missed(mail.wanted_at, work.now)


def _plan_anew(mail: Mail, times: dict[UUID, Times]) -> None:
    """Leave, hours and wishes may have changed since a mail was planned."""
    own = times.get(mail.member_id) if mail.member_id else None
    if own and _waits_politely(mail) and mail.attempts == 0:
        mail.wanted_at = timing.next_slot(mail.wanted_at, own, daily=mail.kind == DIGEST)


def _waits_politely(mail: Mail) -> bool:
    return not (mail.urgent or mail.asked_by or mail.kind == APPOINTMENT or mail.state == SENDING)


def _takes_along(work: Work, mail: Mail) -> bool:
    if mail.member_id is None or mail.state != DUE or not _waits_politely(mail):
        return False
    return mail.kind == DIGEST or timing.is_missed(mail.wanted_at, work.now)


def _waiting_for(work: Work, readers: set[UUID | None]) -> Sequence[Mail]:
    """What is not urgent and waits for these people; put off only what is a daily mail."""
    if not readers:
        return []
    waits = or_(
        and_(col(Mail.state) == DUE, col(Mail.kind) != APPOINTMENT),
        and_(col(Mail.state) == DEFERRED, col(Mail.kind) == DIGEST),
    )
    wanted = select(Mail).where(
        col(Mail.member_id).in_(readers),
        col(Mail.urgent).is_(False),
        col(Mail.asked_by).is_(None),
        col(Mail.doubts) == 0,
        waits,
    )
    found: Sequence[Mail] = work.all(
        wanted.order_by(col(Mail.id)).with_for_update(skip_locked=True)
    )
    return found


def _put_into(work: Work, carriers: dict[UUID | None, Mail], gone: dict[UUID, Mail]) -> None:
    """Move what these mails remind of; one that was never tried need not be kept."""
    for line in work.all(select(Reminder).where(col(Reminder.mail_id).in_(gone))) if gone else []:
        mail = gone[line.mail_id]
        carrier = carriers[mail.member_id]
        carrier.wanted_at = min(carrier.wanted_at, mail.wanted_at)
        carrier.subject = carrier.text = carrier.html = ""
        if line.cancelled_at is None or mail.attempts == 0:
            line.mail_id = carrier.id
    work.session.flush()
    for mail in gone.values():
        if mail.attempts == 0:
            work.session.delete(mail)
        else:
            mail.state, mail.next_try_at, mail.digest_on = CANCELLED, None, None
    work.session.flush()
