"""The words of a mail: written once before the first try, in the language of the reader."""

from collections.abc import Sequence
from functools import cache

from sqlmodel import col, select

from services.reminders.rules import wording
from services.reminders.tables import ACCEPTED, Mail, Matter, Reminder
from shared.access.tables import Member
from shared.i18n import LANGUAGES
from shared.templating import Templates
from shared.work import Work


@cache
def templates(zone: str) -> Templates:
    """The templates of the mails; compiled once for a process."""
    return Templates(zone)


def rewrite_if_needed(work: Work, mail: Mail, member: Member, lines: Sequence[Reminder]) -> None:
    """Write the mail, unless it was written for an earlier try and nothing was taken out of it."""
    if mail.text:
        return
    mail.language = member.language if member.language in LANGUAGES else "en"
    mail.address, mail.written_at = member.email, work.now
    mail.message_id = _message_id(work, mail, lines)
    mail.thread = _thread(work, lines)
    items = [item(line, work.get(Matter, line.obligation_id), work) for line in lines]
    mail.subject, mail.text, mail.html = compose(work, mail.language, items)


def item(line: Reminder, matter: Matter, work: Work) -> dict[str, object]:
    """What a mail may say of one matter: no name, no unit, no illness, only this."""
    return {
        "reference": wording.reference(line.obligation_id),
        "task": wording.task(matter.what),
        "reason": wording.reason(line.step, line.part),
        "subject": wording.subject(line.step, matter.urgent),
        "due_at": matter.due_at,
        "urgent": matter.urgent,
        "url": f"{work.settings.address}/reminders/open/{line.id}",
    }


def compose(work: Work, language: str, items: Sequence[dict[str, object]]) -> tuple[str, str, str]:
    """Subject, text and HTML of a mail about these items."""
    subject, text, html = (
        templates(work.settings.zone).render(
            f"email/reminder.{form}",
            language=language,
            now=work.now,
            items=items,
            address=work.settings.address,
        )
        for form in ("subject.txt", "txt", "html")
    )
    return " ".join(subject.split()), text.strip() + "\n", html


def _message_id(work: Work, mail: Mail, lines: Sequence[Reminder]) -> str:
    """The same for every try of one mail, so that a server or reader can drop a second copy."""
    domain = work.settings.mail_from.rpartition("@")[2]
    return f"<{wording.reference(lines[0].obligation_id)}.{mail.id.hex}@{domain}>"


def _thread(work: Work, lines: Sequence[Reminder]) -> str:
    """The first mail about the same matter to the same person; none when there are several."""
    if len(lines) > 1:
        return ""
    earlier = (
        select(Mail.message_id)
        .join(Reminder, col(Reminder.mail_id) == col(Mail.id))
        .where(
            col(Reminder.obligation_id) == lines[0].obligation_id,
            col(Reminder.member_id) == lines[0].member_id,
            col(Mail.state) == ACCEPTED,
        )
        .order_by(col(Mail.created_at))
    )
    return work.first(earlier) or ""
