"""What led to a gate: everything that the physician who decides should have before the eyes."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from services.rtms_unit.reading.gates import screening_of
from services.rtms_unit.rules import gates as rules
from services.rtms_unit.rules.screening import QUESTIONS, YES, Question
from services.rtms_unit.tables import AdverseEvent, DayCheck, Gate, Screening, Threshold
from shared.discipline.tables import CareSession
from shared.i18n import N_
from shared.measuring.plot import Plot, Point, Series, plot
from shared.work import Work


@dataclass(frozen=True)
class Led:
    """The records that belong to a gate; empty where there is none of the kind."""

    screening: Screening | None
    yes: tuple[Question, ...]
    check: DayCheck | None
    effects: list[AdverseEvent]
    sessions: list[CareSession]
    thresholds: Plot | None


def what_led_to(work: Work, gate: Gate) -> Led:
    """Everything that the unit knows about the question of a gate."""
    screening = screening_of(work, gate.referral_id) if gate.gate == rules.SCREENING else None
    if screening is not None and screening.gate_id != gate.id:
        screening = None
    answers = screening.answers if screening else {}
    return Led(
        screening=screening,
        yes=tuple(q for q in QUESTIONS if answers.get(q.code) == YES),
        check=work.first(select(DayCheck).where(col(DayCheck.gate_id) == gate.id)),
        effects=effects_of(work, gate.patient_id),
        sessions=given(work, gate.patient_id),
        thresholds=thresholds_of(work, gate.patient_id),
    )


def effects_of(work: Work, patient_id: UUID) -> list[AdverseEvent]:
    """Every adverse event of a patient, the latest first."""
    statement = select(AdverseEvent).where(col(AdverseEvent.patient_id) == patient_id)
    return list(work.all(statement.order_by(col(AdverseEvent.occurred_at).desc())))


def given(work: Work, patient_id: UUID) -> list[CareSession]:
    """The sessions that were given, the latest first."""
    statement = select(CareSession).where(
        col(CareSession.patient_id) == patient_id,
        col(CareSession.status).in_(("completed", "interrupted")),
    )
    return list(work.all(statement.order_by(col(CareSession.starts_at).desc())))


def thresholds_of(work: Work, patient_id: UUID) -> Plot | None:
    """The motor thresholds of a patient as a picture, in per cent of the machine's output."""
    statement = select(Threshold).where(col(Threshold.patient_id) == patient_id)
    rows = work.all(statement.order_by(col(Threshold.measured_at)))
    points = tuple(Point(row.measured_at, row.output_percent) for row in rows)
    title = N_("Motor threshold, in per cent of the machine’s output")
    return plot(title, [Series(title, points)], 0, 100)
