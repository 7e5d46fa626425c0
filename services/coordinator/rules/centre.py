"""The figures of the centre: waiting, missed, made up, in time; each with the numbers behind it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from shared.measuring.waiting import Wait, median

PER = 1000
"""Adverse events are told per so many sessions."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Days from the first to the last, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Waiting:
    """How long it took in one unit: the median in days, of how many, and who still waits."""

    unit: str
    waits: Sequence[Wait]

    @property
    def n(self) -> int:
        return len(self.waits)

    @property
    def still(self) -> int:
        return sum(not wait.over for wait in self.waits)

    @property
    def days(self) -> int | None:
        return median(self.waits)


@dataclass(frozen=True)
class Attendance:
    """The sessions of a unit whose day has come: given or missed, and why they were missed."""

    unit: str
    given: int
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def missed(self) -> int:
        return sum(self.reasons.values())

    @property
    def n(self) -> int:
        return self.given + self.missed

    @property
    def percent(self) -> float | None:
        return share(self.missed, self.n)


@dataclass(frozen=True)
class Courses:
    """Courses with a plan in the period, and what became of those that were at risk."""

    n: int
    at_risk: int
    made_up: int
    accepted: int
    still_at_risk: int


@dataclass(frozen=True)
class Promises:
    """What was due of one kind: done in time, done late, settled elsewhere, or open still."""

    what: str
    in_time: int
    late: int
    settled: int
    still: int

    @property
    def n(self) -> int:
        return self.in_time + self.late + self.settled + self.still

    @property
    def percent(self) -> float | None:
        return share(self.in_time, self.n)


@dataclass(frozen=True)
class Harm:
    """The adverse events of a unit, beside the sessions that it gave in the same period."""

    unit: str
    sessions: int
    severities: Mapping[str, int]
    serious: int

    @property
    def n(self) -> int:
        return sum(self.severities.values())

    @property
    def rate(self) -> float | None:
        return round(PER * self.n / self.sessions, 1) if self.sessions else None


def share(part: int, whole: int) -> float | None:
    """Per cent, or nothing when there is nothing to count."""
    return round(100 * part / whole, 1) if whole else None


def waited(start: datetime, end: datetime | None, stopped: datetime | None, now: datetime) -> Wait:
    """Whole days from the start to the end; without an end to where it stopped, or until now."""
    until = end or stopped or now
    return Wait(max(0, (until - start) // DAY), over=end is not None)


def what_became(changes: Iterable[tuple[str, str, bool]], n: int) -> Courses:
    """From the changes of all courses in their order: course, reason, and whether it is at risk."""
    standing: dict[str, str] = {}
    for course, reason, at_risk in changes:
        if at_risk:
            standing[course] = "at-risk"
        elif standing.get(course) == "at-risk":
            standing[course] = reason
    found = Counter(standing.values())
    accepted, still = found["risk-accepted"], found["at-risk"]
    return Courses(n, len(standing), len(standing) - accepted - still, accepted, still)
