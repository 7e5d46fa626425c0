"""Mails about appointments: planned when something changes, written anew until they go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from services.reminders.actions.invitations import Said, may_show, said_of, write_later
from services.reminders.actions.people import times_of
from services.reminders.rules.invitations import (
    GATHERING,
    Shown,
    is_soon,
    must_tell,
)
from services.reminders.rules.timing import next_talk
from services.reminders.tables import (
    APPOINTMENT,
    DUE,
    SENDING,
    CalendarEntry,
    Mail,
    Notice,
)
from shared.access.members import mail_wishes
from shared.access.tables import Member
from shared.work import Work


@dataclass(frozen=True)
class Change:
    """An entry that is not what it was; None when there was none."""

    entry: CalendarEntry
    was: Shown | None


def tell(work: Work, changes: Sequence[Change]) -> None:
    """Plan what must be told of these changes; what was planned before and is not true is not."""
    people = {change.entry.member_id for change in changes} - {None}
    if not people:
        return
    said = said_of(work, [change.entry.id for change in changes], to_change=True)
    waiting = _waiting(work, people)
    touched: dict[UUID, Mail] = {}
    for change in changes:
        member = work.find(Member, change.entry.member_id) if change.entry.member_id else None
        if member is not None and member.active:
            for mail in _plan(work, change, member, said[change.entry.id], waiting):
                touched[mail.id] = mail
    work.session.flush()
    write_later(work, list(touched.values()))


def tell_anew(work: Work, member_id: UUID) -> None:
    """Write again what waits for a member whose address, language or zone may have changed."""
    member = work.find(Member, member_id)
    unsent = col(Mail.kind) == APPOINTMENT, col(Mail.state) == DUE
    if member is not None and member.active:
        theirs = select(Mail).where(*unsent, col(Mail.member_id) == member_id)
        write_later(work, work.all(theirs.with_for_update()))


def _plan(
    work: Work,
    change: Change,
    member: Member,
    said: Sequence[Said],
    waiting: dict[UUID | None, Mail],
) -> list[Mail]:
    """The mails that must be written anew after this change."""
    entry = change.entry
    now_shown = Shown(entry.starts_at, entry.minutes, entry.state)
    needed = _is_needed(work, now_shown, member, said)
    unsent = [one for one in said if needed and one.is_open and one.mail.state == DUE]
    stale = _withdraw(work, [one for one in said if one.is_open and one not in unsent])
    if not needed:
        return stale
    mail = unsent[0].mail if unsent else waiting.get(member.id)
    if mail is None:
        mail = waiting[member.id] = _new_mail(work, member)
    if not unsent:
        work.add(Notice(mail_id=mail.id, entry_id=entry.id))
    mail.give_up_at = max(mail.give_up_at or now_shown.ends_at, now_shown.ends_at)
    _hurry(work, mail, member, [shown.starts_at for shown in (change.was, now_shown) if shown])
    return [*stale, mail]


def _is_needed(work: Work, now_shown: Shown, member: Member, said: Sequence[Said]) -> bool:
    if now_shown.ends_at <= work.now or not mail_wishes(member).appointments:
        return False
    return must_tell(now_shown, may_show(said))


def _withdraw(work: Work, said: Iterable[Said]) -> list[Mail]:
    """Take what is not true any more out of mails that may still go; those are written anew.

    One that is being sent right now cannot be changed; before its next try it is looked at.
    """
    mails = []
    for one in said:
        one.notice.cancelled_at = work.now
        if not one.may_have_arrived:
            one.notice.starts_at = None
        if one.mail.state != SENDING:
            mails.append(one.mail)
    return mails


def _waiting(work: Work, people: Iterable[UUID | None]) -> dict[UUID | None, Mail]:
    """The mails that what was caused by the same deed goes into: a course is one mail."""
    unsent = select(Mail).where(
        col(Mail.kind) == APPOINTMENT,
        col(Mail.state) == DUE,
        col(Mail.asked_by).is_(None),
        col(Mail.member_id).in_(people),
        col(Mail.correlation_id) == work.correlation,
    )
    return {mail.member_id: mail for mail in work.all(unsent.with_for_update())}


def _new_mail(work: Work, member: Member) -> Mail:
    ready = work.now + GATHERING
    mail = Mail(
        kind=APPOINTMENT,
        member_id=member.id,
        wanted_at=ready,
        next_try_at=next_talk(ready, times_of(work, member)),
        created_at=work.now,
        changed_at=work.now,
        correlation_id=work.correlation,
        traceparent=work.trace.parent,
    )
    work.add(mail)
    work.session.flush()
    return mail


def _hurry(work: Work, mail: Mail, member: Member, moments: Sequence[datetime]) -> None:
    """Do not wait for the morning with what would come too late then."""
    opening = next_talk(work.now + GATHERING, times_of(work, member))
    to_come = [moment for moment in moments if moment > work.now]
    if is_soon(to_come, opening) and not mail.urgent:
        mail.urgent = opening > work.now + GATHERING
        mail.next_try_at = min(mail.next_try_at or opening, work.now + GATHERING)
