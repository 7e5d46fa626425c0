"""Opening a record to change it, and the line that each change leaves in its history."""

from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlmodel import col, select

from shared.discipline.reading import require_colleague
from shared.discipline.rules.referral import Deed
from shared.discipline.tables import CareSession, FollowUp, Referral, Step
from shared.discipline.wording import in_words, who_is
from shared.errors import NotFound
from shared.work import Work

Record = TypeVar("Record", Referral, CareSession, FollowUp)

# The step that brought a record into its state, so that a refusal can name its author.
_BROUGHT_BY = {
    "received": "received",
    "on-hold": "asked",
    "accepted": "accepted",
    "in-progress": "accepted",
    "rejected": "declined",
    "failed": "handed-back",
    "booked": "session-booked",
    "arrived": "session-arrived",
    "interrupted": "session-interrupted",
    "missed": "session-missed",
}


class Changed(Protocol):
    """What every record knows of its last change."""

    version: int
    changed_at: datetime
    changed_by: str


def to_change(work: Work, table: type[Record], key: UUID) -> Record:
    """The record, locked until this work is done, if the viewer works in this unit."""
    require_colleague(work)
    record = work.hold(table, key)
    if record is None:
        raise NotFound
    return record


def referral_of(work: Work, record: CareSession | FollowUp) -> Referral:
    return work.get(Referral, record.referral_id)


def mark(work: Work, record: Changed, by: str = "") -> None:
    """Count the change, and who made it."""
    record.version += 1
    record.changed_at, record.changed_by = work.now, by or work.actor


def write(work: Work, referral: Referral, what: str, **about: Any) -> Step:
    """Add a line to the history and to the audit. `about`: subject, by, note, was_at, id."""
    step = Step(
        referral_id=referral.id,
        what=what,
        at=work.now,
        **{"subject": referral.id, "by": work.actor, **about},
    )
    work.add(step)
    work.audit(what, referral.patient_id)
    return step


def brought_here(work: Work, record: Referral | CareSession | FollowUp) -> Deed:
    """Who brought the record into the state that it is in, and when."""
    what = _BROUGHT_BY.get(record.status) or _ended(record)
    return deed_of(work, record, what) or last_change(work, record)


def deed_of(work: Work, record: Referral | CareSession | FollowUp, what: str) -> Deed | None:
    """Who took a step with a record last, and when; None when nobody has."""
    statement = select(Step).where(col(Step.subject) == record.id, col(Step.what) == what)
    step = work.first(statement.order_by(col(Step.at).desc(), col(Step.id).desc()))
    return _deed(work, step.by, step.at, record) if step else None


def _ended(record: Referral | CareSession | FollowUp) -> str:
    """Several kinds of record can be completed or cancelled; each has its own step for it."""
    if isinstance(record, Referral):
        return "withdrawn" if record.status == "cancelled" else record.status
    kind = "session" if isinstance(record, CareSession) else "follow-up"
    return f"{kind}-{record.status}"


def last_change(work: Work, record: Referral | CareSession | FollowUp) -> Deed:
    return _deed(work, record.changed_by, record.changed_at, record)


def _deed(work: Work, by: str, at: datetime, record: Referral | CareSession | FollowUp) -> Deed:
    referral = record if isinstance(record, Referral) else referral_of(work, record)
    return Deed(who_is(work, by, referral), in_words(work, at))
