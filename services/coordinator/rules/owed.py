"""What is owed: from where a referral, a session, a follow-up or a concern stands, nothing else.

Nothing is silently stuck, because what is owed is not remembered but derived: whatever is open
owes exactly one thing, and somebody owes it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.calendar import to_utc
from shared.events import OUTSIDE

ANSWER, ANSWER_QUESTION, BOOK = "answer-referral", "answer-question", "book-session"
RECORD, MAKE_UP, PLAN_NEXT = "record-outcome", "make-up-session", "plan-next"
DECIDE, READ_REPORT, REPORT = "decide-next-step", "read-report", "report-back"
FOLLOW_UP, ACKNOWLEDGE = "follow-up", "acknowledge-concern"

KINDS = (
    ACKNOWLEDGE,
    ANSWER,
    ANSWER_QUESTION,
    BOOK,
    RECORD,
    MAKE_UP,
    PLAN_NEXT,
    DECIDE,
    READ_REPORT,
    REPORT,
    FOLLOW_UP,
)
WAITING_FOR_ANSWER = (ANSWER, ANSWER_QUESTION)

IN_CARE = ("accepted", "in-progress")
TO_COME = ("booked", "arrived")
GIVEN = ("completed", "interrupted")
URGENT = frozenset({"urgent", "asap", "stat"})

# What brings an obligation to a good end; whatever else ends it, it is cancelled.
MET_BY: Mapping[str, frozenset[str]] = {
    ANSWER: frozenset(
        {"referral.accepted", "referral.rejected", "session.booked", "referral.completed"}
    ),
    ANSWER_QUESTION: frozenset({"referral.resumed"}),
    BOOK: frozenset({"session.booked"}),
    RECORD: frozenset({"session.completed", "session.interrupted", "session.missed"}),
    MAKE_UP: frozenset({"session.booked"}),
    PLAN_NEXT: frozenset({"session.booked", "referral.completed"}),
    DECIDE: frozenset({"referral.closed", "referral.requested", "report.sent"}),
    READ_REPORT: frozenset({"referral.closed"}),
    REPORT: frozenset({"report.sent"}),
    FOLLOW_UP: frozenset({"follow_up.done"}),
    ACKNOWLEDGE: frozenset({"concern.acknowledged"}),
}

Said = tuple[datetime, UUID]
"""When something was said, and in which event: the later one counts, whichever came first."""

_RANK: Mapping[str, int] = {
    "requested": 0,
    "received": 1,
    "on-hold": 1,
    "accepted": 2,
    "in-progress": 3,
    "cancelled": 4,
    "completed": 5,
    "rejected": 5,
    "failed": 5,
}


def may_become(status: str, new: str, said: Said, said_before: Said) -> bool:
    """Whether a referral changes its state; news of two services may come in any order.

    A referral only goes forward. Question and answer may follow one another several times: there
    the later one counts. What the performing service ended stays ended, withdrawn or not.
    """
    if _RANK[new] == _RANK[status] == _RANK["received"]:
        return said >= said_before
    return _RANK[new] > _RANK[status]


@dataclass(frozen=True)
class SessionFacts:
    """Where one session stands."""

    id: UUID
    status: str
    booked: Said
    said: Said
    ends_at: datetime
    practitioner_id: UUID | None = None


@dataclass(frozen=True)
class ReferralFacts:
    """Where one referral stands, with all its sessions."""

    id: UUID
    requester: str
    performer: str
    status: str
    requested_at: datetime
    said_at: datetime
    requester_member: UUID | None = None
    urgent: bool = False
    reported_at: datetime | None = None
    settled: bool = False
    """The referrer took note of the end, or asked again elsewhere."""
    sessions: Sequence[SessionFacts] = ()


@dataclass(frozen=True)
class Owed:
    """`debtor` owes `what` to `creditor`; its ladder is counted from `start`."""

    what: str
    debtor: str
    creditor: str
    subject: UUID
    start: datetime
    since: datetime
    debtor_member: UUID | None = None
    creditor_member: UUID | None = None
    urgent: bool = False
    paused: bool = False

    @property
    def key(self) -> tuple[str, UUID]:
        return self.what, self.subject


def how_it_ended(what: str, kind: str) -> str:
    """`met` or `cancelled`, when an event of this kind made it no longer owed."""
    return "met" if kind in MET_BY[what] else "cancelled"


def owed_for_referral(facts: ReferralFacts) -> list[Owed]:
    """Everything that is owed for a referral and its sessions."""
    open_sessions = [s for s in facts.sessions if s.status in TO_COME]
    owed = [_outcome(facts, session) for session in open_sessions]
    if facts.status in ("requested", "received"):
        return [*owed, _answer(facts)]
    if facts.status == "on-hold":
        return [*owed, _question(facts), _answer(facts, paused=True)]
    if facts.status in IN_CARE:
        missed = [_make_up(facts, session) for session in not_made_up(facts.sessions)]
        return [*owed, *missed] if owed or missed else [_next_appointment(facts)]
    return [*owed, *_after_the_end(facts)]


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
    """In care and nothing booked: the first session, or what comes after the last one."""
    seen = any(s.status in (*GIVEN, "missed") for s in facts.sessions)
    since = max([facts.said_at, *(s.said[0] for s in facts.sessions)])
    return _by_performer(facts, PLAN_NEXT if seen else BOOK, facts.id, since)


def _after_the_end(facts: ReferralFacts) -> Iterator[Owed]:
    if facts.status == "completed" and facts.reported_at is None:
        yield _by_performer(facts, REPORT, facts.id, facts.said_at)
    elif facts.settled:
        return
    elif facts.status == "completed" and facts.reported_at and facts.requester != OUTSIDE:
        yield _by_requester(facts, READ_REPORT, facts.reported_at)
    elif facts.status in ("rejected", "failed"):
        yield _by_requester(facts, DECIDE, facts.said_at)


def owed_for_follow_up(
    follow_up_id: UUID,
    *,
    performer: str,
    requester: str,
    planned_at: datetime,
    due_on: date,
    zone: ZoneInfo,
) -> Owed:
    """A planned follow-up is owed on its day."""
    start = to_utc(due_on, time(0), zone)
    return Owed(FOLLOW_UP, performer, requester, follow_up_id, start, planned_at)


def owed_for_concern(
    concern_id: UUID, *, addressed_to: str, raised_by: str, raised_at: datetime, urgent: bool
) -> Owed:
    """A named person acknowledges a concern."""
    return Owed(
        ACKNOWLEDGE, addressed_to, raised_by, concern_id, raised_at, raised_at, urgent=urgent
    )
