"""How the care of a referral goes in the demo: a therapy, or a course of stimulation."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID


@dataclass
class Plan:
    """How the care of one referral goes. `gaps`: working days between sessions."""

    gaps: tuple[int, ...] = (1,) * 9
    missed: frozenset[int] = frozenset()
    interrupted: frozenset[int] = frozenset()
    unrecorded: frozenset[int] = frozenset()
    concern_after: int = 0
    dark_after: int = 0
    acknowledged: bool = True
    moved: int = 0
    answer_after: int = 2
    book_after: int = 1
    report: bool = True
    noted: bool = True
    relief: float = 0.35
    follow_up: bool = True


class Sent(NamedTuple):
    """A referral under way."""

    patient_id: UUID
    referral_id: UUID
    unit: str


@dataclass(frozen=True)
class Course:
    """How a course goes; sessions are counted as they come, from 1.

    `changed`: a medicine is changed before this session; `unsafe`: its day check finds a change;
    `stopped`: a serious event ends it; `go_on`: what the physician decides at a decision point,
    nothing for one who has not decided yet.
    """

    protocol: str = "induction-10"
    answer_after: int = 2
    screened: bool = True
    findings: str = ""
    planned: bool = True
    missed: frozenset[int] = frozenset()
    made_up: bool = True
    unrecorded: frozenset[int] = frozenset()
    changed: int = 0
    unsafe: int = 0
    released: bool = True
    stopped: int = 0
    reopened: bool | None = None
    go_on: bool | None = True
    relief: float = 0.35
    lost: bool = False
    report: bool = True
    noted: bool = True
