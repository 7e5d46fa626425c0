"""The coordinator's office alone: it is told events as if their services had announced them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

import services
from services.coordinator import PLATE, actions
from services.coordinator.tables import Obligation
from shared.backbone.envelope import Origin, wrap
from shared.backbone.tables import EventRow
from shared.clock import VirtualClock
from shared.database import create_tables
from shared.events import Event, Identity, Note, ReferralDetails, ReferralRequested
from shared.identifiers import new_id
from shared.mail import MemoryMailer
from shared.running import House, RunningService
from shared.sealing import Sealed
from shared.settings import Settings
from shared.work import Work

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ASKER, UNIT = "pain_physician", "rtms_unit"


class Office:
    """One running service on a database of its own, and a clock that moves when told to."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self.clock = VirtualClock(MONDAY)
        service = services.load(PLATE)
        settings = Settings(data_dir=folder)
        if url:
            settings = Settings(data_dir=folder, database_url=url)
        house = House([service], settings, self.clock, MemoryMailer())
        self.running = RunningService(service, house)
        create_tables(self.running.engine, service.tables)

    def hear(self, *events: Event, source: str = UNIT, at: datetime | None = None) -> None:
        """Events of one service, in the order in which it announced them."""
        for event in events:
            origin = Origin(source, at or self.clock.now(), f"service:{source}", new_id())
            envelope = wrap(event, new_id(), origin, ["coordinator"])
            with self.running.work() as work:
                work.cause = envelope
                actions.hear(event, work)
                actions.note_events([work])

    def wait(self, **duration: float) -> None:
        """Let time pass, and take every step that is due."""
        self.clock.move(**duration)
        for job in self.running.service.jobs.outside:
            self.running.run_outside_job(job)

    @contextmanager
    def look(self) -> Iterator[Work]:
        with self.running.look() as work:
            yield work

    def obligations(self, *states: str) -> list[Obligation]:
        """The obligations in these states (open ones if none is named), oldest first."""
        with self.look() as work:
            chosen = select(Obligation).where(Obligation.state.in_(states or ("open",)))  # type: ignore[attr-defined]
            return list(work.all(chosen.order_by(Obligation.id)))  # type: ignore[arg-type]

    def owed(self, *states: str) -> list[str]:
        """The same in short: what is owed."""
        return sorted(row.what for row in self.obligations(*states))

    def told(self) -> list[str]:
        """Every fact that the office announced, oldest first; of a ladder, its steps."""
        with self.look() as work:
            rows = work.all(select(EventRow).order_by(EventRow.id))  # type: ignore[arg-type]
            return [_in_short(row) for row in rows]

    def seal(self, content: Any, patient_id: UUID) -> Sealed:
        return self.running.sealer.seal(content, patient_id)

    def note(self, text: str, patient_id: UUID) -> Sealed:
        return self.seal(Note(text=text), patient_id)

    def request(self, names: dict[str, Any], **more: Any) -> ReferralRequested:
        """A referral as its referrer announces it."""
        patient_id = names["patient_id"]
        identity = Identity(number="250 871", family="Lefèvre", given="Hélène")
        details = ReferralDetails(question="Is stimulation possible?", referrer="Dr É. Caradec")
        return ReferralRequested(
            **names,
            requested_at=self.clock.now(),
            identity=self.seal(identity, patient_id),
            details=self.seal(details, patient_id),
            **more,
        )

    def close(self) -> None:
        self.running.close()


def referral(requester: str = ASKER, performer: str = UNIT, **more: Any) -> dict[str, Any]:
    """The names that all events of a new referral carry."""
    return {
        "patient_id": new_id(),
        "referral_id": new_id(),
        "requester": requester,
        "performer": performer,
        **more,
    }


def session(names: dict[str, Any], number: int = 1) -> dict[str, Any]:
    """The names that all events of a new session carry."""
    return {**names, "session_id": new_id(), "number": number}


def _in_short(row: EventRow) -> str:
    if row.kind != "obligation.escalated":
        return row.kind.removeprefix("obligation.")
    return row.body.partition('"step":"')[2].partition('"')[0]
