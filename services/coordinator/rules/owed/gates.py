"""What is owed at the gates of a course, and what need not be done while one is closed."""

from collections.abc import Iterator, Sequence

from services.coordinator.rules.owed.facts import (
    HOLDS,
    OF_COURSE,
    SCREENING,
    CourseFacts,
    GateFacts,
    ReferralFacts,
    SessionFacts,
)
from services.coordinator.rules.owed.kinds import (
    COMPLETE_AT_GATE,
    DECIDE_AT_GATE,
    MAKE_UP,
    SCREEN,
    Owed,
)
from shared.events import OUTSIDE


def at_gate(facts: ReferralFacts, gate: GateFacts) -> Owed:
    """Whoever is asked at a closed gate does or decides what is asked."""
    if gate.ask == "complete":
        what = SCREEN if gate.gate == SCREENING else COMPLETE_AT_GATE
        return _owed(facts, gate, what, facts.performer, facts.requester)
    if gate.decided_by in (facts.performer, OUTSIDE):
        return _owed(facts, gate, DECIDE_AT_GATE, facts.performer, facts.requester)
    return _owed(facts, gate, DECIDE_AT_GATE, gate.decided_by, facts.performer)


def _owed(facts: ReferralFacts, gate: GateFacts, what: str, debtor: str, creditor: str) -> Owed:
    """What is urgent is asked of the whole unit, not only of the member who has referred."""
    since = gate.closed_at or facts.said_at
    to_asker = debtor == facts.requester and not gate.is_urgent
    return Owed(
        what,
        debtor,
        creditor,
        gate.id,
        since,
        since,
        debtor_member=facts.requester_member if to_asker else None,
        creditor_member=facts.requester_member if creditor == facts.requester else None,
        urgent=gate.is_urgent,
    )


def is_lifted(facts: ReferralFacts, gate: GateFacts) -> bool:
    """Whether the course is over that the gate asks about."""
    courses = [course for course in facts.courses if course.id == gate.course_id]
    return gate.gate in OF_COURSE and any(course.is_over for course in courses)


def is_held(session: SessionFacts, closed: Sequence[GateFacts]) -> bool:
    """Whether a session to come cannot be given before a physician has decided."""
    return session.status == "booked" and any(
        gate.closed_at is not None and session.ends_at > gate.closed_at
        for gate in _holding(session.course_id, closed)
    )


def _holding(course_id: object, closed: Sequence[GateFacts]) -> Iterator[GateFacts]:
    for gate in closed:
        if course_id and gate.gate in HOLDS and gate.course_id in (None, course_id):
            yield gate


def at_risk(facts: ReferralFacts, course: CourseFacts, closed: Sequence[GateFacts]) -> Owed | None:
    """A missed session of a course is made up; not while the course may not go on."""
    if course.is_over or course.at_risk_since is None:
        return None
    return Owed(
        MAKE_UP,
        facts.performer,
        facts.requester,
        course.id,
        course.at_risk_since,
        course.at_risk_since,
        creditor_member=facts.requester_member,
        paused=any(_holding(course.id, closed)),
    )
