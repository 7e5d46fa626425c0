"""Reading the pathway of a patient: what is drawn, and what gives cause for alarm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, bindparam, select
from sqlalchemy.sql import Select
from sqlmodel import SQLModel

from services.coordinator.actions.pathway_courses import (
    CourseShown,
    courses_of,
    spots_of_effects,
    spots_of_gates,
)
from services.coordinator.actions.reading import names_of
from services.coordinator.actions.together import PART, together
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
from shared.calendar import to_utc
from shared.database import table_of
from shared.work import Work

Rows = Sequence[Any]
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
    found = _of_patient(work, patient_id)
    referrals, sessions, concerns = found["referrals"], found["sessions"], found["concerns"]
    gates = _newest(found["gates"], "closed_at")
    effects = _newest(found["effects"], "occurred_at")
    measured = sorted(found["scores"], key=lambda row: row.measured_at)
    return Pathway(
        lead=work.directory.front_door().name,
        cares=[_care(row, sessions) for row in referrals],
        spots=[
            *_spots_of_follow_ups(work, found["follow_ups"]),
            *_spots(concerns, found["told"]),
            *spots_of_gates(gates),
            *spots_of_effects(effects),
        ],
        pains=[(row.measured_at, row.value) for row in measured if _is_pain(row)],
        concerns=sum(row.raised_at is not None and not row.acknowledged_at for row in concerns),
        team=_team(work, referrals, sessions),
        courses=courses_of(found["courses"], sessions),
        gates=gates,
        effects=effects,
        scores=_scores(measured),
    )


def _newest(rows: Rows, moment: str) -> list[Any]:
    """Newest first; what is not known yet to have happened is left out."""
    known = [row for row in rows if getattr(row, moment)]
    return sorted(known, key=lambda row: getattr(row, moment), reverse=True)


def _of_patient(work: Work, patient_id: UUID) -> Mapping[str, list[Any]]:
    """What is kept of a patient, by its kind; a score that was corrected counts no more."""
    found: dict[str, list[Any]] = {name: [] for name in (*_KEPT, "scores", "told")}
    for row in work.session.execute(_everything(), {"patient_id": patient_id}):
        found[getattr(row, PART)].append(row)
    return found


_KEPT: Mapping[str, type[SQLModel]] = {
    "referrals": ReferralState,
    "sessions": SessionState,
    "follow_ups": FollowUpState,
    "concerns": ConcernState,
    "courses": CourseState,
    "gates": GateState,
    "effects": AdverseEventState,
}


@cache
def _everything() -> CompoundSelect[Any]:
    """One statement for all that is drawn: a page would ask ten times otherwise."""
    scores, told = table_of(Measurement), table_of(Happening)
    patient = bindparam("patient_id", type_=told.c.patient_id.type)

    def of_patient(table: Any, *columns: Any) -> Select[Any]:
        return select(*(columns or table.c)).where(table.c.patient_id == patient)

    moment = of_patient(told, told.c.at, told.c.source, told.c.kind)
    return together(
        {
            **{name: of_patient(table_of(model)) for name, model in _KEPT.items()},
            "scores": of_patient(scores).where(~scores.c.corrected),
            "told": moment.where(told.c.kind.in_(_TOLD_BY)),
        }
    )


def _care(row: Any, sessions: Rows) -> Care:
    own = [(s.starts_at, s.status, s.number) for s in sessions if s.referral_id == row.id]
    return Care(
        service=row.performer,
        asked_at=row.requested_at,
        status=row.status,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        sessions=[session for session in own if session[1] != "cancelled"],
    )


def _spots_of_follow_ups(work: Work, rows: Rows) -> list[Spot]:
    return [
        Spot(row.performer, row.done_at or _noon(work, row.due_on), f"follow-up-{row.status}")
        for row in rows
        if row.status != "cancelled"
    ]


def _noon(work: Work, day: date) -> datetime:
    return to_utc(day, time(12), work.zone)


def _spots(concerns: Rows, told: Rows) -> list[Spot]:
    raised = [Spot(row.raised_by, row.raised_at, "concern") for row in concerns if row.raised_at]
    return raised + [Spot(row.source, row.at, _TOLD_BY[row.kind]) for row in told]


def _is_pain(row: Any) -> bool:
    return row.code in PAIN_CODES and row.context in PAIN_OF


def _scores(measured: Rows) -> list[Score]:
    by_code: dict[str, list[Any]] = {}
    for row in measured:
        by_code.setdefault(row.code, []).append(row)
    return [Score(code, len(rows), rows[0], rows[-1]) for code, rows in sorted(by_code.items())]


def _team(work: Work, referrals: Rows, sessions: Rows) -> list[str]:
    """Who takes care of the patient, as far as referrals and sessions say."""
    ids = {row.requester_member for row in referrals} | {row.practitioner_id for row in sessions}
    return sorted(names_of(work, (i for i in ids if i)).values())
