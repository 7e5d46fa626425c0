"""The board, the story and the ledger as JSON."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.coordinator.rules.board import page_of


class PatientLine(BaseModel):
    """Who it is about: with both identifiers."""

    id: UUID
    number: str | None
    family: str | None
    given: str | None
    birth_date: date | None


class Owed(BaseModel):
    """One row of the board."""

    id: UUID
    what: str
    patient: PatientLine
    debtor: str
    debtor_name: str
    creditor: str
    creditor_name: str
    since: datetime
    due_at: datetime
    late_at: datetime
    urgent: bool
    steps_taken: int
    next_step: str
    next_at: datetime | None
    page: str
    """Where it is done."""


class Down(BaseModel):
    """A service that does not answer, and how many events are kept for it."""

    service: str
    since: datetime
    kept: int


class BoardAnswer(BaseModel):
    """The board: rows by group, how many there are in each, and the numbers above them."""

    groups: dict[str, list[Owed]]
    totals: dict[str, int]
    numbers: dict[str, int]
    down: list[Down]
    broker_away_since: datetime | None = None


class DeliveryAnswer(BaseModel):
    """What became of an event at one subscriber."""

    subscriber: str
    state: str
    stored_at: datetime | None
    handled_at: datetime | None
    attempts: int
    error: str


class EventAnswer(BaseModel):
    """An event of the house; `stream` is the patient (or member) it is about."""

    id: UUID
    at: datetime
    kind: str
    source: str
    stream: UUID
    who: str
    deliveries: list[DeliveryAnswer]


class StoryLine(EventAnswer):
    """An event of a patient's story, with what was written in it."""

    words: str


class StoryAnswer(BaseModel):
    """Newest first; `after` asks for what came before."""

    lines: list[StoryLine]
    after: UUID | None


class LightAnswer(BaseModel):
    """How a service is."""

    service: str
    beat_at: datetime | None
    is_down: bool
    waiting: int
    oldest_waiting_at: datetime | None
    parked: int
    held: int
    dead: int
    forgotten: int


class ParkedAnswer(BaseModel):
    """An event that a service could not apply; `decided` is what a person asked for last."""

    event_id: UUID
    subscriber: str
    source: str
    kind: str
    stream: UUID | None
    at: datetime
    since: datetime
    attempts: int
    error: str
    decided: str
    decided_at: datetime | None
    decided_by: str


class DecisionAnswer(BaseModel):
    """What was asked of the service that has parked an event."""

    event_id: UUID
    subscriber: str
    asked: str


class LedgerAnswer(BaseModel):
    """One page of the ledger."""

    lines: list[EventAnswer]
    after: UUID | None
    lights: list[LightAnswer]
    counts: dict[str, int]


def owed(row: Any, names: dict[UUID, str]) -> Owed:
    """A row of the board as JSON."""
    plain = {name: getattr(row, name) for name in Owed.model_fields if hasattr(row, name)}
    plain |= {
        "patient": PatientLine(
            id=row.patient_id,
            number=row.centre_number,
            family=row.family,
            given=row.given,
            birth_date=row.birth_date,
        ),
        "debtor_name": names.get(row.debtor_member, ""),
        "creditor_name": names.get(row.creditor_member, ""),
        "steps_taken": row.taken,
        "page": page_of(
            row.what,
            debtor=row.place,
            creditor=row.creditor,
            subject=row.subject,
            referral=row.referral_id,
        ),
    }
    return Owed(**plain)


def event(line: Any) -> dict[str, Any]:
    """An event with its deliveries."""
    plain = {name: getattr(line, name) for name in ("id", "at", "kind", "source", "stream", "who")}
    return {**plain, "deliveries": list(_deliveries(line.deliveries))}


def _deliveries(rows: Iterable[Any]) -> Iterable[DeliveryAnswer]:
    for row in rows:
        yield DeliveryAnswer(**{name: getattr(row, name) for name in DeliveryAnswer.model_fields})
