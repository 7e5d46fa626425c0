"""The dates of a patient's way: given at assessments or by hand, and derived from the record."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.pain_physician import forms
from services.pain_physician.actions.permission import may_act
from services.pain_physician.actions.story import tell
from services.pain_physician.rules import way as rules
from services.pain_physician.rules.way import DATES, TO_THE_CENTRE, Wandering
from services.pain_physician.tables import (
    Assessment,
    Medication,
    SentReferral,
    SentSession,
    Way,
)
from shared.patients.tables import Patient
from shared.work import Work


def set_way(work: Work, patient_id: UUID, entry: forms.WayDates) -> Way:
    """Say what the dates are; what was known before is kept."""
    may_act(work)
    work.get(Patient, patient_id)
    given = entry.way()
    rules.check(given, work.today)
    tell(work, patient_id, "way-corrected")
    return _keep(work, patient_id, given)


def keep_asked(work: Work, patient_id: UUID, asked: Wandering) -> None:
    """The dates that were asked at an assessment; what was not asked stays as it was."""
    new = {name: getattr(asked, name) for name in TO_THE_CENTRE if getattr(asked, name)}
    if new:
        known = kept_of(work, [patient_id]).get(patient_id, Wandering())
        _keep(work, patient_id, Wandering(**{**vars(known), **new}))


def _keep(work: Work, patient_id: UUID, way: Wandering) -> Way:
    name = work.viewer.name if work.viewer else ""
    row = Way(patient_id=patient_id, recorded_at=work.now, recorded_by=name, **vars(way))
    work.add(row)
    return row


def ways_of(work: Work, patient_ids: Sequence[UUID] | None = None) -> dict[UUID, Wandering]:
    """The way of each of these patients, or of all; with what follows from the record."""
    kept = kept_of(work, patient_ids)
    assessed = _first_assessed(work, patient_ids)
    treated = _treated(work, patient_ids)
    everybody = kept.keys() | assessed.keys() | set(patient_ids or ())
    return {
        key: rules.complete(kept.get(key, Wandering()), assessed.get(key), treated.get(key, ()))
        for key in everybody
    }


def kept_of(work: Work, patient_ids: Sequence[UUID] | None = None) -> dict[UUID, Wandering]:
    """The dates that were given: the last row of each patient, or else the assessments."""
    found: dict[UUID, Wandering] = {}
    for seen in _rows(work, Assessment, patient_ids):
        known = vars(found.get(seen.patient_id, Wandering()))
        given = {name: getattr(seen, name) for name in TO_THE_CENTRE if getattr(seen, name)}
        found[seen.patient_id] = Wandering(**{**known, **given})
    for row in _rows(work, Way, patient_ids):
        found[row.patient_id] = Wandering(**{name: getattr(row, name) for name in DATES})
    return found


def _rows(work: Work, table: Any, patient_ids: Sequence[UUID] | None) -> Sequence[Any]:
    """The rows of a table about these patients, the oldest first."""
    statement = select(table).order_by(col(table.recorded_at), col(table.id))
    if patient_ids is not None:
        statement = statement.where(col(table.patient_id).in_(patient_ids))
    return work.all(statement)


def _first_assessed(work: Work, patient_ids: Sequence[UUID] | None) -> Mapping[UUID, date]:
    found: dict[UUID, date] = {}
    for seen in _rows(work, Assessment, patient_ids):
        day = seen.recorded_at.astimezone(work.zone).date()
        found.setdefault(seen.patient_id, day)
    return found


def _treated(work: Work, patient_ids: Sequence[UUID] | None) -> Mapping[UUID, list[date]]:
    """The days on which a medicine was begun or a session given."""
    begun = select(col(Medication.patient_id), col(Medication.started_on)).where(
        col(Medication.in_error).is_(False)
    )
    given = (
        select(col(SentReferral.patient_id), col(SentSession.starts_at))
        .join(SentReferral, col(SentReferral.id) == col(SentSession.referral_id))
        .where(col(SentSession.status) == "completed")
    )
    if patient_ids is not None:
        begun = begun.where(col(Medication.patient_id).in_(patient_ids))
        given = given.where(col(SentReferral.patient_id).in_(patient_ids))
    found: dict[UUID, list[date]] = {}
    for patient_id, day in work.session.exec(begun).all():
        found.setdefault(patient_id, []).append(day)
    for patient_id, at in work.session.exec(given).all():
        found.setdefault(patient_id, []).append(at.astimezone(work.zone).date())
    return found
