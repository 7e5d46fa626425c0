"""What the rules must know: where a referral stands, with its sessions, courses and gates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

IN_CARE = ("accepted", "in-progress")
OVER = ("cancelled", "completed", "rejected", "failed")
TO_COME = ("booked", "arrived")
GIVEN = ("completed", "interrupted")
URGENT = frozenset({"urgent", "asap", "stat"})

SCREENING, STOP = "screening", "stop"
OF_COURSE = frozenset({"motor-threshold", "decision-point"})
"""Gates at which nobody is asked any more once their course is over."""
HOLDS = frozenset({STOP, "decision-point"})
"""Gates that hold up every session of a course that is still to come."""

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
    """Where one session stands. `course_id` is empty for a visit that belongs to no course."""

    id: UUID
    status: str
    booked: Said
    said: Said
    ends_at: datetime
    practitioner_id: UUID | None = None
    course_id: UUID | None = None


@dataclass(frozen=True)
class GateFacts:
    """Where one gate stands: somebody must do or decide something before it goes on."""

    id: UUID
    gate: str
    decided_by: str
    closed_at: datetime | None
    """Empty as long as only the decision has arrived."""
    status: str = "closed"
    """closed, released or upheld."""
    decided_at: datetime | None = None
    ask: str = "decide"
    urgent: bool = False
    course_id: UUID | None = None

    @property
    def is_closed(self) -> bool:
        return self.status == "closed" and self.closed_at is not None

    @property
    def is_urgent(self) -> bool:
        """After a seizure or the like a physician decides on the same day."""
        return self.urgent or self.gate == STOP


@dataclass(frozen=True)
class CourseFacts:
    """Where one course stands."""

    id: UUID
    at_risk_since: datetime | None = None
    is_over: bool = False


@dataclass(frozen=True)
class ReferralFacts:
    """Where one referral stands, with all its sessions, courses and gates."""

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
    gone: bool = False
    """The patient has died, or was transferred to another centre."""
    sessions: Sequence[SessionFacts] = ()
    courses: Sequence[CourseFacts] = ()
    gates: Sequence[GateFacts] = ()
