"""Whatever is announced of appointments, in any order, however often: calendars are right."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from services.reminders.handlers import handlers
from services.reminders.jobs import send_due_mails
from shared.backbone.envelope import Origin, wrap
from shared.events import SessionBooked, SessionCancelled, SessionEvent, SessionMoved
from shared.identifiers import new_id
from shared.mail import Accepted, MailDeferred, MailUncertain, Message
from tests.clinic import Clinic
from tests.reminders.agenda import Program

WAITS = (1, 5, 45, 700)
TROUBLE = ("put off", "lost", "lost, but arrived")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.integers(0, 1), st.integers(0, 5)),
        st.tuples(st.just("move"), st.integers(0, 1), st.integers(0, 5)),
        st.tuples(st.just("cancel"), st.integers(0, 1), st.just(0)),
        st.tuples(st.just("say again"), st.integers(0, 50), st.just(0)),
        st.tuples(st.just("hold back"), st.just(0), st.just(0)),
        st.tuples(st.just("wait"), st.sampled_from(WAITS), st.just(0)),
        st.tuples(st.just("trouble"), st.integers(0, 2), st.just(0)),
    ),
    max_size=16,
)


@dataclass
class Post:
    """A mail server with a line that is sometimes cut."""

    arrived: list[Message] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    def send(self, message: Message) -> Accepted:
        wrong = self.trouble.pop(0) if self.trouble else ""
        if wrong not in ("put off", "lost"):
            self.arrived.append(message)
        if wrong == "put off":
            raise MailDeferred("450 later")
        if wrong:
            raise MailUncertain("lost")
        return Accepted("250 taken")

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Unit:
    """Announces what becomes of two sessions; some of it arrives late, some of it again."""

    clinic: Clinic
    post: Post = field(default_factory=Post)
    said: list[tuple[SessionEvent, UUID]] = field(default_factory=list)
    held: list[int] = field(default_factory=list)
    holds_next: bool = False
    stand: dict[UUID, datetime | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clinic.team["reminders"].mailer = self.post
        self.first, patient = self.clinic.now + timedelta(days=30), new_id()
        self.names: list[dict[str, Any]] = [
            {
                "patient_id": patient,
                "session_id": new_id(),
                "referral_id": patient,
                "requester": "pain_physician",
                "performer": "rtms_unit",
                "number": number,
            }
            for number in (1, 2)
        ]

    def book(self) -> None:
        for names in self.names:
            self.stand[names["session_id"]] = self.first
            about = {**names, "starts_at": self.first, "minutes": 30}
            self.say(SessionBooked(**about, practitioner_id=self.clinic.operator))

    def do(self, step: str, which: int, day: int) -> None:
        if step == "wait":
            self.clinic.clock.move(minutes=which)
            self.deliver()
        elif step == "trouble":
            self.post.trouble.append(TROUBLE[which])
        elif step == "hold back":
            self.holds_next = True
        elif step == "say again":
            self.hear(which % len(self.said))
        else:
            self.change(step, self.names[which], self.first + timedelta(days=day))

    def change(self, step: str, names: dict[str, Any], to: datetime) -> None:
        session = names["session_id"]
        if self.stand[session] is None:
            return
        self.stand[session] = to if step == "move" else None
        if step == "move":
            self.say(SessionMoved(**names, starts_at=to, minutes=30, was_at=self.first))
        else:
            self.say(SessionCancelled(**names, reason_code="patient-asked"))

    def say(self, event: SessionEvent) -> None:
        self.said.append((event, new_id()))
        if self.holds_next:
            self.held.append(len(self.said) - 1)
        else:
            self.hear(len(self.said) - 1)
        self.holds_next = False

    def hear(self, place: int) -> None:
        """As the applier hands an event over, with the number that it has in its stream."""
        event, event_id = self.said[place]
        running = self.clinic.team["reminders"]
        origin = Origin("rtms_unit", self.clinic.now, "member:x", new_id())
        envelope = wrap(event, event_id, origin, []).model_copy(update={"deliveryseq": place + 1})
        with Session(running.engine, expire_on_commit=False) as session:
            work = running.work_in(session, cause=envelope)
            handlers.apply("reminders", event, work)
            running.commit(session, [work])

    def deliver(self) -> None:
        while send_due_mails(self.clinic.team["reminders"]):
            pass

    def finish(self) -> None:
        """What was held back arrives, and nothing disturbs the post any more."""
        for place in self.held:
            self.hear(place)
        self.post.trouble.clear()
        for _ in range(30):
            self.clinic.clock.move(hours=3)
            self.deliver()


@pytest.fixture(scope="module")
def clinic(staffed_house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    folder = tmp_path_factory.mktemp("any") / "house"
    shutil.copytree(staffed_house, folder)
    clinic = Clinic(folder)
    clinic.know_staff((folder / "members").read_text())
    yield clinic
    clinic.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
@settings(max_examples=120, deadline=None)
@given(steps=STEPS, late=st.booleans())
def test_every_calendar_ends_as_the_sessions_stand(
    clinic: Clinic, steps: list[tuple[str, int, int]], late: bool
) -> None:
    """Numbers only grow, nothing is told twice, and what is shown at the end is true."""
    unit, program = Unit(clinic), Program()
    unit.holds_next = late
    unit.book()
    for step in steps:
        unit.do(*step)
    unit.finish()
    program.take(unit.post.arrived)
    shown = sorted(moment for _, moment in program.shown.values())
    assert shown == sorted(moment for moment in unit.stand.values() if moment)
