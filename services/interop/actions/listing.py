"""The messages that came, newest first, and what became of each: without a word about patients."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from services.interop.tables import OUTCOMES, OutsideReferral, ReceivedMessage
from shared.access.tables import ServiceToken
from shared.access.viewer import ADMINISTRATOR, COORDINATOR, TOKEN_ACTOR
from shared.work import Work

PAGE_SIZE = 50


@dataclass(frozen=True)
class Listed:
    """A message of the list: `sender` is the name of its token, `performer` has the referral."""

    message: ReceivedMessage
    sender: str
    performer: str


def list_messages(work: Work, outcome: str = "", before: UUID | None = None) -> list[Listed]:
    """A page of the list; `before` is the id of the last message of the page before."""
    work.require(COORDINATOR, ADMINISTRATOR)
    statement = select(ReceivedMessage).order_by(
        col(ReceivedMessage.received_at).desc(), col(ReceivedMessage.id).desc()
    )
    if outcome in OUTCOMES:
        statement = statement.where(col(ReceivedMessage.outcome) == outcome)
    last = work.find(ReceivedMessage, before) if before else None
    if last:
        statement = statement.where(_is_older(last.received_at, last.id))
    return [_listed(work, message) for message in work.all(statement.limit(PAGE_SIZE))]


def _is_older(at: datetime, id_: UUID) -> ColumnElement[bool]:
    earlier = col(ReceivedMessage.received_at) < at
    same = col(ReceivedMessage.received_at) == at
    return earlier | (same & (col(ReceivedMessage.id) < id_))


def _listed(work: Work, message: ReceivedMessage) -> Listed:
    token = message.sent_by.removeprefix(TOKEN_ACTOR)
    known = work.find(ServiceToken, UUID(token)) if token != message.sent_by else None
    referral = work.find(OutsideReferral, message.referral_id) if message.referral_id else None
    return Listed(message, known.name if known else "", referral.performer if referral else "")
