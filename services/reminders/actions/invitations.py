"""The words of a mail about appointments, and the calendar that goes with them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.sql import Select
from sqlmodel import col, select

from services.reminders.actions import calendars
from services.reminders.actions.letters import templates
from services.reminders.rules import wording
from services.reminders.rules.invitations import (
    Shown,
    held,
    method,
    what_is_said,
)
from services.reminders.tables import (
    ACCEPTED,
    CANCELLED,
    EXPIRED,
    SENDING,
    UNCERTAIN,
    CalendarEntry,
    Mail,
    Notice,
)
from shared.access.members import mail_wishes
from shared.access.tables import Member
from shared.i18n import LANGUAGES, translator
from shared.work import Work


@dataclass(frozen=True)
class Said:
    """What a mail says, or will say, of an entry."""

    notice: Notice
    mail: Mail

    @property
    def is_open(self) -> bool:
        """It has not gone yet, or may be tried again."""
        return self.mail.next_try_at is not None and self.notice.cancelled_at is None

    @property
    def may_have_arrived(self) -> bool:
        return self.mail.state in (ACCEPTED, SENDING, UNCERTAIN) or self.mail.doubts > 0


@dataclass(frozen=True)
class Item:
    """One appointment in a mail, as its reader sees it."""

    entry_id: UUID
    reference: str
    shown: Shown
    said: str
    url: str
    was_at: datetime | None = None

    @property
    def starts_at(self) -> datetime:
        return self.shown.starts_at

    @property
    def ends_at(self) -> datetime:
        return self.shown.ends_at


def said_of(
    work: Work, entry_ids: Iterable[UUID], *, to_change: bool = False
) -> dict[UUID, list[Said]]:
    """What mails have said of these entries, the oldest first.

    `to_change`: until the end of this work nobody takes one of the mails in order to send it.
    """
    found: dict[UUID, list[Said]] = defaultdict(list)
    wanted = (
        select(Notice, Mail)
        .join(Mail, col(Mail.id) == col(Notice.mail_id))
        .where(col(Notice.entry_id).in_(list(entry_ids)))
        .order_by(col(Notice.id))
    )
    if to_change:
        wanted = wanted.with_for_update(of=Mail).execution_options(populate_existing=True)
    for notice, mail in work.session.execute(wanted):
        found[notice.entry_id].append(Said(notice, mail))
    return found


def may_show(said: Iterable[Said]) -> set[Shown | None]:
    """What the calendar of a person may show after these mails."""
    return held((one.notice, one.mail.state == ACCEPTED) for one in said if one.may_have_arrived)


def write_later(work: Work, mails: Sequence[Mail]) -> None:
    """Mails are written right before they go; one that has nothing left to say does not go."""
    left = entries_of(work, [mail.id for mail in mails])
    for mail in mails:
        if left[mail.id]:
            mail.text = mail.html = mail.subject = ""
        else:
            mail.state, mail.next_try_at, mail.changed_at = CANCELLED, None, work.now


def settle(work: Work, mail: Mail) -> None:
    """Right before a try: what is not true, not wanted or too late any more does not go."""
    left = entries_of(work, [mail.id])[mail.id]
    wanted = mail.asked_by or mail_wishes(work.get(Member, mail.member_id)).appointments
    if not left or not wanted:
        mail.state, mail.next_try_at = CANCELLED, None
    elif max(entry.starts_at + timedelta(minutes=entry.minutes) for _, entry in left) <= work.now:
        mail.state, mail.next_try_at = EXPIRED, None


def write_if_needed(work: Work, mail: Mail) -> None:
    """Write a mail, unless it was written for an earlier try and all of it is still true."""
    overtaken = work.all(_overtaken([mail.id]))
    if mail.text and not overtaken:
        return
    for notice in overtaken:
        notice.sequence = None  # from now on the mail does not say it
    about = entries_of(work, [mail.id])[mail.id]
    _write(work, mail, about, said_of(work, [entry.id for _, entry in about]))


def is_overtaken(work: Work, mail_id: UUID) -> bool:
    """Whether something in a mail, as it is written, is not true any more."""
    return work.first(_overtaken([mail_id])) is not None


def _overtaken(mail_ids: Sequence[UUID]) -> Select[Any]:
    return select(Notice).where(
        col(Notice.mail_id).in_(mail_ids),
        col(Notice.cancelled_at).is_not(None),
        col(Notice.sequence).is_not(None),
    )


def entries_of(
    work: Work, mail_ids: Iterable[UUID]
) -> dict[UUID, list[tuple[Notice, CalendarEntry]]]:
    """What each mail is about, in the order of the days, without what was taken out of it."""
    found: dict[UUID, list[tuple[Notice, CalendarEntry]]] = defaultdict(list)
    wanted = (
        select(Notice, CalendarEntry)
        .join(CalendarEntry, col(CalendarEntry.id) == col(Notice.entry_id))
        .where(col(Notice.mail_id).in_(list(mail_ids)), col(Notice.cancelled_at).is_(None))
        .order_by(col(CalendarEntry.starts_at), col(CalendarEntry.id))
    )
    for notice, entry in work.session.execute(wanted):
        found[notice.mail_id].append((notice, entry))
    return found


def _write(
    work: Work,
    mail: Mail,
    about: Sequence[tuple[Notice, CalendarEntry]],
    said: dict[UUID, list[Said]],
) -> None:
    member = work.get(Member, mail.member_id)
    language, zone = language_of(member), zone_of(work, member)
    items = []
    for notice, entry in about:
        shown = Shown(entry.starts_at, entry.minutes, entry.state)
        before = [one for one in said[entry.id] if one.mail.id != mail.id]
        items.append(item(work, entry, shown, may_show(before)))
        notice.sequence, notice.state = entry.sequence, entry.state
        notice.starts_at, notice.minutes = entry.starts_at, entry.minutes
    mail.language, mail.address, mail.written_at = language, member.email, work.now
    mail.give_up_at = max(one.ends_at for one in items)
    mail.message_id = _message_id(work, mail, items[0])
    mail.thread = _thread(said[about[0][1].id], mail) if len(about) == 1 else ""
    mail.subject, mail.text, mail.html = compose(work, language, zone.key, items)
    entries = [entry for _, entry in about]
    mail.calendar_method = method([entry.state for entry in entries])
    letter = calendars.Letter(mail.calendar_method, work.settings.mail_from, member.email)
    lines = [line(*pair, language, work.now) for pair in zip(entries, items, strict=True)]
    mail.calendar = calendars.invitation(lines, zone, letter)


def language_of(member: Member) -> str:
    return member.language if member.language in LANGUAGES else "en"


def zone_of(work: Work, member: Member) -> ZoneInfo:
    return ZoneInfo(member.zone) if member.zone else work.zone


def item(work: Work, entry: CalendarEntry, shown: Shown, possible: set[Shown | None]) -> Item:
    """What a mail may say of one appointment: no name, no unit, no illness, only this."""
    known = {before.starts_at for before in possible if before} - {shown.starts_at}
    return Item(
        entry_id=entry.id,
        reference=wording.reference(entry.session_id),
        shown=shown,
        said=what_is_said(shown, possible),
        url=f"{work.settings.address}/reminders/appointments/{entry.id}",
        was_at=known.pop() if len(known) == 1 and None not in possible else None,
    )


def compose(work: Work, language: str, zone: str, items: Sequence[Item]) -> tuple[str, str, str]:
    """Subject, text and HTML of a mail about these appointments."""
    subject, text, html = (
        templates(work.settings.zone).render(
            f"email/appointment.{form}",
            language=language,
            now=work.now,
            zone=zone,
            items=items,
            address=work.settings.address,
        )
        for form in ("subject.txt", "txt", "html")
    )
    return " ".join(subject.split()), text.strip() + "\n", html


def line(entry: CalendarEntry, item: Item, language: str, stamp: datetime) -> calendars.Line:
    """One appointment as a calendar shows it."""
    words = translator(language)
    title = words.gettext("Appointment %(reference)s") % {"reference": item.reference}
    free = words.gettext("Nobody is named for it yet.") if entry.member_id is None else ""
    sign_in = words.gettext("The link asks you to sign in.")
    return calendars.Line(
        uid=entry.uid,
        sequence=entry.sequence,
        shown=item.shown,
        title=title,
        words="\n".join(part for part in (free, item.url, sign_in) if part),
        url=item.url,
        stamp=stamp,
        free=entry.member_id is None,
    )


def _message_id(work: Work, mail: Mail, first: Item) -> str:
    domain = work.settings.mail_from.rpartition("@")[2]
    return f"<{first.reference}.{mail.id.hex}@{domain}>"


def _thread(said: Iterable[Said], mail: Mail) -> str:
    """The first mail about the same appointment to the same person."""
    earlier = (one.mail for one in said if one.mail.id != mail.id)
    return next((found.message_id for found in earlier if found.state == ACCEPTED), "")
