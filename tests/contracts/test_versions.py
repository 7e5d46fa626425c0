"""Two releases work together: what is old is understood, what is too new waits and is not lost."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.backbone.bus import forget_memory
from shared.clock import VirtualClock
from shared.events import EVENTS, Event, ReferralClosed, newest
from shared.events.referral import ReferralEvent
from shared.identifiers import new_id
from shared.mail import MemoryMailer
from shared.running import House, Team
from shared.service import Handlers, Jobs, NamePlate, Service
from shared.settings import Settings
from shared.work import Work
from tests.backbone import pair
from tests.backbone.books import states
from tests.backbone.conftest import MONDAY

KIND = "referral.closed"


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    """The events as they are in this release, again."""
    known = dict(EVENTS)
    yield
    EVENTS.clear()
    EVENTS.update(known)


def version_2() -> type[Event]:
    """A later release: what follows is a list, and somebody is named who decided."""

    class ReferralClosed2(ReferralEvent, kind=KIND, version=2):
        """The same fact with more than one next step."""

        next_steps: tuple[str, ...]
        decided_by: str

        @classmethod
        def upcast(cls, older: Any) -> Event:
            named = older.model_dump(
                include={"patient_id", "referral_id", "requester", "performer"}
            )
            return cls(**named, next_steps=(older.next_step,), decided_by="unknown")

    return ReferralClosed2


def closed(event: Any, patient_id: UUID, **more: Any) -> Any:
    names = {"referral_id": new_id(), "requester": "asker", "performer": "answerer"}
    return event(patient_id=patient_id, **names, **more)


@contextmanager
def before(later: type[Event]) -> Iterator[None]:
    """In the process of a release that does not know this event yet."""
    del EVENTS[later.kind, later.version]
    yield
    EVENTS[later.kind, later.version] = later


class Release:
    """A process of one of the two services, whose code hears this version of the event."""

    def __init__(
        self, name: str, heard: type[Event], settings: Settings, clock: VirtualClock
    ) -> None:
        self.name, self.seen = name, list[Event]()
        hears = Handlers()
        hears.on(heard)(self._see)
        tables = pair.house()[0].tables
        both = [
            Service(NamePlate(name, name), (), handlers, Jobs(), tables, ())
            for name, handlers in (("asker", Handlers()), ("answerer", hears))
        ]
        house = House(both, settings, clock, MemoryMailer())
        self.team = Team([one for one in both if one.plate.name == name], house)
        self.team.settle()

    def _see(self, event: Event, _: Work) -> None:
        self.seen.append(event)

    def announce(self, *events: Event) -> None:
        for event in events:
            with self.team[self.name].work() as work:
                work.announce(event)
        self.team.settle()

    def in_inbox(self, column: str) -> list[Any]:
        order = text(f"select {column} from inbox order by delivery_seq")  # noqa: S608 - ours
        with self.team[self.name].reader.connect() as connection:
            return list(connection.execute(order).scalars())


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(MONDAY)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    forget_memory()
    return pair.prepare(tmp_path)


def talk(*releases: Release) -> None:
    """Let them send, apply and answer until both have said everything."""
    for _ in range(3):
        for release in releases:
            release.team.settle()


def test_a_new_release_understands_what_an_old_one_said(
    settings: Settings, clock: VirtualClock
) -> None:
    """What lay in the queue and in the inbox, as it came, is read in the newest version."""
    old = Release("answerer", ReferralClosed, settings, clock)
    asker = Release("asker", ReferralClosed, settings, clock)
    old.team.stop()
    patient = new_id()
    asker.announce(closed(ReferralClosed, patient, next_step="rest"))
    later = version_2()
    answerer = Release("answerer", later, settings, clock)
    talk(answerer, asker)
    (seen,) = answerer.seen
    assert type(seen) is later
    assert seen.model_dump(include={"next_steps", "decided_by"}) == {
        "next_steps": ("rest",),
        "decided_by": "unknown",
    }
    (body,) = answerer.in_inbox("body")
    assert json.loads(body)["type"] == f"relais.{KIND}.v1"
    assert json.loads(body)["data"]["next_step"] == "rest"
    assert states(asker.team, "asker", "delivery") == {"handled": 1}


def test_an_old_version_is_still_told_to_whoever_hears_the_new_one(
    settings: Settings, clock: VirtualClock
) -> None:
    later = version_2()
    answerer = Release("answerer", later, settings, clock)
    asker = Release("asker", later, settings, clock)
    asker.announce(closed(ReferralClosed, new_id(), next_step="rest"))
    talk(answerer, asker)
    assert [type(event) for event in answerer.seen] == [later]


def test_what_a_newer_release_said_waits_until_it_can_be_read(
    settings: Settings, clock: VirtualClock
) -> None:
    """It is parked and never dropped; the patient's later events stay behind it, in order."""
    ill, well = new_id(), new_id()
    later = version_2()
    asker = Release("asker", later, settings, clock)
    with before(later):
        old = Release("answerer", ReferralClosed, settings, clock)
    asker.announce(
        closed(later, ill, next_steps=("a", "b"), decided_by="somebody"),
        closed(later, ill, next_steps=("c",), decided_by="somebody"),
        closed(ReferralClosed, ill, next_step="d"),
        closed(ReferralClosed, well, next_step="e"),
    )
    with before(later):
        talk(old, asker)
    assert [event.stream for event in old.seen] == [well]
    assert states(asker.team, "asker", "delivery") == {"parked": 1, "held": 2, "handled": 1}
    assert f"{KIND} version 2 is not known to this release" in old.in_inbox("error")
    old.team.stop()

    new = Release("answerer", later, settings, clock)
    clock.move(hours=2)
    talk(new, asker)
    steps = [event.model_dump()["next_steps"] for event in new.seen]
    assert steps == [("a", "b"), ("c",), ("d",)]
    assert states(asker.team, "asker", "delivery") == {"handled": 4}


