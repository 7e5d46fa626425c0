"""The words of a mail: written once before the first try, in the language of the reader."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from urllib.parse import quote
from uuid import UUID

from services.reminders.actions.envelopes import envelope_address
from services.reminders.actions.refusing import way_out
from services.reminders.rules import timing, wording
from services.reminders.tables import DIGEST, Mail, Matter, Reminder
from shared.access.tables import Member
from shared.i18n import LANGUAGES, translator
from shared.mail import Message
from shared.settings import Settings
from shared.templating import Templates
from shared.work import Work

Item = dict[str, object]


@cache
def templates(zone: str) -> Templates:
    """The templates of the mails; compiled once for a process."""
    return Templates(zone)


def write(
    work: Work,
    mail: Mail,
    member: Member,
    lines: Sequence[Reminder],
    matters: Mapping[UUID, Matter],
    *,
    thread: str = "",
) -> None:
    """Write the mail, unless it was written for an earlier try and nothing was taken out of it."""
    if mail.text:
        return
    mail.language = member.language if member.language in LANGUAGES else "en"
    mail.address, mail.written_at = member.email, work.now
    mail.message_id = mail.message_id or _message_id(work, mail, lines)
    mail.thread = thread
    mail.give_up_at = _give_up_at(mail, lines, matters)
    items = [item(line, matters[line.obligation_id], work.settings) for line in lines]
    mail.subject, mail.text, mail.html = compose(
        work,
        mail.language,
        sorted(items, key=_most_urgent),
        daily=mail.kind == DIGEST,
        zone=member.zone,
        way_out=one_click(work.settings, member.id) if mail.kind == DIGEST else "",
    )


def item(line: Reminder, matter: Matter, settings: Settings) -> Item:
    """What a mail may say of one matter: no name, no unit, no illness, only this."""
    return {
        "reference": wording.reference(line.obligation_id),
        "task": wording.task(matter.what),
        "reason": wording.reason(line.step, line.part),
        "stands_in": line.instead_of is not None,
        "subject": wording.subject(line.step, matter.urgent),
        "due_at": matter.due_at,
        "urgent": matter.urgent,
        "url": f"{settings.address}/reminders/open/{line.id}",
    }


def compose(
    work: Work,
    language: str,
    items: Sequence[Item],
    *,
    daily: bool = False,
    zone: str = "",
    way_out: str = "",
) -> tuple[str, str, str]:
    """Subject, text and HTML of a mail about these items."""
    subject, text, html = (
        templates(work.settings.zone).render(
            f"email/reminder.{form}",
            language=language,
            now=work.now,
            zone=zone or None,
            items=items,
            address=work.settings.address,
            daily=daily,
            way_out=way_out,
        )
        for form in ("subject.txt", "txt", "html")
    )
    return " ".join(subject.split()), text.strip() + "\n", html


def message_of(work: Work, mail: Mail, member: Member) -> Message:
    """The mail as it goes over the wire; when it may be a copy, it says so."""
    text, html = mail.text, mail.html
    if mail.doubts:
        text, html = wording.as_copy(translator(mail.language).gettext(wording.COPY), text, html)
    return Message(
        sender=work.settings.mail_from,
        to=mail.address,
        to_name=member.name,
        subject=mail.subject,
        text=text,
        html=html,
        message_id=mail.message_id,
        references=mail.thread,
        date=mail.written_at or work.now,
        envelope_from=envelope_address(work, mail.id),
        calendar=mail.calendar,
        calendar_method=mail.calendar_method,
        unsubscribe=one_click(work.settings, member.id) if mail.kind == DIGEST else "",
    )


def one_click(settings: Settings, member_id: UUID) -> str:
    """The address at which this member's daily mails can be turned off without a sign-in."""
    return f"{settings.address}/reminders/one-click/{quote(way_out(settings, member_id))}"


def _give_up_at(mail: Mail, lines: Iterable[Reminder], matters: Mapping[UUID, Matter]) -> datetime:
    due = [line.due_at or matters[line.obligation_id].due_at for line in lines]
    return timing.give_up_at(mail.written_at or mail.wanted_at, max(due))


def _most_urgent(item: Item) -> tuple[bool, object]:
    return (not item["urgent"], item["due_at"])


def _message_id(work: Work, mail: Mail, lines: Sequence[Reminder]) -> str:
    """The same for every try of one mail, so that a server or reader can drop a second copy."""
    domain = work.settings.mail_from.rpartition("@")[2]
    about = "daily" if mail.kind == DIGEST else wording.reference(lines[0].obligation_id)
    return f"<{about}.{mail.id.hex}@{domain}>"
