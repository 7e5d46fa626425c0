"""Reading the pathway of a patient: what is drawn, and what gives cause for alarm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import SQLModel, col

from services.coordinator.rules.picture import Care, Spot
from services.coordinator.tables import (
    ConcernState,
    FollowUpState,
    Happening,
    Measurement,
    ReferralState,
    SessionState,
)
from shared.access.tables import Member
from shared.calendar import to_utc
from shared.database import table_of
from shared.work import Work

PAIN_CODES = ("nrs-average", "nrs-now")
PAIN_OF = ("assessment", "session-before", "follow-up")
"""A session is begun with the pain of the days before; the pain after it is of the hour."""


@dataclass(frozen=True)
class Pathway:
    """Everything that is drawn of a patient's pathway."""

    lead: str
    cares: Sequence[Care]
    spots: Sequence[Spot]
    pains: Sequence[tuple[Any, float]]
    concerns: int
    team: Sequence[str]


def read_pathway(work: Work, patient_id: UUID) -> Pathway:
    """Referrals, sessions, follow-ups, concerns, assessments and pain of a patient."""
    referrals = _of_patient(work, ReferralState, patient_id)
    concerns = _of_patient(work, ConcernState, patient_id)
    sessions = _of_patient(work, SessionState, patient_id)
    return Pathway(
        lead=work.directory.front_door().name,
        cares=[_care(row, sessions) for row in referrals],
        spots=[*_spots_of_follow_ups(work, patient_id), *_spots(work, patient_id, concerns)],
        pains=_pains(work, patient_id),
        concerns=sum(row.raised_at is not None and not row.acknowledged_at for row in concerns),
        team=_team(work, referrals, sessions),
    )


def _of_patient(work: Work, model: type[SQLModel], patient_id: UUID) -> Sequence[Any]:
    table = table_of(model)
    return work.session.execute(select(table).where(table.c.patient_id == patient_id)).all()


def _care(row: Any, sessions: Sequence[Any]) -> Care:
    own = [(s.starts_at, s.status, s.number) for s in sessions if s.referral_id == row.id]
    return Care(
        service=row.performer,
        asked_at=row.requested_at,
        status=row.status,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        sessions=[session for session in own if session[1] != "cancelled"],
    )


def _spots_of_follow_ups(work: Work, patient_id: UUID) -> list[Spot]:
    found = _of_patient(work, FollowUpState, patient_id)
    return [
        Spot(row.performer, row.done_at or _noon(work, row.due_on), f"follow-up-{row.status}")
        for row in found
        if row.status != "cancelled"
    ]


def _noon(work: Work, day: date) -> datetime:
    return to_utc(day, time(12), work.zone)


def _spots(work: Work, patient_id: UUID, concerns: Sequence[Any]) -> list[Spot]:
    raised = [Spot(row.raised_by, row.raised_at, "concern") for row in concerns if row.raised_at]
    assessed = select(col(Happening.at), col(Happening.source)).where(
        col(Happening.patient_id) == patient_id, col(Happening.kind) == "assessment.recorded"
    )
    found = work.session.execute(assessed).all()
    return raised + [Spot(source, at, "assessed") for at, source in found]


def _pains(work: Work, patient_id: UUID) -> list[tuple[Any, float]]:
    chosen = select(col(Measurement.measured_at), col(Measurement.value)).where(
        col(Measurement.patient_id) == patient_id,
        col(Measurement.code).in_(PAIN_CODES),
        col(Measurement.context).in_(PAIN_OF),
    )
    return [(at, value) for at, value in work.session.execute(chosen)]


def _team(work: Work, referrals: Sequence[Any], sessions: Sequence[Any]) -> list[str]:
    """Who takes care of the patient, as far as referrals and sessions say."""
    ids = {row.requester_member for row in referrals} | {row.practitioner_id for row in sessions}
    chosen = select(col(Member.name)).where(col(Member.id).in_({i for i in ids if i}))
    return sorted(work.session.execute(chosen).scalars())
