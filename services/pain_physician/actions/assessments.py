"""Recording the clinical picture of a patient, and telling the others each score."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy.sql import Select
from sqlmodel import col, select

from services.pain_physician import forms
from services.pain_physician.actions.permission import may_act
from services.pain_physician.actions.story import tell
from services.pain_physician.actions.way import keep_asked
from services.pain_physician.rules import assessment as rules
from services.pain_physician.tables import Assessment
from shared.events import AssessmentRecorded, MeasurementRecorded
from shared.identifiers import new_id
from shared.patients.tables import Patient
from shared.work import Work


def assess(work: Work, patient_id: UUID, entry: forms.Assess) -> Assessment:
    """Record a clinical picture; the first one begins the record, later ones show what changed."""
    may_act(work)
    work.get(Patient, patient_id)
    rules.check(entry.picture(), work.today)
    first = latest(work, patient_id) is None
    assessment = _kept(work, patient_id, entry, first)
    work.add(assessment)
    keep_asked(work, patient_id, entry.picture().wandering)
    _announce(work, assessment)
    tell(work, patient_id, "assessed-first" if first else "assessed")
    return assessment


def latest(work: Work, patient_id: UUID) -> Assessment | None:
    """The last assessment of a patient, or none yet."""
    found: Assessment | None = work.first(_of(patient_id))
    return found


def assessments(work: Work, patient_id: UUID) -> list[Assessment]:
    """Every assessment of a patient, the newest first."""
    return list(work.all(_of(patient_id)))


def _of(patient_id: UUID) -> Select[Any]:
    return (
        select(Assessment)
        .where(Assessment.patient_id == patient_id)
        .order_by(col(Assessment.recorded_at).desc(), col(Assessment.id).desc())
    )


def _kept(work: Work, patient_id: UUID, entry: forms.Assess, first: bool) -> Assessment:
    values = entry.model_dump(include=set(Assessment.model_fields))
    return Assessment(
        **values,
        life=entry.picture().life,
        patient_id=patient_id,
        recorded_at=work.now,
        recorded_by=work.viewer.name if work.viewer else "",
        first=first,
    )


def _announce(work: Work, assessment: Assessment) -> None:
    named = assessment.model_dump(include=set(AssessmentRecorded.model_fields))
    work.announce(AssessmentRecorded(**named, assessment_id=assessment.id))
    for event in _measured(work, assessment):
        work.announce(event)


def _measured(work: Work, assessment: Assessment) -> Iterator[MeasurementRecorded]:
    for score in rules.SCORES:
        value = getattr(assessment, score.code.replace("-", "_"))
        if value is not None:
            yield MeasurementRecorded(
                patient_id=assessment.patient_id,
                measurement_id=new_id(),
                code=score.code,
                value=value,
                context="assessment",
                measured_at=work.now,
            )
