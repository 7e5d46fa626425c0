"""The worklist of a unit: what waits for it, in groups, the urgent and the oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.sql import ColumnElement
from sqlmodel import col, select

from shared.calendar import end_of_working_day
from shared.discipline.agenda import agenda
from shared.discipline.reading import patients_of
from shared.discipline.tables import CareSession, FollowUp, Referral, Step
from shared.events import OUTSIDE
from shared.i18n import N_
from shared.patients import Patient
from shared.work import Work

MOST = 200
"""Rows of one group; the counts above them stay true."""
ANSWER_WITHIN, ANSWER_URGENT_WITHIN = 3, 1
"""Working days to answer a referral. Default of the centre, to be confirmed."""
FOLLOW_UP_AHEAD = timedelta(days=7)
FOLLOW_UPS, TODAY = "follow-up", "today"


@dataclass(frozen=True)
class Group:
    """A part of the worklist. `code` is its name in the address of the page.

    `state` is its colour in the style sheet; `which` finds its referrals.
    """

    code: str
    title: str
    empty: str
    state: str
    which: ColumnElement[bool]


@dataclass(frozen=True)
class Row:
    """One line of the worklist."""

    referral: Referral
    patient: Patient
    next_session: CareSession | None = None
    due_at: datetime | None = None
    given: int = 0
    """Sessions that were given so far."""
    follow_up: FollowUp | None = None


def _has_step(what: str) -> ColumnElement[bool]:
    step = select(Step.id).where(col(Step.subject) == col(Referral.id), col(Step.what) == what)
    return step.correlate(Referral).exists()


_STATUS = col(Referral.status)
_FROM_OUTSIDE = col(Referral.requester) == OUTSIDE

GROUPS = (
    Group(
        "waiting",
        N_("Waiting for an answer"),
        N_("Every referral is answered."),
        "soon",
        _STATUS == "received",
    ),
    Group("on-hold", N_("On hold"), N_("No question is open."), "hold", _STATUS == "on-hold"),
    Group(
        "in-care",
        N_("In care"),
        N_("Nobody is in care."),
        "ok",
        _STATUS.in_(("accepted", "in-progress")),
    ),
    Group(
        "to-report",
        N_("To report"),
        N_("Every report is sent."),
        "today",
        (_STATUS == "completed") & ~_has_step("reported"),
    ),
    Group(
        "to-tell",
        N_("To tell the outside referrer"),
        N_("Every outside referrer knows."),
        "today",
        _STATUS.in_(("rejected", "failed")) & _FROM_OUTSIDE & ~_has_step("told"),
    ),
)


def counts(work: Work) -> dict[str, int]:
    """How many stand in each group, how many follow-ups are due, how many sessions are today."""
    numbers = {group.code: _count(work, group.which) for group in GROUPS}
    due = select(func.count()).select_from(FollowUp).where(*_due_follow_ups(work))
    today = len([line for day in agenda(work, work.today, 1) for line in day.lines])
    return {**numbers, FOLLOW_UPS: int(work.first(due) or 0), TODAY: today}


def _count(work: Work, which: ColumnElement[bool]) -> int:
    return int(work.first(select(func.count()).select_from(Referral).where(which)) or 0)


def rows_of(work: Work, group: Group) -> list[Row]:
    """The referrals of a group: the urgent ones first, then the oldest."""
    routine_last = col(Referral.urgency) == "routine"
    statement = select(Referral).where(group.which)
    referrals = work.all(statement.order_by(routine_last, col(Referral.requested_at)).limit(MOST))
    patients = patients_of(work, referrals)
    ids = [referral.id for referral in referrals]
    upcoming, given = _upcoming(work, ids), _given(work, ids)
    return [
        Row(
            each,
            patients[each.patient_id],
            next_session=upcoming.get(each.id),
            due_at=due(work, each),
            given=given.get(each.id, 0),
        )
        for each in referrals
    ]


def due_follow_ups(work: Work) -> list[Row]:
    """The follow-ups that are due within a week, or late."""
    statement = select(FollowUp).where(*_due_follow_ups(work)).order_by(col(FollowUp.due_on))
    found = work.all(statement.limit(MOST))
    patients, referrals = patients_of(work, found), _referrals_of(work, found)
    return [
        Row(referrals[each.referral_id], patients[each.patient_id], follow_up=each)
        for each in found
    ]


def _referrals_of(work: Work, follow_ups: Sequence[FollowUp]) -> dict[UUID, Referral]:
    wanted = {each.referral_id for each in follow_ups}
    found = work.all(select(Referral).where(col(Referral.id).in_(wanted)))
    return {referral.id: referral for referral in found}


def _due_follow_ups(work: Work) -> tuple[ColumnElement[bool], ...]:
    last = work.today + FOLLOW_UP_AHEAD
    return col(FollowUp.status) == "planned", col(FollowUp.due_on) <= last


def _upcoming(work: Work, referral_ids: Sequence[UUID]) -> dict[UUID, CareSession]:
    """The earliest session of each referral that has no outcome yet."""
    statement = select(CareSession).where(
        col(CareSession.referral_id).in_(referral_ids),
        col(CareSession.status).in_(("booked", "arrived")),
    )
    latest_first = work.all(statement.order_by(col(CareSession.starts_at).desc()))
    return {session.referral_id: session for session in latest_first}


def _given(work: Work, referral_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many sessions of each referral were given."""
    statement = (
        select(CareSession.referral_id, func.count())
        .where(
            col(CareSession.referral_id).in_(referral_ids),
            col(CareSession.status) == "completed",
        )
        .group_by(col(CareSession.referral_id))
    )
    return dict(work.session.execute(statement).all())


def due(work: Work, referral: Referral) -> datetime | None:
    """When an answer is due: at closing time. The reminders have the ladder that follows."""
    if referral.status != "received":
        return None
    days = ANSWER_WITHIN if referral.urgency == "routine" else ANSWER_URGENT_WITHIN
    return end_of_working_day(referral.requested_at, work.zone, work.settings.country, days)
