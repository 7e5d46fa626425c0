"""JSON for the mail ledger: what was sent, what became of it, and sending again."""

from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

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


class Comparison(BaseModel):
    """What was asked for and what the ledger holds, of the newest day that was compared."""

    model_config = ConfigDict(from_attributes=True)
    day: date
    at: datetime
    expected: int
    told: int
    waiting: int
    failed: int
    absent: int
    overdue: int
    after_end: int


@router.get("/api/mails/comparison")
def read_comparison(work: LookDep) -> Comparison | None:
    """What was asked for and what was mailed, compared once a day: for coordinators."""
    found = actions.asked_of_people(work).comparison
    return Comparison.model_validate(found) if found else None


@router.post("/api/mails/release", status_code=204)
def release_mails(work: WorkDep) -> None:
    """Let the mails go that are held back since a clock jumped."""
    actions.release(work)


class Acknowledgement(BaseModel):
    """What the reader saw of a matter when he or she said: I take care of it."""

    version: int


@router.post("/api/reminders/{reminder_id}/acknowledge", status_code=204)
def take_care(reminder_id: UUID, entry: Acknowledgement, work: WorkDep) -> Response:
    """Say that one takes care of what one was reminded of; once, and only of what one saw."""
    refusal = actions.try_to_take_care(work, reminder_id, entry.version)
    if refusal is None:
        return Response(status_code=204)
    return JSONResponse({"detail": refusal.sentence, "field": ""}, refusal.status)


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
