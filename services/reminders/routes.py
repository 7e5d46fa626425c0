"""JSON for the mail ledger: what was sent, what became of it, and sending again."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.reminders import actions
from shared.web.doors import LookDep, WorkDep

router = APIRouter()


class AboutEntry(BaseModel):
    """One thing that a mail reminds of."""

    reminder_id: UUID
    reference: str
    task: str


class MailEntry(BaseModel):
    """A mail of the ledger, without its words."""

    id: UUID
    to: str
    state: str
    urgent: bool
    kept: bool
    """Accepted, but only kept here: no mail server is set."""
    created_at: datetime
    changed_at: datetime
    next_try_at: datetime | None
    attempts: int
    server_words: str
    language: str
    subject: str
    about: list[AboutEntry]


class WholeMail(MailEntry):
    """A mail with its words."""

    message_id: str
    address: str
    text: str
    html: str


class Resent(BaseModel):
    """The mail that goes now."""

    mail_id: UUID


@router.get("/api/mails")
def list_mails(work: LookDep, state: str = "", before: UUID | None = None) -> list[MailEntry]:
    """The newest mails; `before` is the id of the last one of the page before."""
    return [
        MailEntry.model_validate(_entry(filed)) for filed in actions.list_mails(work, state, before)
    ]


@router.get("/api/mails/{mail_id}")
def read_mail(mail_id: UUID, work: LookDep) -> WholeMail:
    """One mail with its words."""
    return WholeMail.model_validate(_entry(actions.read(work, mail_id)))


@router.post("/api/mails/{mail_id}/resend")
def resend_mail(mail_id: UUID, work: WorkDep) -> Resent:
    """Send a mail now, or once more."""
    return Resent(mail_id=actions.resend(work, mail_id))


def _entry(filed: actions.Filed) -> dict[str, object]:
    about = [vars(about) for about in filed.about]
    return {**filed.mail.model_dump(), "to": filed.to, "about": about}
