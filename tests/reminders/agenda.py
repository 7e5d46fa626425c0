"""A unit that books, moves and cancels sessions, and the calendars that its members have then."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar
from sqlmodel import col, select

from services.reminders.tables import CalendarEntry
from shared.events import Event, SessionBooked, SessionCancelled, SessionMoved
from shared.identifiers import new_id
from shared.mail import Message
from tests.contracts.test_consumers import UNREACHABLE
from tests.reminders.post import Post
from tests.surroundings import CI

READER = Path(__file__).parent / "calendar_reader"


@dataclass
class Agenda:
    """Sessions of one unit, announced as it does it."""

    post: Post
    unit: str = "rtms_unit"
    booked: dict[UUID, dict[str, Any]] = field(default_factory=dict)

    def books(
        self,
        *days: datetime,
        practitioner: UUID | None = None,
        minutes: int = 30,
        patient: UUID | None = None,
    ) -> list[UUID]:
        """One deed: all these appointments of one patient."""
        about: dict[str, Any] = {
            "patient_id": patient or new_id(),
            "referral_id": new_id(),
            "requester": "pain_physician",
            "performer": self.unit,
        }
        events = []
        for number, day in enumerate(days, 1):
            names = {**about, "session_id": new_id(), "number": number}
            self.booked[names["session_id"]] = names
            events.append(
                SessionBooked(**names, starts_at=day, minutes=minutes, practitioner_id=practitioner)
            )
        self.announce(*events)
        return [event.session_id for event in events]

    def moves(self, moved: dict[UUID, datetime]) -> None:
        """One deed: all these sessions are at other times."""
        self.announce(*(self.moved(session, day) for session, day in moved.items()))

    def cancels(self, *sessions: UUID) -> None:
        """One deed: none of these takes place."""
        self.announce(*(self.cancelled(session) for session in sessions))

    def moved(self, session: UUID, day: datetime) -> SessionMoved:
        return SessionMoved(**self.booked[session], starts_at=day, minutes=30, was_at=day)

    def cancelled(self, session: UUID) -> SessionCancelled:
        return SessionCancelled(**self.booked[session], reason_code="patient-asked")

    def announce(self, *events: Event) -> None:
        with self.post.clinic.work(self.unit) as work:
            for event in events:
                work.announce(event)

    def later(self, **duration: float) -> None:
        self.post.clinic.wait(**duration)
        self.post.clinic.team.tick()

    @property
    def sent(self) -> list[Message]:
        """The mails about appointments."""
        return [message for message in self.post.sent if message.calendar]

    def entries(self) -> list[CalendarEntry]:
        with self.post.clinic.look("reminders") as work:
            found = list(work.all(select(CalendarEntry).order_by(col(CalendarEntry.starts_at))))
            work.session.expunge_all()
        return found


def at(day: int, hour: int = 10, minute: int = 0, *, month: int = 12, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@dataclass(frozen=True)
class Seen:
    """An appointment of a calendar, as the library `icalendar` reads it."""

    uid: str
    sequence: int
    begins: datetime
    ends: datetime
    status: str
    title: str
    words: str
    url: str
    free: bool
    zone: str
    stamp: datetime
    organizer: str
    attendees: tuple[tuple[str, str, str], ...]
    """Address, RSVP and PARTSTAT."""


def read(text: str) -> tuple[str, list[Seen]]:
    """Method and appointments of a calendar."""
    calendar: Any = Calendar.from_ical(text)
    return str(calendar.get("method", "")), [_seen(one) for one in calendar.walk("VEVENT")]


def _seen(event: Any) -> Seen:
    people = event.get("attendee", [])
    people = people if isinstance(people, list) else [people]
    return Seen(
        uid=str(event["uid"]),
        sequence=int(event["sequence"]),
        begins=event["dtstart"].dt.astimezone(UTC),
        ends=event["dtend"].dt.astimezone(UTC),
        status=str(event["status"]),
        title=str(event["summary"]),
        words=str(event["description"]),
        url=str(event["url"]),
        free=str(event["transp"]) == "TRANSPARENT",
        zone=str(event["dtstart"].params.get("TZID", "UTC")),
        stamp=event["dtstamp"].dt,
        organizer=str(event.get("organizer", "")),
        attendees=tuple(
            (str(one), one.params.get("RSVP", ""), one.params.get("PARTSTAT", "")) for one in people
        ),
    )


def one(message: Message) -> Seen:
    """The only appointment of a mail."""
    (found,) = read(message.calendar)[1]
    return found


@dataclass
class Program:
    """A calendar program: it takes over what mails bring, as RFC 5546 says.

    A second copy of one mail may say the same again; nothing else may.
    """

    shown: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    mails: set[str] = field(default_factory=set)

    def take(self, messages: Iterable[Message]) -> None:
        for message in messages:
            for event in read(message.calendar)[1]:
                self._take(event, message.message_id in self.mails)
            self.mails.add(message.message_id)

    def _take(self, event: Seen, is_copy: bool) -> None:
        known = self.known.get(event.uid, -1)
        assert event.sequence > known or (is_copy and event.sequence == known), "an older state"
        self.known[event.uid] = event.sequence
        if event.status == "CANCELLED":
            self.shown.pop(event.uid, None)
        else:
            self.shown[event.uid] = (event.sequence, event.begins)


def installed(folder: Path) -> Path:
    """The reader in Node with what it needs, fetched as its lock file says."""
    shutil.copytree(READER, folder)
    order = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(order, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode and UNREACHABLE.search(done.stderr) and not CI:
        pytest.skip("npm cannot reach its registry, so ical.js cannot be tried.")
    assert done.returncode == 0, f"npm cannot install ical.js: {done.stderr[-600:]}"
    return folder / "read.js"


def read_elsewhere(script: Path, texts: Sequence[str]) -> list[dict[str, Any]]:
    """What `ical.js` makes of these calendars."""
    order = [shutil.which("node") or "", str(script)]
    done = subprocess.run(
        order, input=json.dumps(texts), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-600:]
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
