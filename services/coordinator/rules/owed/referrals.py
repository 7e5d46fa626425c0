"""What is owed for a referral, with its sessions, courses and gates."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from services.coordinator.rules.owed.facts import (
    GIVEN,
    IN_CARE,
    OVER,
    SCREENING,
    STOP,
    TO_COME,
    GateFacts,
    ReferralFacts,
    SessionFacts,
)
from services.coordinator.rules.owed.gates import at_gate, at_risk, is_held, is_lifted
from services.coordinator.rules.owed.gone import still_owed
from services.coordinator.rules.owed.kinds import (
    ANSWER,
    ANSWER_QUESTION,
    BOOK,
    DECIDE,
    MAKE_UP,
    PLAN_COURSE,
    PLAN_NEXT,
    READ_REPORT,
    RECORD,
    REPORT,
    Owed,
)
from shared.events import OUTSIDE


def owed_for_referral(facts: ReferralFacts) -> list[Owed]:
    """Everything that is owed for a referral, its sessions, its courses and its gates."""
    owed = _owed(facts)
    return still_owed(owed) if facts.gone else owed


def _owed(facts: ReferralFacts) -> list[Owed]:
    closed = _closed_gates(facts)
    to_come = [s for s in facts.sessions if s.status in TO_COME and not is_held(s, closed)]
    owed = [_outcome(facts, session) for session in to_come]
    owed += [at_gate(facts, gate) for gate in closed]
    if facts.status in ("requested", "received"):
        return [*owed, _answer(facts)]
    if facts.status == "on-hold":
        return [*owed, _question(facts), _answer(facts, paused=True)]
    if facts.status in IN_CARE:
        owed += _missed(facts, closed)
        return owed or [_next_appointment(facts)]
    return [*owed, *_after_the_end(facts)]


def _closed_gates(facts: ReferralFacts) -> list[GateFacts]:
    """Gates at which somebody is still asked; once the care is over, nobody is.

    A stop holds up the patient's next course as well: it is decided about, whatever ended since.
    """
    if facts.gone:
        return []
    closed = [gate for gate in facts.gates if gate.is_closed and not is_lifted(facts, gate)]
    return [gate for gate in closed if gate.gate == STOP or facts.status not in OVER]


def _missed(facts: ReferralFacts, closed: Sequence[GateFacts]) -> list[Owed]:
    """What is to be made up: by the rule of the course, without a course by the next booking."""
    without_course = [session for session in facts.sessions if session.course_id is None]
    courses = [at_risk(facts, course, closed) for course in facts.courses]
    return [
        *(_make_up(facts, session) for session in not_made_up(without_course)),
        *(item for item in courses if item is not None),
    ]


def _answer(facts: ReferralFacts, paused: bool = False) -> Owed:
    return Owed(
        ANSWER,
        facts.performer,
        facts.requester,
        facts.id,
        start=facts.requested_at,
        since=facts.requested_at,
        creditor_member=facts.requester_member,
        urgent=facts.urgent,
        paused=paused,
    )


def _by_requester(facts: ReferralFacts, what: str, since: datetime) -> Owed:
    """Owed by the referrer; for a referrer outside, the performing service sees to it."""
    if facts.requester == OUTSIDE:
        return Owed(what, facts.performer, OUTSIDE, facts.id, since, since)
    return Owed(
        what,
        facts.requester,
        facts.performer,
        facts.id,
        since,
        since,
        debtor_member=facts.requester_member,
    )


def _by_performer(facts: ReferralFacts, what: str, subject: UUID, since: datetime) -> Owed:
    return Owed(
        what,
        facts.performer,
        facts.requester,
        subject,
        since,
        since,
        creditor_member=facts.requester_member,
    )


def _question(facts: ReferralFacts) -> Owed:
    return _by_requester(facts, ANSWER_QUESTION, facts.said_at)


def _outcome(facts: ReferralFacts, session: SessionFacts) -> Owed:
    return Owed(
        RECORD,
        facts.performer,
        facts.requester,
        session.id,
        start=session.ends_at,
        since=session.booked[0],
        debtor_member=session.practitioner_id,
        creditor_member=facts.requester_member,
    )


def _make_up(facts: ReferralFacts, session: SessionFacts) -> Owed:
    return _by_performer(facts, MAKE_UP, session.id, session.said[0])


def not_made_up(sessions: Iterable[SessionFacts]) -> Iterator[SessionFacts]:
    """Missed sessions after which no other was booked; one booking makes up one of them."""
    bookings = sorted(s.booked for s in sessions if s.status != "cancelled")
    for missed in sorted((s for s in sessions if s.status == "missed"), key=lambda s: s.said):
        later = next((booking for booking in bookings if booking > missed.said), None)
        if later is None:
            yield missed
        else:
            bookings.remove(later)


def _next_appointment(facts: ReferralFacts) -> Owed:
    """In care and nothing to come: a course, the first session, or what comes after the last."""
    since = max([facts.said_at, *(s.said[0] for s in facts.sessions)])
    screened = _screened(facts.gates)
    if screened and screened.decided_at and not facts.courses:
        allowed = screened.status == "released"
        since = max(since, screened.decided_at)
        return _by_performer(facts, PLAN_COURSE if allowed else PLAN_NEXT, facts.id, since)
    seen = facts.courses or any(s.status in (*GIVEN, "missed") for s in facts.sessions)
    return _by_performer(facts, PLAN_NEXT if seen else BOOK, facts.id, since)


def _screened(gates: Iterable[GateFacts]) -> GateFacts | None:
    """The last decision about the screening; only who gives courses screens."""
    decided = [g for g in gates if g.gate == SCREENING and g.decided_at is not None]
    return max(decided, key=lambda gate: (gate.decided_at, gate.id), default=None)


def _after_the_end(facts: ReferralFacts) -> Iterator[Owed]:
    if facts.status == "completed" and facts.reported_at is None:
        yield _by_performer(facts, REPORT, facts.id, facts.said_at)
    elif facts.settled:
        return
    elif facts.status == "completed" and facts.reported_at and facts.requester != OUTSIDE:
        yield _by_requester(facts, READ_REPORT, facts.reported_at)
    elif facts.status in ("rejected", "failed"):
        yield _by_requester(facts, DECIDE, facts.said_at)
