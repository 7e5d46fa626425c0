"""The mail ledger: what was sent to whom, what became of it, and sending again."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, true
from sqlmodel import col, select

from services.reminders.actions.filing import (
    TASK,
    about_appointments,
    resend_appointments,
)
from services.reminders.actions.planning import add_mail, lines, locked
from services.reminders.rules import timing, wording
from services.reminders.tables import (
    ACCEPTED,
    APPOINTMENT,
    CANCELLED,
    KEPT,
    SENDING,
    SINGLE,
    Mail,
    Matter,
    Reminder,
)
from shared.access.members import name_of
from shared.access.viewer import ADMINISTRATOR, COORDINATOR
from shared.errors import NotFound, RuleBroken
from shared.i18n import N_
from shared.work import Work

PAGE_SIZE = 50


@dataclass(frozen=True)
class About:
    """One thing that a mail reminds of, without anything about the patient."""

    reminder_id: UUID
    reference: str
    task: str
    reason: str


@dataclass(frozen=True)
class Filed:
    """A mail of the ledger, with the name of its reader and what it is about."""

    mail: Mail
    to: str
    about: list[About]
    late: timedelta = timedelta(0)
    """How late it went, or is by now; nothing while it counts as on time."""


def list_mails(work: Work, state: str = "", before: UUID | None = None) -> list[Filed]:
    """The newest mails that this member may see, or those that are older than one of them.

    `state` is one of the states, or `kept`: accepted by nobody else.
    """
    wanted = select(Mail).where(_may_see(work)).order_by(col(Mail.id).desc()).limit(PAGE_SIZE)
    if state:
        kept = state == KEPT
        actual = ACCEPTED if kept else state
        wanted = wanted.where(col(Mail.state) == actual, col(Mail.kept).is_(kept))
    if before:
        wanted = wanted.where(col(Mail.id) < before)
    mails = work.all(wanted)
    about = _about(work, [mail.id for mail in mails])
    return [_filed(work, mail, about[mail.id]) for mail in mails]


def count_by_state(work: Work) -> dict[str, int]:
    """How many mails stand in each state, of those that this member may see."""
    counted = select(Mail.state, Mail.kept, func.count()).where(_may_see(work))
    rows = work.session.execute(counted.group_by(col(Mail.state), col(Mail.kept)))
    return {KEPT if row[1] else row[0]: row[2] for row in rows}


def read(work: Work, mail_id: UUID) -> Filed:
    """One mail, or `NotFound`."""
    mail = work.first(select(Mail).where(_may_see(work), col(Mail.id) == mail_id))
    if mail is None:
        raise NotFound
    return _filed(work, mail, _about(work, [mail.id])[mail.id])


def resend(work: Work, mail_id: UUID) -> UUID:
    """Send a mail now: once more when its fate is sealed, else without waiting any longer."""
    mail = locked(work, [read(work, mail_id).mail.id]).get(mail_id)
    if mail is None:  # meanwhile put into another one
        raise NotFound
    if mail.kind == APPOINTMENT:
        return resend_appointments(work, mail)
    still_owed = _still_owed(work, mail)
    _check_sendable(mail, still_owed)
    for reminder in still_owed:
        work.audit("resend-mail", reminder.patient_id)
    asked_by = work.viewer.member_id if work.viewer else None
    if mail.next_try_at is not None:
        _hurry(work, mail, asked_by)
        return mail.id
    again = add_mail(work, mail.member_id, mail.urgent, asked_by)
    for reminder in still_owed:
        work.add(_again(reminder, again))
    return again.id


def _hurry(work: Work, mail: Mail, asked_by: UUID | None) -> None:
    """It waits no longer; a daily mail that was never tried is no daily mail any more.

    Else it would stand in the way of the next one, or be the second of its day.
    """
    if mail.digest_on is None:
        mail.kind = SINGLE
    mail.next_try_at, mail.asked_by, mail.changed_at = work.now, asked_by, work.now


def _filed(work: Work, mail: Mail, about: list[About]) -> Filed:
    late = timing.late_by(mail.wanted_at, mail.sent_at or work.now)
    waits_or_went = mail.next_try_at is not None or mail.sent_at is not None
    name = name_of(work, mail.member_id)
    return Filed(mail, name, about, late if waits_or_went else timedelta(0))


def _may_see(work: Work) -> ColumnElement[bool]:
    """Coordinators and administrators see every mail, all others their own."""
    if work.viewer is None or work.viewer.has(COORDINATOR, ADMINISTRATOR):
        return true()
    return col(Mail.member_id) == work.viewer.member_id


def _about(work: Work, mail_ids: Sequence[UUID]) -> dict[UUID, list[About]]:
    found: dict[UUID, list[About]] = defaultdict(list)
    wanted = (
        select(Reminder, Matter.what)
        .join(Matter, col(Matter.obligation_id) == col(Reminder.obligation_id))
        .where(col(Reminder.mail_id).in_(mail_ids))
        .order_by(col(Reminder.id))
    )
    for reminder, what in work.session.execute(wanted):
        found[reminder.mail_id].append(
            About(
                reminder_id=reminder.id,
                reference=wording.reference(reminder.obligation_id),
                task=wording.task(what),
                reason=wording.reason(reminder.step, reminder.part),
            )
        )
    for mail_id, entry_id, reference, reason in about_appointments(work, mail_ids):
        found[mail_id].append(About(entry_id, reference, TASK, reason))
    return found


def _still_owed(work: Work, mail: Mail) -> list[Reminder]:
    return [line for line in lines(work, mail) if work.get(Matter, line.obligation_id).open]


def _check_sendable(mail: Mail, still_owed: list[Reminder]) -> None:
    if mail.state == SENDING:
        raise RuleBroken(N_("This mail is being sent right now."))
    if mail.state == CANCELLED or not still_owed:
        raise RuleBroken(N_("What this mail asks for is done, or no longer asked: it is not sent."))
    if mail.member_id is None:
        raise RuleBroken(N_("Nobody is there to get this mail. Add a member to the unit first."))


def _again(reminder: Reminder, mail: Mail) -> Reminder:
    return Reminder(
        occurrence_key=f"{reminder.occurrence_key}:{mail.id}",
        mail_id=mail.id,
        obligation_id=reminder.obligation_id,
        patient_id=reminder.patient_id,
        member_id=reminder.member_id,
        instead_of=reminder.instead_of,
        channel=reminder.channel,
        step=reminder.step,
        part=reminder.part,
        due_at=reminder.due_at,
    )
