"""A coordinator's office as large as a region: made at once, with rows as events would have."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, insert, text
from sqlmodel import SQLModel

from services.coordinator.rules.ladders import STEPS
from services.coordinator.tables import (
    EventDelivery,
    Happening,
    Obligation,
    ReferralState,
    SessionState,
)
from shared.database import table_of
from shared.identifiers import new_id
from shared.patients import Patient

KINDS = ("answer-referral", "book-session", "read-report", "report-back")
EVENTS = ("referral.requested", "referral.received", "referral.accepted", "session.booked")
UNITS = ("rtms_unit", "psychologist", "psychophysical_therapist")
TOGETHER, YEAR = 5_000, timedelta(days=365)
Row = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How much there is."""

    patients: int = 100_000
    open: int = 20_000
    events: int = 1_000_000


class Office:
    """What is put into the coordinator's database; the same each time."""

    def __init__(self, size: Size, now: datetime) -> None:
        self.size, self.now = size, now
        self._dice = random.Random(1)  # noqa: S311 - the same office each time
        self.patients = [new_id() for _ in range(size.patients)]

    def fill(self, engine: Engine) -> None:
        referrals = list(self._referrals())
        self._write(engine, Patient, self._patients())
        self._write(engine, ReferralState, referrals)
        self._write(engine, SessionState, self._sessions(referrals))
        self._write(engine, Obligation, self._obligations(referrals))
        self._write(engine, Happening, self._happenings())
        with engine.begin() as connection:
            connection.execute(text("analyze"))

    def _write(self, engine: Engine, model: type[SQLModel], rows: Iterable[Row]) -> None:
        rest, statement = iter(rows), insert(table_of(model))
        with engine.begin() as connection:
            while some := list(islice(rest, TOGETHER)):
                connection.execute(statement, some)
                if model is Happening:
                    connection.execute(insert(table_of(EventDelivery)), _deliveries(some))

    def _patients(self) -> Iterator[Row]:
        for number, patient_id in enumerate(self.patients):
            family = f"Family{number % 5000}"
            given = f"Given{number // 5000}"
            key = f" {family} {given} p{number}".lower()
            yield Patient(
                id=patient_id, number=f"P{number}", family=family, given=given, search_key=key
            ).model_dump()

    def _referrals(self) -> Iterator[Row]:
        for number in range(self.size.open):
            yield ReferralState(
                id=new_id(),
                patient_id=self.patients[number % len(self.patients)],
                requester="pain_physician",
                performer=UNITS[number % len(UNITS)],
                question="Is it possible to treat this pain here, and from when on?",
                said_at=self.now,
                said_in=new_id(),
                requested_at=self.now - timedelta(minutes=self._dice.randrange(300_000)),
            ).model_dump()

    def _sessions(self, referrals: list[Row]) -> Iterator[Row]:
        for referral in referrals:
            at = self.now + timedelta(minutes=self._dice.randrange(-300_000, 30_000))
            yield SessionState(
                id=new_id(),
                patient_id=referral["patient_id"],
                referral_id=referral["id"],
                requester=referral["requester"],
                performer=referral["performer"],
                number=1,
                starts_at=at,
                minutes=30,
                booked_at=self.now,
                booked_in=new_id(),
                said_at=self.now,
                said_in=new_id(),
            ).model_dump()

    def _obligations(self, referrals: list[Row]) -> Iterator[Row]:
        """As many open ones as were asked for, and as many that are done."""
        for number in range(2 * self.size.open):
            yield self._obligation(number, referrals[number % len(referrals)])

    def _obligation(self, number: int, referral: Row) -> Row:
        late = self.now + timedelta(minutes=self._dice.randrange(-12_000, 48_000))
        return Obligation(
            patient_id=referral["patient_id"],
            what=KINDS[number % len(KINDS)],
            next_step=next(iter(STEPS)),
            next_at=self.now + YEAR,  # nobody climbs while something else is measured
            debtor=referral["performer"],
            place=referral["performer"],
            creditor="pain_physician",
            subject=new_id(),
            referral_id=referral["id"],
            since=late - timedelta(days=3),
            start=late - timedelta(days=3),
            due_at=late,
            late_at=late,
            shown_from=late - timedelta(days=2),
            urgent=number % 20 == 0,
            told=number % 23 == 0,
            state="open" if number < self.size.open else "met",
        ).model_dump()

    def _happenings(self) -> Iterator[Row]:
        for number in range(self.size.events):
            yield _happening(number, self.patients[number * 7 % len(self.patients)], self.now)


def _happening(number: int, patient_id: UUID, now: datetime) -> Row:
    return {
        "id": new_id(),
        "source": "pain_physician",
        "kind": EVENTS[number % len(EVENTS)],
        "version": 1,
        "at": now - timedelta(seconds=37 * number),
        "actor": "service:pain_physician",
        "stream": patient_id,
        "patient_id": patient_id,
        "data": {},
    }


def _deliveries(happenings: list[Row]) -> list[Row]:
    return [
        {
            "event_id": row["id"],
            "subscriber": "coordinator",
            "source": row["source"],
            "state": "handled",
            "recorded_at": row["at"],
            "stored_at": row["at"],
            "handled_at": row["at"],
            "attempts": 1,
            "error": "",
        }
        for row in happenings
    ]
