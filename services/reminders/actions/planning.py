"""The plan of what will be sent: one logical message for each reason, in the mail it goes with."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from services.reminders.actions.people import Recipient, manners_of, times_of
from services.reminders.rules import pace, timing
from services.reminders.rules.pace import Pace
from services.reminders.tables import (
    CANCELLED,
    DEFERRED,
    DIGEST,
    DUE,
    MAIL,
    SENDING,
    SINGLE,
    UNCERTAIN,
    Mail,
    Matter,
    Reminder,
)
from shared.access.tables import Member
from shared.database import insert_new
from shared.work import Work


@dataclass(frozen=True)
class Occasion:
    """Why somebody is told: a step of the ladder, the part in the matter, and for which date.

    The date of the first word is that of the matter, the date of a step is when it was taken.
    """

    step: str
    part: str
    due_at: datetime
    by_hand: bool = False
    channel: str = MAIL


def plan(work: Work, matter: Matter, occasion: Occasion, to: Recipient) -> None:
    """Plan that somebody is told by a channel, unless the same was planned before."""
    member_id = to.member.id if to.member else None
    key = _key(matter, occasion, member_id)
    known = work.first(select(Reminder).where(col(Reminder.occurrence_key) == key))
    if known is not None and known.cancelled_at is None:
        return
    _replace_unsent(work, matter.obligation_id, member_id, occasion.channel)
    mail = _mail_for(work, to.member, _pace(work, matter, occasion, to.member))
    if known is not None:  # it was taken back before it went, and is asked for again
        known.mail_id, known.cancelled_at = mail.id, None
        return
    work.add(
        Reminder(
            occurrence_key=key,
            mail_id=mail.id,
            obligation_id=matter.obligation_id,
            patient_id=matter.patient_id,
            member_id=member_id,
            instead_of=to.instead_of,
            channel=occasion.channel,
            step=occasion.step,
            part=occasion.part,
            due_at=occasion.due_at,
        )
    )


def add_mail(
    work: Work,
    member_id: UUID | None,
    urgent: bool,
    asked_by: UUID | None = None,
    *,
    kind: str = SINGLE,
    at: datetime | None = None,
) -> Mail:
    """A mail that is due now, or at a moment."""
    mail = Mail(
        kind=kind,
        member_id=member_id,
        urgent=urgent,
        wanted_at=at or work.now,
        next_try_at=at or work.now,
        created_at=work.now,
        changed_at=work.now,
        asked_by=asked_by,
        correlation_id=work.correlation,
        traceparent=work.trace.parent,
    )
    work.add(mail)
    work.session.flush()
    return mail


def lines(work: Work, mail: Mail) -> list[Reminder]:
    """What a mail reminds of, oldest first, without what was withdrawn."""
    return lines_of(work, [mail.id]).get(mail.id, [])


def lines_of(work: Work, mail_ids: Collection[UUID]) -> dict[UUID, list[Reminder]]:
    """The same for some mails in one go."""
    of_mails = select(Reminder).where(col(Reminder.mail_id).in_(mail_ids))
    found: dict[UUID, list[Reminder]] = {}
    for line in work.all(of_mails.where(col(Reminder.cancelled_at).is_(None)).order_by("id")):
        found.setdefault(line.mail_id, []).append(line)
    return found


def withdraw(work: Work, reminders: Sequence[Reminder]) -> None:
    """Take back reminders that were not sent; a mail that reminds of nothing is cancelled."""
    ids = {reminder.mail_id for reminder in reminders if reminder.cancelled_at is None}
    if not ids:
        return
    mails = locked(work, ids)
    open_ones = {i for i, m in mails.items() if m.next_try_at and m.state != SENDING}
    for reminder in reminders:
        if reminder.mail_id in open_ones:
            reminder.cancelled_at = mails[reminder.mail_id].changed_at = work.now
    work.session.flush()
    left = lines_of(work, open_ones)
    for mail_id in open_ones:
        _without_them(mails[mail_id], any_left=mail_id in left)


def locked(work: Work, ids: Collection[UUID]) -> dict[UUID, Mail]:
    """These mails as they are now: none of them is taken to be sent before this work is done."""
    wanted = select(Mail).where(col(Mail.id).in_(ids)).order_by(col(Mail.id)).with_for_update()
    found = work.all(wanted.execution_options(populate_existing=True))
    return {mail.id: mail for mail in found}


def _without_them(mail: Mail, *, any_left: bool) -> None:
    if not any_left:
        mail.state, mail.next_try_at = CANCELLED, None
    elif mail.state != UNCERTAIN:
        # It surely never arrived, so it can be written anew with what is left.
        mail.subject = mail.text = mail.html = ""


def _key(matter: Matter, occasion: Occasion, member_id: UUID | None) -> str:
    date = occasion.due_at.isoformat()
    return f"{matter.obligation_id}:{occasion.step}:{member_id}:{occasion.channel}:{date}"


def _replace_unsent(work: Work, obligation_id: UUID, member_id: UUID | None, channel: str) -> None:
    """After an outage a person hears the newest word about a matter, not all of them at once."""
    older = (
        select(Reminder)
        .join(Mail, col(Mail.id) == col(Reminder.mail_id))
        .where(
            col(Reminder.obligation_id) == obligation_id,
            col(Reminder.member_id) == member_id,
            col(Reminder.channel) == channel,
            col(Mail.state).in_((DUE, DEFERRED)),
        )
    )
    withdraw(work, work.all(older))


def _pace(work: Work, matter: Matter, occasion: Occasion, member: Member | None) -> Pace:
    zone = times_of(work, member).zone if member else work.zone
    return pace.pace_of(
        occasion.step,
        manners_of(work, member),
        urgent=matter.urgent,
        for_today=timing.is_for_today(matter.due_at, work.now, zone),
        by_hand=occasion.by_hand,
    )


def _mail_for(work: Work, member: Member | None, how: Pace) -> Mail:
    """The mail that says it: one of its own, or the one that the person gets anyway."""
    # What was announced while Relais was away was wanted then, and is late now.
    wanted = min(work.said_at, work.now)
    if member is None or how == pace.AT_ONCE:
        return add_mail(work, member.id if member else None, how == pace.AT_ONCE, at=wanted)
    times = times_of(work, member)
    if how == pace.DAILY:
        return _daily(work, member.id, timing.next_daily(wanted, times))
    at = timing.next_talk(wanted, times)
    return _waiting(work, member.id, SINGLE) or add_mail(work, member.id, False, at=at)


def _daily(work: Work, member_id: UUID, at: datetime) -> Mail:
    """The next daily mail of a member; there is only one, however many plan at the same time."""
    while (found := _waiting(work, member_id, DIGEST)) is None:
        planned = Mail(
            kind=DIGEST,
            member_id=member_id,
            wanted_at=at,
            next_try_at=at,
            created_at=work.now,
            changed_at=work.now,
        )
        insert_new(work.session.connection(), Mail, [planned.model_dump()])
    return found


def _waiting(work: Work, member_id: UUID, kind: str) -> Mail | None:
    """A mail of this kind that the member gets anyway, and that nobody has begun to send."""
    wanted = select(Mail).where(
        col(Mail.member_id) == member_id,
        col(Mail.kind) == kind,
        col(Mail.state) == DUE,
        col(Mail.urgent).is_(False),
        col(Mail.asked_by).is_(None),
    )
    found: Mail | None = work.first(wanted.order_by(col(Mail.id)).with_for_update())
    return found
