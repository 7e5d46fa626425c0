"""Mails about appointments in the ledger: what each was about, sending it again, and its link."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import col, select

from services.reminders.actions.invitations import entries_of
from services.reminders.rules import wording
from services.reminders.rules.invitations import INVITED, WITHDRAWN
from services.reminders.tables import (
    ACCEPTED,
    APPOINTMENT,
    FAILED,
    SENDING,
    Appointment,
    CalendarEntry,
    Mail,
    Notice,
)
from shared.access.viewer import COORDINATOR
from shared.errors import NotFound, RuleBroken
from shared.i18n import N_
from shared.work import Work

TASK = N_("Appointment")
_REASONS = {
    INVITED: N_("This is when it is."),
    WITHDRAWN: N_("It was cancelled, or a colleague took over."),
}
_NOT_WRITTEN = N_("It is told when the mail goes.")


def about_appointments(
    work: Work, mail_ids: Sequence[UUID]
) -> Iterator[tuple[UUID, UUID, str, str]]:
    """Mail, entry, reference and reason of everything that these mails say of appointments."""
    wanted = (
        select(Notice, CalendarEntry)
        .join(CalendarEntry, col(CalendarEntry.id) == col(Notice.entry_id))
        .where(col(Notice.mail_id).in_(mail_ids))
        .order_by(col(CalendarEntry.starts_at), col(Notice.id))
    )
    for notice, entry in work.session.execute(wanted):
        reason = _REASONS.get(notice.state, _NOT_WRITTEN)
        yield notice.mail_id, entry.id, wording.reference(entry.session_id), reason


def untold(work: Work) -> list[UUID]:
    """Mails about appointments to come that reached nobody, nor any mail after them."""
    later, taken = aliased(Notice), aliased(Mail)
    told_since = (
        select(later.id)
        .join(taken, col(taken.id) == col(later.mail_id))
        .where(
            col(later.entry_id) == col(Notice.entry_id),
            col(later.id) > col(Notice.id),
            col(taken.state) == ACCEPTED,
        )
    )
    lost = (
        select(Mail)
        .join(Notice, col(Notice.mail_id) == col(Mail.id))
        .where(
            col(Mail.kind) == APPOINTMENT,
            col(Mail.state).in_(FAILED),
            col(Mail.next_try_at).is_(None),
            col(Mail.give_up_at) > work.now,
            ~told_since.exists(),
        )
    )
    mails = work.all(lost.order_by(col(Mail.give_up_at), col(Mail.id)))
    return list(dict.fromkeys(mail.id for mail in mails))


def resend_appointments(work: Work, mail: Mail) -> UUID:
    """Tell once more what is in the calendar, or what waits, now."""
    if mail.state == SENDING:
        raise RuleBroken(N_("This mail is being sent right now."))
    asked_by = work.viewer.member_id if work.viewer else None
    entries = [entry for _, entry in entries_of(work, [mail.id])[mail.id]]
    if mail.next_try_at is not None:
        mail.next_try_at, mail.asked_by, mail.changed_at = work.now, asked_by, work.now
        again = mail
    else:
        entries = [
            entry for entry in entries if entry.state == INVITED and _is_to_come(work, entry)
        ]
        again = _again(work, mail, entries, asked_by)
    _audit(work, entries)
    return again.id


def page_of_entry(work: Work, entry_id: UUID) -> str:
    """The page of the session, for whoever has it in the calendar, and for coordinators."""
    entry = work.get(CalendarEntry, entry_id)
    viewer = work.viewer
    if viewer is None:
        raise NotFound
    own = entry.member_id == viewer.member_id
    of_unit = entry.member_id is None and entry.performer in viewer.units
    if not own and not of_unit and not viewer.has(COORDINATOR):
        raise NotFound
    return f"/{entry.performer}/sessions/{entry.session_id}"


def _is_to_come(work: Work, entry: CalendarEntry) -> bool:
    return entry.starts_at > work.now


def _again(work: Work, mail: Mail, entries: Sequence[CalendarEntry], asked_by: UUID | None) -> Mail:
    if not entries:
        raise RuleBroken(N_("None of these appointments is still to come: the mail is not sent."))
    again = Mail(
        kind=APPOINTMENT,
        member_id=mail.member_id,
        wanted_at=work.now,
        next_try_at=work.now,
        created_at=work.now,
        changed_at=work.now,
        asked_by=asked_by,
        give_up_at=max(entry.starts_at for entry in entries),
        correlation_id=work.correlation,
        traceparent=work.trace.parent,
    )
    work.add(again)
    work.session.flush()
    for entry in entries:
        work.add(Notice(mail_id=again.id, entry_id=entry.id))
    return again


def _audit(work: Work, entries: Sequence[CalendarEntry]) -> None:
    """Whose appointments they are stands in the appointments themselves."""
    ids = {entry.session_id for entry in entries}
    patients = select(Appointment.patient_id).where(col(Appointment.session_id).in_(ids))
    for patient_id in work.all(patients.distinct()):
        work.audit("resend-mail", patient_id)
