"""Whatever happens, in whatever order it is heard: what is open owes one thing, to somebody."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from services.coordinator.tables import (
    ConcernState,
    FollowUpState,
    Obligation,
    ReferralState,
    SessionState,
)
from shared import events
from shared.events import OUTSIDE, Event
from shared.identifiers import new_id
from tests.coordinator.office import ASKER, MONDAY, Office, referral, session

REFERRALS = 2
SESSIONS = 3
BY_REFERRER = ("requested", "resumed", "cancelled", "closed")
BY_UNIT = ("received", "accepted", "rejected", "held", "completed", "failed", "reported")
OF_SESSION = ("booked", "moved", "arrived", "completed", "interrupted", "missed", "cancelled")
OTHERS = ("planned", "followed", "worried", "acknowledged")

happenings = st.one_of(
    st.tuples(st.just("referral"), st.integers(0, REFERRALS - 1), st.sampled_from(BY_REFERRER)),
    st.tuples(st.just("referral"), st.integers(0, REFERRALS - 1), st.sampled_from(BY_UNIT)),
    st.tuples(st.just("session"), st.integers(0, SESSIONS - 1), st.sampled_from(OF_SESSION)),
    st.tuples(st.just("other"), st.just(0), st.sampled_from(OTHERS)),
)
stories = st.lists(st.tuples(happenings, st.integers(-30, 60)), min_size=1, max_size=25)


class Story:
    """Two referrals of one patient, one of them from outside; their events, made on demand."""

    def __init__(self, office: Office) -> None:
        self.office = office
        inside, outside = referral(), referral(requester=OUTSIDE)
        self.referrals = [inside, {**outside, "patient_id": inside["patient_id"]}]
        self.sessions = [session(inside, number) for number in range(1, SESSIONS + 1)]
        self.follow_up = {**inside, "follow_up_id": new_id(), "point": "month-1"}
        self.concern = {
            "patient_id": inside["patient_id"],
            "concern_id": new_id(),
            "raised_by": "rtms_unit",
            "addressed_to": ASKER,
        }
        self.note = office.note("…", inside["patient_id"])

    def event(self, about: str, which: int, what: str) -> Event:
        made: Event = getattr(self, f"_{about}")(which, what)
        return made

    def _referral(self, which: int, what: str) -> Event:
        names = self.referrals[which]
        if what == "requested":
            return self.office.request(names)
        table: dict[str, tuple[type[Event], dict[str, Any]]] = {
            "received": (events.ReferralReceived, {}),
            "accepted": (events.ReferralAccepted, {}),
            "rejected": (events.ReferralRejected, self._reason() | {"note": self.note}),
            "held": (events.ReferralHeld, {"question": self.note}),
            "resumed": (events.ReferralResumed, {"answer": self.note}),
            "cancelled": (events.ReferralCancelled, {"reason_code": "withdrawn"}),
            "completed": (events.ReferralCompleted, {}),
            "failed": (events.ReferralFailed, {}),
            "reported": (events.ReportSent, {"report": self.note}),
            "closed": (events.ReferralClosed, {}),
        }
        kind, more = table[what]
        return kind(**names, **more)

    def _reason(self) -> dict[str, Any]:
        return {"reason_code": "capacity", "next_step": "back-to-referrer"}

    def _session(self, which: int, what: str) -> Event:
        names, starts_at = self.sessions[which], self.office.clock.now() + timedelta(hours=5)
        dates = {"starts_at": starts_at, "minutes": 30}
        table: dict[str, tuple[type[Event], dict[str, Any]]] = {
            "booked": (events.SessionBooked, dates),
            "moved": (events.SessionMoved, {**dates, "was_at": MONDAY}),
            "arrived": (events.SessionArrived, {}),
            "completed": (events.SessionCompleted, {}),
            "interrupted": (events.SessionInterrupted, {"reason_code": "unwell"}),
            "missed": (events.SessionMissed, {"reason_code": "transport"}),
            "cancelled": (events.SessionCancelled, {"reason_code": "other"}),
        }
        kind, more = table[what]
        return kind(**names, **more)

    def _other(self, _: int, what: str) -> Event:
        if what == "planned":
            return events.FollowUpPlanned(**self.follow_up, due_on=MONDAY.date())
        if what == "followed":
            return events.FollowUpDone(**self.follow_up)
        kind = events.ConcernRaised if what == "worried" else events.ConcernAcknowledged
        return kind(**self.concern, note=self.note)


@contextmanager
def an_office() -> Iterator[Office]:
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder))
        yield office
        office.close()


@given(stories)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_is_silently_stuck(story: list[tuple[tuple[str, int, str], int]]) -> None:
    with an_office() as office:
        told = Story(office)
        for happening, minutes in story:
            # News of different services overtake one another: some were announced before.
            at = office.clock.now() + timedelta(minutes=min(minutes, 0))
            office.hear(told.event(*happening), at=at)
            office.wait(minutes=max(minutes, 0))
            check(office)


def check(office: Office) -> None:
    """What is open has exactly one open obligation for itself, with an owner and a date."""
    standing = office.obligations()
    owed = Counter((row.what, row.subject) for row in standing)
    assert set(owed.values()) <= {1}
    for row in standing:
        assert row.debtor
        assert row.due_at
        assert row.next_at
    assert {key for key in owed if key[0] != "make-up-session"} == set(expected(office))
    in_care_without = [r for r in in_care(office) if r not in {row.referral_id for row in standing}]
    assert in_care_without == []


def rows(office: Office, table: type[Any]) -> list[Any]:
    with office.look() as work:
        return list(work.all(select(table)))


def in_care(office: Office) -> set[UUID]:
    return {r.id for r in rows(office, ReferralState) if r.status in ("accepted", "in-progress")}


def expected(office: Office) -> Iterator[tuple[str, UUID]]:
    """The one thing that everything open owes; told from the states alone."""
    appointments = rows(office, SessionState)
    to_come = [a for a in appointments if a.status in ("booked", "arrived")]
    yield from (("record-outcome", appointment.id) for appointment in to_come)
    missed = {r.referral_id for r in office.obligations() if r.what == "make-up-session"}
    busy = {a.referral_id for a in to_come} | missed
    seen = {a.referral_id for a in appointments if a not in to_come and a.status != "cancelled"}
    for one in rows(office, ReferralState):
        what = _owed_by(one, one.id in busy, one.id in seen)
        yield from [(what, one.id)] if what else []
    yield from _of_one_kind(office)


def _of_one_kind(office: Office) -> Iterator[tuple[str, UUID]]:
    planned = [f for f in rows(office, FollowUpState) if f.status == "planned"]
    yield from (("follow-up", follow_up.id) for follow_up in planned)
    concerns = [c for c in rows(office, ConcernState) if c.raised_at and not c.acknowledged_at]
    yield from (("acknowledge-concern", concern.id) for concern in concerns)


def _owed_by(one: ReferralState, has_appointment: bool, seen: bool) -> str:
    ended = {"rejected": "" if one.settled else "decide-next-step"}
    ended["failed"] = ended["rejected"]
    if one.status == "completed":
        read = "" if one.settled or one.requester == OUTSIDE else "read-report"
        return read if one.reported_at else "report-back"
    if one.status in ("accepted", "in-progress"):
        return "" if has_appointment else ("plan-next" if seen else "book-session")
    waiting = {"requested": "answer-referral", "received": "answer-referral"}
    return {**waiting, "on-hold": "answer-question", "cancelled": "", **ended}[one.status]


def test_obligations_of_the_past_are_kept(office: Office) -> None:
    """What was met is not deleted: the ledger of a patient stays whole."""
    names = referral()
    office.hear(office.request(names), source=ASKER)
    office.hear(events.ReferralAccepted(**names))
    assert len(rows(office, Obligation)) == 2
