"""What is owed: from where a referral, a course, a gate or a concern stands, nothing else.

Nothing is silently stuck, because what is owed is not remembered but derived: whatever is open
owes exactly one thing, and somebody owes it.
"""

from services.coordinator.rules.owed.facts import (
    GIVEN,
    IN_CARE,
    TO_COME,
    URGENT,
    CourseFacts,
    GateFacts,
    ReferralFacts,
    Said,
    SessionFacts,
    may_become,
)
from services.coordinator.rules.owed.gone import stays
from services.coordinator.rules.owed.kinds import (
    ACKNOWLEDGE,
    ACKNOWLEDGE_EFFECT,
    DECIDE_AT_GATE,
    FOLLOW_UP,
    KINDS,
    MAKE_UP,
    OF_REFERRALS,
    RECORD,
    WAITING_FOR_ANSWER,
    Owed,
    how_it_ended,
)
from services.coordinator.rules.owed.others import (
    owed_for_adverse_event,
    owed_for_concern,
    owed_for_follow_up,
)
from services.coordinator.rules.owed.referrals import owed_for_referral

__all__ = [
    "ACKNOWLEDGE",
    "ACKNOWLEDGE_EFFECT",
    "DECIDE_AT_GATE",
    "FOLLOW_UP",
    "GIVEN",
    "IN_CARE",
    "KINDS",
    "MAKE_UP",
    "OF_REFERRALS",
    "RECORD",
    "TO_COME",
    "URGENT",
    "WAITING_FOR_ANSWER",
    "CourseFacts",
    "GateFacts",
    "Owed",
    "ReferralFacts",
    "Said",
    "SessionFacts",
    "how_it_ended",
    "may_become",
    "owed_for_adverse_event",
    "owed_for_concern",
    "owed_for_follow_up",
    "owed_for_referral",
    "stays",
]
