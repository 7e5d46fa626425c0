"""Reading the pathway of a patient: what is drawn, and what gives cause for alarm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import SQLModel, col

from services.coordinator.actions.pathway_courses import (
    CourseShown,
    courses_of,
    spots_of_effects,
    spots_of_gates,
)
from services.coordinator.rules.picture import Care, Spot
from services.coordinator.tables import (
    AdverseEventState,
    ConcernState,
    CourseState,
    FollowUpState,
    GateState,
    Happening,
    Measurement,
    ReferralState,
    SessionState,
)
from shared.access.tables import Member
from shared.calendar import to_utc
from shared.database import table_of
from shared.work import Work

_TOLD_BY = {"assessment.recorded": "assessed", "medication.changed": "medicine"}
"""Drawn from what was announced: nothing else needs to know how it stands."""
PAIN_CODES = ("nrs-average", "nrs-now")
PAIN_OF = ("assessment", "session-before", "follow-up")
"""A session is begun with the pain of the days before; the pain after it is of the hour."""


@dataclass(frozen=True)
class Score:
    """One instrument: how often it was measured, and what it said first and last."""

    code: str
    count: int
    first: Any
    last: Any


@dataclass(frozen=True)
class Pathway:
    """Everything that is drawn of a patient's pathway."""

    lead: str
    cares: Sequence[Care]
    spots: Sequence[Spot]
    pains: Sequence[tuple[Any, float]]
    concerns: int
    team: Sequence[str]
    courses: Sequence[CourseShown]
    gates: Sequence[Any]
    effects: Sequence[Any]
    scores: Sequence[Score]

    @property
    def is_stopped(self) -> bool:
        """Whether a course must not go on before a physician has decided."""
        return any(gate.gate == "stop" and gate.status == "closed" for gate in self.gates)


def read_pathway(work: Work, patient_id: UUID) -> Pathway:
    """Referrals, sessions, follow-ups, concerns, assessments and pain of a patient."""
    referrals = _of_patient(work, ReferralState, patient_id)
    concerns = _of_patient(work, ConcernState, patient_id)
    sessions = _of_patient(work, SessionState, patient_id)
    gates = _newest(_of_patient(work, GateState, patient_id), "closed_at")
    effects = _newest(_of_patient(work, AdverseEventState, patient_id), "occurred_at")
    measured = _measured(work, patient_id)
    return Pathway(
        lead=work.directory.front_door().name,
        cares=[_care(row, sessions) for row in referrals],
        spots=[
            *_spots_of_follow_ups(work, patient_id),
            *_spots(work, patient_id, concerns),
            *spots_of_gates(gates),
            *spots_of_effects(effects),
        ],
        pains=[(row.measured_at, row.value) for row in measured if _is_pain(row)],
        concerns=sum(row.raised_at is not None and not row.acknowledged_at for row in concerns),
        team=_team(work, referrals, sessions),
        courses=courses_of(_of_patient(work, CourseState, patient_id), sessions),
        gates=gates,
        effects=effects,
        scores=_scores(measured),
    )


def _newest(rows: Sequence[Any], moment: str) -> list[Any]:
    """Newest first; what is not known yet to have happened is left out."""
    known = [row for row in rows if getattr(row, moment)]
    return sorted(known, key=lambda row: getattr(row, moment), reverse=True)


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
    moment = (col(Happening.at), col(Happening.source), col(Happening.kind))
    assessed = select(*moment).where(
        col(Happening.patient_id) == patient_id, col(Happening.kind).in_(_TOLD_BY)
    )
    found = work.session.execute(assessed).all()
    return raised + [Spot(source, at, _TOLD_BY[kind]) for at, source, kind in found]


def _measured(work: Work, patient_id: UUID) -> Sequence[Any]:
    """Every score of a patient, in the order in which it was measured."""
    table = table_of(Measurement)
    chosen = select(table).where(table.c.patient_id == patient_id, ~table.c.corrected)
    return work.session.execute(chosen.order_by(table.c.measured_at)).all()


def _is_pain(row: Any) -> bool:
    return row.code in PAIN_CODES and row.context in PAIN_OF


def _scores(measured: Sequence[Any]) -> list[Score]:
    by_code: dict[str, list[Any]] = {}
    for row in measured:
        by_code.setdefault(row.code, []).append(row)
    return [Score(code, len(rows), rows[0], rows[-1]) for code, rows in sorted(by_code.items())]


def _team(work: Work, referrals: Sequence[Any], sessions: Sequence[Any]) -> list[str]:
    """Who takes care of the patient, as far as referrals and sessions say."""
    ids = {row.requester_member for row in referrals} | {row.practitioner_id for row in sessions}
    chosen = select(col(Member.name)).where(col(Member.id).in_({i for i in ids if i}))
    return sorted(work.session.execute(chosen).scalars())
