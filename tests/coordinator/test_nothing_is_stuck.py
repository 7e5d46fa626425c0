"""Whatever happens, in whatever order it is heard: what is open owes one thing, to somebody."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from services.coordinator.tables import (
    AdverseEventState,
    ConcernState,
    CourseState,
    FollowUpState,
    GateState,
    Obligation,
    ReferralState,
    SessionState,
)
from shared import events
from shared.events import OUTSIDE
from tests.coordinator.office import ASKER, Office, referral
from tests.coordinator.telling import (
    BY_REFERRER,
    BY_UNIT,
    GATES,
    OF_COURSE,
    OF_GATE,
    OF_SESSION,
    OTHERS,
    REFERRALS,
    SESSIONS,
    Story,
)

OVER = ("cancelled", "completed", "rejected", "failed")
LIFTED = ("motor-threshold", "decision-point")
"""Gates at which nobody is asked any more once their course is over."""

happenings = st.one_of(
    st.tuples(st.just("referral"), st.integers(0, REFERRALS - 1), st.sampled_from(BY_REFERRER)),
    st.tuples(st.just("referral"), st.integers(0, REFERRALS - 1), st.sampled_from(BY_UNIT)),
    st.tuples(st.just("session"), st.integers(0, SESSIONS - 1), st.sampled_from(OF_SESSION)),
    st.tuples(st.just("course"), st.just(0), st.sampled_from(OF_COURSE)),
    st.tuples(st.just("gate"), st.integers(0, len(GATES) - 1), st.sampled_from(OF_GATE)),
    st.tuples(st.just("other"), st.just(0), st.sampled_from(OTHERS)),
)
stories = st.lists(st.tuples(happenings, st.integers(-30, 60)), min_size=1, max_size=25)
DECISION_POINT = GATES.index("decision-point")
TWO_MONTHS = 60 * 24 * 60


@contextmanager
def an_office() -> Iterator[Office]:
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder))
        yield office
        office.close()


@given(stories)
@example([(("course", 0, "completed"), 0), (("gate", DECISION_POINT, "closed"), 0)])
@example([(("gate", DECISION_POINT, "closed"), 0), (("course", 0, "ended"), 0)])
@example([(("referral", 0, "requested"), TWO_MONTHS)])  # beyond the last rung of its ladder
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
    without_visits = [key for key in owed if key not in missed_visits(office)]
    assert set(without_visits) == set(expected(office))
    in_care_without = [r for r in in_care(office) if r not in {row.referral_id for row in standing}]
    assert in_care_without == []


def rows(office: Office, table: type[Any]) -> list[Any]:
    with office.look() as work:
        return list(work.all(select(table)))


def missed_visits(office: Office) -> set[tuple[str, UUID]]:
    """Of visits that were missed, the next booking says which one it makes up."""
    missed = [s for s in rows(office, SessionState) if not s.course_id and s.status == "missed"]
    return {("make-up-session", session.id) for session in missed}


def in_care(office: Office) -> set[UUID]:
    return {r.id for r in rows(office, ReferralState) if r.status in ("accepted", "in-progress")}


def expected(office: Office) -> Iterator[tuple[str, UUID]]:
    """The one thing that everything open owes; told from the states alone."""
    referrals = rows(office, ReferralState)
    yield from _of_one_kind(office)
    for one in referrals:
        own = list(_within(office, one))
        yield from own
        what = _owed_by(office, one, own)
        yield from [(what, one.id)] if what else []


def _within(office: Office, one: ReferralState) -> Iterator[tuple[str, UUID]]:
    """What the sessions, the gates and the course of a referral owe."""
    closed, courses = _closed(office, one), _courses(office, one)
    held = [g.closed_at for g in closed if g.closed_at and g.gate in ("stop", "decision-point")]
    for given_one in (s for s in rows(office, SessionState) if s.referral_id == one.id):
        ends_at = given_one.starts_at + timedelta(minutes=given_one.minutes)
        waits = (
            given_one.course_id and given_one.status == "booked" and held and ends_at > min(held)
        )
        if given_one.status in ("booked", "arrived") and not waits:
            yield "record-outcome", given_one.id
    for gate in closed:
        asked = "complete-screening" if gate.gate == "screening" else "complete-at-gate"
        yield asked if gate.ask == "complete" else "decide-at-gate", gate.id
    at_risk = [c for c in courses if c.at_risk_since and not c.ended_at and not held]
    if one.status in ("accepted", "in-progress"):
        yield from (("make-up-session", course.id) for course in at_risk)


def _closed(office: Office, one: ReferralState) -> list[GateState]:
    """The gates at which somebody is asked."""
    over = {course.id for course in _courses(office, one) if course.ended_at}
    gates = [g for g in rows(office, GateState) if g.referral_id == one.id]
    closed = [g for g in gates if g.closed_at and not g.decided_at]
    asked = [g for g in closed if g.gate not in LIFTED or g.course_id not in over]
    return [g for g in asked if g.gate == "stop" or one.status not in OVER]


def _courses(office: Office, one: ReferralState) -> list[CourseState]:
    return [course for course in rows(office, CourseState) if course.referral_id == one.id]


def _of_one_kind(office: Office) -> Iterator[tuple[str, UUID]]:
    planned = [f for f in rows(office, FollowUpState) if f.status == "planned"]
    yield from (("follow-up", follow_up.id) for follow_up in planned)
    concerns = [c for c in rows(office, ConcernState) if c.raised_at and not c.acknowledged_at]
    yield from (("acknowledge-concern", concern.id) for concern in concerns)
    harms = [h for h in rows(office, AdverseEventState) if h.reported_at and not h.acknowledged_at]
    yield from (("acknowledge-adverse-event", harm.id) for harm in harms)


def _owed_by(office: Office, one: ReferralState, own: list[tuple[str, UUID]]) -> str:
    """What the referral itself owes, besides what is owed within it."""
    if one.status == "completed":
        read = "" if one.settled or one.requester == OUTSIDE else "read-report"
        return read if one.reported_at else "report-back"
    if one.status in ("accepted", "in-progress"):
        missed = {row.referral_id for row in office.obligations() if row.what == "make-up-session"}
        return "" if own or one.id in missed else _next(office, one)
    ended = "" if one.settled else "decide-next-step"
    waiting = {"requested": "answer-referral", "received": "answer-referral"}
    waiting |= {"on-hold": "answer-question", "cancelled": "", "rejected": ended, "failed": ended}
    return waiting[one.status]


def _next(office: Office, one: ReferralState) -> str:
    if _courses(office, one):
        return "plan-next"
    screened = [g for g in rows(office, GateState) if g.gate == "screening" and g.decided_at]
    for gate in (g for g in screened if g.referral_id == one.id):
        return "plan-course" if gate.status == "released" else "plan-next"
    sessions = [s for s in rows(office, SessionState) if s.referral_id == one.id]
    return "plan-next" if any(s.status != "cancelled" for s in sessions) else "book-session"


def test_obligations_of_the_past_are_kept(office: Office) -> None:
    """What was met is not deleted: the ledger of a patient stays whole."""
    names = referral()
    office.hear(office.request(names), source=ASKER)
    office.hear(events.ReferralAccepted(**names))
    assert len(rows(office, Obligation)) == 2
