"""What can be owed, by whom to whom, and what brings it to a good end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

ANSWER, ANSWER_QUESTION, BOOK = "answer-referral", "answer-question", "book-session"
SCREEN, COMPLETE_AT_GATE = "complete-screening", "complete-at-gate"
DECIDE_AT_GATE, PLAN_COURSE = "decide-at-gate", "plan-course"
RECORD, MAKE_UP, PLAN_NEXT = "record-outcome", "make-up-session", "plan-next"
DECIDE, READ_REPORT, REPORT = "decide-next-step", "read-report", "report-back"
FOLLOW_UP = "follow-up"
ACKNOWLEDGE, ACKNOWLEDGE_EFFECT = "acknowledge-concern", "acknowledge-adverse-event"

KINDS = (
    ACKNOWLEDGE,
    ACKNOWLEDGE_EFFECT,
    DECIDE_AT_GATE,
    ANSWER,
    ANSWER_QUESTION,
    SCREEN,
    COMPLETE_AT_GATE,
    PLAN_COURSE,
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
OF_REFERRALS = frozenset(KINDS) - {FOLLOW_UP, ACKNOWLEDGE, ACKNOWLEDGE_EFFECT}
"""Owed for a referral, its sessions, courses and gates: drawn up together."""

# What brings an obligation to a good end; whatever else ends it, it is cancelled.
MET_BY: Mapping[str, frozenset[str]] = {
    ANSWER: frozenset(
        {"referral.accepted", "referral.rejected", "session.booked", "referral.completed"}
    ),
    ANSWER_QUESTION: frozenset({"referral.resumed"}),
    SCREEN: frozenset({"gate.released", "gate.upheld", "gate.closed"}),
    COMPLETE_AT_GATE: frozenset({"gate.released", "gate.upheld", "gate.closed"}),
    DECIDE_AT_GATE: frozenset({"gate.released", "gate.upheld"}),
    PLAN_COURSE: frozenset({"course.planned", "session.booked"}),
    BOOK: frozenset({"session.booked"}),
    RECORD: frozenset({"session.completed", "session.interrupted", "session.missed"}),
    MAKE_UP: frozenset({"session.booked", "course.changed"}),
    PLAN_NEXT: frozenset({"session.booked", "course.planned", "referral.completed"}),
    DECIDE: frozenset({"referral.closed", "referral.requested", "report.sent"}),
    READ_REPORT: frozenset({"referral.closed"}),
    REPORT: frozenset({"report.sent"}),
    FOLLOW_UP: frozenset({"follow_up.done"}),
    ACKNOWLEDGE: frozenset({"concern.acknowledged"}),
    ACKNOWLEDGE_EFFECT: frozenset({"adverse_event.acknowledged"}),
}


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
