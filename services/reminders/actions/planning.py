"""The plan of what will be sent: one mail for each reminder, until it is handed over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from services.reminders.rules import timing
from services.reminders.tables import CANCELLED, DUE, SENDING, UNCERTAIN, Mail, Matter, Reminder
from shared.calendar import is_working_day
from shared.work import Work


@dataclass(frozen=True)
class Occasion:
    """Why somebody is told: a step of the ladder, and the part that he or she has in the matter."""

    step: str
    part: str


def plan(work: Work, matter: Matter, occasion: Occasion, member_id: UUID | None) -> None:
    """Plan a mail to a member, unless the same event has planned it before."""
    news = work.cause.id if work.cause else ""
    key = f"{matter.obligation_id}:{occasion.step}:{member_id}:{news}"
    if work.first(select(Reminder).where(col(Reminder.occurrence_key) == key)):
        return
    _replace_unsent(work, matter.obligation_id, member_id)
    mail = add_mail(work, member_id, matter.urgent)
    work.add(
        Reminder(
            occurrence_key=key,
            mail_id=mail.id,
            obligation_id=matter.obligation_id,
            patient_id=matter.patient_id,
            member_id=member_id,
            step=occasion.step,
            part=occasion.part,
        )
    )


def add_mail(
    work: Work, member_id: UUID | None, urgent: bool, asked_by: UUID | None = None
) -> Mail:
    """A mail that is due; nobody is disturbed at night by one that is not urgent."""
    prompt = urgent or asked_by is not None
    mail = Mail(
        member_id=member_id,
        urgent=urgent,
        wanted_at=work.now,
        next_try_at=work.now if prompt else opening(work, work.now),
        created_at=work.now,
        changed_at=work.now,
        asked_by=asked_by,
        correlation_id=work.correlation,
        traceparent=work.trace.parent,
    )
    work.add(mail)
    work.session.flush()
    return mail


def opening(work: Work, moment: datetime) -> datetime:
    """`moment` itself, or the next working morning of the centre."""
    country = work.settings.country
    return timing.next_opening(moment, work.zone, lambda day: is_working_day(day, country))


def lines(work: Work, mail: Mail) -> list[Reminder]:
    """What a mail reminds of, oldest first, without what was withdrawn."""
    of_mail = select(Reminder).where(col(Reminder.mail_id) == mail.id)
    return list(work.all(of_mail.where(col(Reminder.cancelled_at).is_(None)).order_by("id")))


def withdraw(work: Work, reminders: Iterable[Reminder]) -> None:
    """Take back reminders that were not sent; a mail that reminds of nothing is cancelled."""
    for reminder in reminders:
        mail = work.get(Mail, reminder.mail_id)
        if reminder.cancelled_at is None and mail.next_try_at and mail.state != SENDING:
            reminder.cancelled_at = mail.changed_at = work.now
            work.session.flush()
            _without_it(work, mail)


def _without_it(work: Work, mail: Mail) -> None:
    if not lines(work, mail):
        mail.state, mail.next_try_at = CANCELLED, None
    elif mail.state != UNCERTAIN:
        # It surely never arrived, so it can be written anew with what is left.
        mail.subject = mail.text = mail.html = ""


def _replace_unsent(work: Work, obligation_id: UUID, member_id: UUID | None) -> None:
    """After an outage a person hears the newest word about a matter, not all of them at once."""
    older = (
        select(Reminder)
        .join(Mail, col(Mail.id) == col(Reminder.mail_id))
        .where(
            col(Reminder.obligation_id) == obligation_id,
            col(Reminder.member_id) == member_id,
            col(Mail.state) == DUE,
        )
    )
    withdraw(work, work.all(older))