def test_a_kind_that_nobody_knows_yet_waits_too(settings: Settings, clock: VirtualClock) -> None:
    class Invented(ReferralEvent, kind="referral.invented"):
        """A fact of a later release."""

    asker = Release("asker", Invented, settings, clock)
    with before(Invented):
        old = Release("answerer", ReferralClosed, settings, clock)
        asker.announce(closed(Invented, new_id()))
        talk(old, asker)
    assert states(asker.team, "asker", "delivery") == {"parked": 1}
    old.team.stop()
    new = Release("answerer", Invented, settings, clock)
    clock.move(hours=2)
    talk(new, asker)
    assert [type(event) for event in new.seen] == [Invented]


def test_a_field_that_this_release_does_not_know_is_kept(
    settings: Settings, clock: VirtualClock
) -> None:
    """An old consumer goes on, and what it cannot read yet stays in its books."""

    class Richer(ReferralClosed):
        """The same version in a later release, with a new optional field."""

        urgency: str = "routine"

    asker = Release("asker", Richer, settings, clock)
    old = Release("answerer", ReferralClosed, settings, clock)
    asker.announce(closed(Richer, new_id(), next_step="rest", urgency="stat"))
    talk(old, asker)
    assert [type(event) for event in old.seen] == [ReferralClosed]
    (body,) = old.in_inbox("body")
    assert json.loads(body)["data"]["urgency"] == "stat"


def test_versions_follow_each_other_without_a_gap() -> None:
    with pytest.raises(TypeError, match="version 3 does not say how it follows"):

        class Third(ReferralEvent, kind=KIND, version=3):
            @classmethod
            def upcast(cls, older: Any) -> Event:
                return newest(older)


def test_a_new_version_says_how_it_follows_from_the_one_before() -> None:
    with pytest.raises(TypeError, match="version 2 does not say how it follows"):

        class Second(ReferralEvent, kind=KIND, version=2):
            decided_by: str


def test_three_versions_are_climbed_one_by_one() -> None:
    second = version_2()

    class Third(ReferralEvent, kind=KIND, version=3):
        steps: int

        @classmethod
        def upcast(cls, older: Any) -> Event:
            assert type(older) is second
            named = older.model_dump(
                include={"patient_id", "referral_id", "requester", "performer"}
            )
            return cls(**named, steps=len(older.model_dump()["next_steps"]))

    event = newest(closed(ReferralClosed, new_id(), next_step="rest"))
    assert type(event) is Third
    assert event.model_dump()["steps"] == 1


def test_nobody_hears_a_version_that_has_a_newer_one() -> None:
    """Otherwise the newer one would be told to nobody."""
    version_2()
    with pytest.raises(TypeError, match="has a newer version"):
        Handlers().on(ReferralClosed)
