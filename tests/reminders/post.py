"""A clinic seen from its mails: something is owed, time passes, mails go out."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from services.reminders.tables import Mail
from shared import faults
from shared.backbone.tables import EventRow
from shared.events import (
    Event,
    ObligationCancelled,
    ObligationEscalated,
    ObligationMet,
    ObligationOpened,
)
from shared.identifiers import new_id
from shared.mail import Mailer, Message
from tests.clinic import Clinic

DAILY = time(7, 30)
TODAY, LATER = timedelta(hours=8), timedelta(days=3)
"""When something is due that is mailed alone, and something that waits for the daily mail."""


@dataclass
class Post:
    """What is owed is announced here as the coordinator's office does it."""

    clinic: Clinic
    owed: dict[UUID, dict[str, Any]] = field(default_factory=dict)

    def owes(
        self,
        what: str = "answer-referral",
        *,
        urgent: bool = False,
        debtor_member: UUID | None = None,
        due_in: timedelta = TODAY,
        **changes: Any,
    ) -> UUID:
        """Something is owed from now on: by the rTMS unit, today, unless it is said otherwise."""
        obligation_id = new_id()
        self.owed[obligation_id] = {
            "patient_id": new_id(),
            "obligation_id": obligation_id,
            "what": what,
            "debtor": "rtms_unit",
            "creditor": "pain_physician",
            "subject": new_id(),
            "referral_id": new_id(),
            **changes,
        }
        self.announce(
            ObligationOpened(
                **self.owed[obligation_id],
                urgent=urgent,
                debtor_member=debtor_member,
                since=self.clinic.now,
                due_at=self.clinic.now + due_in,
            )
        )
        return obligation_id

    def again(self, obligation_id: UUID, since: datetime, due_at: datetime) -> None:
        """It is owed once more, for the same date: somebody has taken back that it was settled."""
        opened = ObligationOpened(**self.owed[obligation_id], since=since, due_at=due_at)
        self.announce(opened)

    def late(self, obligation_id: UUID, step: str) -> None:
        """A step of the ladder is taken."""
        about = self.owed[obligation_id]
        self.announce(ObligationEscalated(**about, step=step, due_at=self.clinic.now))

    def done(self, obligation_id: UUID) -> None:
        self.announce(ObligationMet(**self.owed[obligation_id]))

    def dropped(self, obligation_id: UUID) -> None:
        self.announce(ObligationCancelled(**self.owed[obligation_id]))

    def announce(self, event: Event) -> None:
        with self.clinic.work("coordinator") as work:
            work.announce(event)

    def morning(self, days: int = 1) -> None:
        """So many days later it is time for the daily mail of most people (7:30 in Paris)."""
        day = self.clinic.now.date() + timedelta(days=days)
        self.clinic.clock.set(datetime.combine(day, DAILY, ZoneInfo("Europe/Paris")))
        self.tick()

    def until_it_is_due(self) -> None:
        """It is the moment at which the newest mail goes; nobody has ticked yet."""
        due = self.mails[-1].next_try_at
        assert due is not None
        self.clinic.clock.set(due)

    def tick(self) -> None:
        """What is due now is done; no time passes."""
        self.clinic.team.tick()

    def send_through(self, mailer: Mailer) -> None:
        """From now on mails go another way."""
        self.clinic.team["reminders"].mailer = mailer

    @property
    def sent(self) -> list[Message]:
        return self.clinic.mailer.sent

    @property
    def receivers(self) -> list[str]:
        return [message.to_name for message in self.sent]

    @property
    def mails(self) -> list[Mail]:
        """The ledger, oldest first."""
        with self.clinic.look("reminders") as work:
            found = list(work.all(select(Mail).order_by(col(Mail.id))))
            work.session.expunge_all()
        return found

    @property
    def states(self) -> list[str]:
        return [mail.state for mail in self.mails]

    def told(self, kind: str) -> list[dict[str, Any]]:
        """What the reminder service announced of this kind."""
        with self.clinic.look("reminders") as work:
            rows = work.all(select(EventRow).where(col(EventRow.kind) == kind))
            return [json.loads(row.body)["data"] for row in rows]


class PowerCut(BaseException):
    """Everything stops here."""


@contextmanager
def power_cut(point: str) -> Iterator[None]:
    """The process dies when it reaches this point."""

    def hook(reached: str) -> None:
        if reached == point:
            raise PowerCut

    faults.install(hook)
    try:
        yield
        raise AssertionError(f"{point} was never reached")
    except PowerCut:
        pass
    finally:
        faults.install(None)


@contextmanager
def when_it_comes_to(point: str, do: Callable[[], None]) -> Iterator[None]:
    """Something else happens once, when the process reaches this point."""
    done: list[str] = []

    def hook(reached: str) -> None:
        if reached == point and not done:
            done.append(point)
            do()

    faults.install(hook)
    try:
        yield
        assert done, f"{point} was never reached"
    finally:
        faults.install(None)


def something_owed(since: datetime, *, urgent: bool) -> ObligationOpened:
    """For whoever has no clinic: the rTMS unit owes an answer, in three days."""
    return ObligationOpened(
        patient_id=new_id(),
        obligation_id=new_id(),
        what="answer-referral",
        debtor="rtms_unit",
        creditor="pain_physician",
        subject=new_id(),
        referral_id=new_id(),
        urgent=urgent,
        since=since,
        due_at=since + timedelta(days=3),
    )
