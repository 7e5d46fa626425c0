"""Counting for the figures of the centre: a few queries for a period, whatever the amount."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlmodel import col

from services.coordinator.rules.centre import (
    Attendance,
    Courses,
    Harm,
    Period,
    Promises,
    Waiting,
    waited,
    what_became,
)
from services.coordinator.rules.owed import GIVEN
from services.coordinator.tables import (
    AdverseEventState,
    CourseState,
    Happening,
    Obligation,
    ReferralState,
    SessionState,
)
from shared.calendar import day_bounds
from shared.work import Work

Bounds = tuple[datetime, datetime]


@dataclass(frozen=True)
class Centre:
    """All figures of a period."""

    answers: Sequence[Waiting]
    firsts: Sequence[Waiting]
    attendance: Sequence[Attendance]
    courses: Courses
    promises: Sequence[Promises]
    harms: Sequence[Harm]


def read_centre(work: Work, period: Period) -> Centre:
    """The figures of a period; what is not over yet is counted as it stands now."""
    first, last = day_bounds(period.first, work.zone), day_bounds(period.last, work.zone)
    bounds = (first[0], last[1])
    referrals = _referrals(work, bounds)
    attendance = _attendance(work, bounds)
    return Centre(
        answers=_waiting(work, referrals, "answered_at"),
        firsts=_waiting(work, [r for r in referrals if r.status != "rejected"], "first_at"),
        attendance=attendance,
        courses=_courses(work, period, bounds),
        promises=_promises(work, bounds),
        harms=_harms(work, bounds, {each.unit: each.given for each in attendance}),
    )


def _referrals(work: Work, bounds: Bounds) -> Sequence[Any]:
    """Referrals of the period, each with the first session that was given for it."""
    given = (
        select(
            col(SessionState.referral_id), func.min(col(SessionState.starts_at)).label("first_at")
        )
        .where(col(SessionState.status).in_(GIVEN))
        .group_by(col(SessionState.referral_id))
        .subquery()
    )
    facts = ("performer", "status", "requested_at", "answered_at", "ended_at")
    chosen = (
        select(*(getattr(ReferralState, fact) for fact in facts), given.c.first_at)
        .outerjoin(given, given.c.referral_id == col(ReferralState.id))
        .where(
            col(ReferralState.requested_at) >= bounds[0],
            col(ReferralState.requested_at) < bounds[1],
        )
    )
    return work.session.execute(chosen).all()


def _waiting(work: Work, referrals: Sequence[Any], end: str) -> list[Waiting]:
    by_unit = defaultdict(list)
    for row in referrals:
        until = getattr(row, end)
        by_unit[row.performer].append(waited(row.requested_at, until, row.ended_at, work.now))
    return [Waiting(unit, waits) for unit, waits in sorted(by_unit.items())]


def _attendance(work: Work, bounds: Bounds) -> list[Attendance]:
    state = (col(SessionState.performer), col(SessionState.status), col(SessionState.reason_code))
    counted = (
        select(*state, func.count())
        .where(
            col(SessionState.starts_at) >= bounds[0],
            col(SessionState.starts_at) < min(bounds[1], work.now),
            col(SessionState.status).in_((*GIVEN, "missed")),
        )
        .group_by(*state)
    )
    given, missed = Counter[str](), defaultdict[str, Counter[str]](Counter)
    for unit, status, reason, count in work.session.execute(counted):
        if status == "missed":
            missed[unit][reason] += count
        else:
            given[unit] += count
    units = sorted({*given, *missed})
    return [Attendance(unit, given[unit], dict(missed[unit].most_common())) for unit in units]


def _courses(work: Work, period: Period, bounds: Bounds) -> Courses:
    """Courses that lie in the period, and what was announced of their risk in it."""
    overlapping = select(func.count()).where(
        col(CourseState.first_on) <= period.last, col(CourseState.last_on) >= period.first
    )
    told = (
        select(col(Happening.data))
        .where(
            col(Happening.kind) == "course.changed",
            col(Happening.at) >= bounds[0],
            col(Happening.at) < bounds[1],
        )
        .order_by(col(Happening.at), col(Happening.id))
    )
    changes = [
        (data["course_id"], data["reason_code"], bool(data["at_risk_since"]))
        for data in work.session.execute(told).scalars()
    ]
    return what_became(changes, work.session.execute(overlapping).scalar_one())


def _promises(work: Work, bounds: Bounds) -> list[Promises]:
    """What was due in the period; what is no longer owed, or not at present, was no promise."""
    state, due = col(Obligation.state), col(Obligation.late_at)
    in_time = and_(state == "met", col(Obligation.closed_at) <= due)
    counted = (
        select(
            col(Obligation.what),
            *(
                func.sum(case((condition, 1), else_=0))
                for condition in (
                    in_time,
                    and_(state == "met", col(Obligation.closed_at) > due),
                    state == "settled",
                    state == "open",
                )
            ),
        )
        .where(
            due >= bounds[0],
            due < min(bounds[1], work.now),
            state.in_(("met", "settled", "open")),
        )
        .group_by(col(Obligation.what))
        .order_by(col(Obligation.what))
    )
    return [Promises(*row) for row in work.session.execute(counted)]


def _harms(work: Work, bounds: Bounds, sessions: dict[str, int]) -> list[Harm]:
    kinds = (col(AdverseEventState.raised_by), col(AdverseEventState.severity))
    serious = func.sum(case((col(AdverseEventState.serious), 1), else_=0))
    counted = (
        select(*kinds, func.count(), serious)
        .where(
            col(AdverseEventState.occurred_at) >= bounds[0],
            col(AdverseEventState.occurred_at) < bounds[1],
        )
        .group_by(*kinds)
    )
    by_unit, grave = defaultdict[str, dict[str, int]](dict), Counter[str]()
    for unit, severity, count, serious_ones in work.session.execute(counted):
        by_unit[unit][severity] = count
        grave[unit] += serious_ones
    return [
        Harm(unit, sessions.get(unit, 0), severities, grave[unit])
        for unit, severities in sorted(by_unit.items())
    ]
