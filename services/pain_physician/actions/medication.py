"""Medicines: begun, changed in dose, stopped, corrected, taken back; every change is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.pain_physician import forms
from services.pain_physician.actions.medication_entry import (
    as_recorded,
    ended,
    matters,
    restore,
    snapshot,
    taken_of,
    written,
)
from services.pain_physician.actions.permission import may_act
from services.pain_physician.actions.story import tell
from services.pain_physician.rules import medication as rules
from services.pain_physician.rules.medication import Dose, Taken
from services.pain_physician.tables import Medication, MedicationChange
from shared.discipline.forms import Seen
from shared.errors import Invalid, NotFound, RuleBroken
from shared.events import MedicationChanged
from shared.i18n import N_
from shared.patients.tables import Patient
from shared.work import Work


def record_medicine(work: Work, patient_id: UUID, entry: forms.Medicine) -> Medication:
    """A medicine that is begun, or with its end one that was tried and stopped before."""
    may_act(work)
    _lock_patient(work, patient_id)
    taken = as_recorded(entry, work.today)
    rules.check(taken, _others(work, patient_id), work.today)
    medication = Medication(
        patient_id=patient_id,
        drug=taken.drug,
        drug_class=taken.drug_class,
        name=taken.name,
        seizure_risk=matters(entry),
        **written(taken),
    )
    work.add(medication)
    _keep(work, medication, "stopped" if taken.stopped_on else "started", None)
    return medication


def change_dose(work: Work, medication_id: UUID, entry: forms.NewDose) -> Medication:
    """Another daily dose from a day on."""
    medication = _to_change(work, medication_id, entry.version)
    taken = taken_of(medication)
    rules.check_running(taken)
    dose = Dose(entry.on, entry.dose)
    return _change(work, medication, "dose-changed", replace(taken, doses=(*taken.doses, dose)))


def stop_medicine(work: Work, medication_id: UUID, entry: forms.Stop) -> Medication:
    """The patient no longer takes it: since when, why, and what it did."""
    medication = _to_change(work, medication_id, entry.version)
    taken = taken_of(medication)
    rules.check_running(taken)
    if entry.stopped_on is None:
        raise Invalid(N_("Say when it was stopped."), field="stopped_on")
    entered = ended(entry)
    entered["relief"] = entry.relief or taken.relief
    entered["adverse_effects"] = tuple(entry.adverse_effects) or taken.adverse_effects
    return _change(work, medication, "stopped", replace(taken, **entered))


def correct_medicine(work: Work, medication_id: UUID, entry: forms.CorrectMedicine) -> Medication:
    """Say how the whole entry should have been; what stood there before is kept."""
    medication = _to_change(work, medication_id, entry.version)
    doses = rules.doses_of(entry.on, entry.dose)
    entered = {"doses": doses, "dose_unit": entry.dose_unit, **ended(entry)}
    return _change(work, medication, "corrected", replace(taken_of(medication), **entered))


def mark_in_error(work: Work, medication_id: UUID, entry: Seen) -> Medication:
    """The patient never took it: the entry counts no longer, and stays readable."""
    medication = _to_change(work, medication_id, entry.version)
    before = snapshot(medication)
    medication.in_error = True
    _keep(work, medication, "in-error", before)
    return medication


def undo_medicine(work: Work, medication_id: UUID, entry: Seen) -> Medication:
    """Take back the last entry about a medicine; undoing its first one takes it back whole."""
    medication = _to_change(work, medication_id, entry.version, also_in_error=True)
    last = changes_of(work, medication_id)[0]
    rules.check_undoable(last.what)
    now = snapshot(medication)
    if last.before is None:
        medication.in_error = True
    else:
        restore(medication, last.before)
        others = _others(work, medication.patient_id, besides=medication.id)
        if not medication.in_error:
            rules.check(taken_of(medication), others, work.today)
    _keep(work, medication, "undone", now)
    return medication


def medicines_of(work: Work, patient_id: UUID) -> Sequence[Medication]:
    """What a patient takes and took, the latest begun first; without what was never taken."""
    statement = select(Medication).where(
        col(Medication.patient_id) == patient_id, col(Medication.in_error).is_(False)
    )
    latest_first = statement.order_by(col(Medication.started_on).desc(), col(Medication.id).desc())
    return work.all(latest_first)


def changes_of(work: Work, medication_id: UUID) -> Sequence[MedicationChange]:
    """Every entry about a medicine, the latest first."""
    statement = select(MedicationChange).where(col(MedicationChange.medication_id) == medication_id)
    latest_first = (col(MedicationChange.at).desc(), col(MedicationChange.id).desc())
    return work.all(statement.order_by(*latest_first))


def _change(work: Work, medication: Medication, what: str, after: Taken) -> Medication:
    others = _others(work, medication.patient_id, besides=medication.id)
    rules.check(after, others, work.today)
    before = snapshot(medication)
    for name, value in written(after).items():
        setattr(medication, name, value)
    _keep(work, medication, what, before)
    return medication


def _keep(work: Work, medication: Medication, what: str, before: dict[str, Any] | None) -> None:
    """Write the entry down, and tell the others."""
    if before is not None:
        medication.version += 1
    on = _changed_on(work, medication, what)
    change = MedicationChange(
        medication_id=medication.id,
        patient_id=medication.patient_id,
        at=work.now,
        by=work.viewer.name if work.viewer else "",
        what=what,
        changed_on=on,
        before=before,
    )
    work.add(change)
    work.announce(_event(medication, what, on))
    tell(work, medication.patient_id, f"medicine-{what}")


def _changed_on(work: Work, medication: Medication, what: str) -> date:
    taken = taken_of(medication)
    days = {"started": taken.started_on, "stopped": taken.stopped_on}
    days["dose-changed"] = taken.doses[-1].on
    return days.get(what) or work.today


def _event(medication: Medication, what: str, on: date) -> MedicationChanged:
    same = ("started", "dose-changed", "stopped")
    last = medication.doses[-1]["dose"]
    return MedicationChanged(
        patient_id=medication.patient_id,
        medication_id=medication.id,
        change=what if what in same else "corrected",
        drug=medication.drug,
        drug_class=medication.drug_class,
        dose=None if medication.in_error else last,
        dose_unit=medication.dose_unit,
        changed_on=on,
        stop_reason=medication.stop_reason,
        adverse_effects=tuple(medication.adverse_effects),
        relief=medication.relief,
        seizure_risk=medication.seizure_risk,
    )


def _others(work: Work, patient_id: UUID, besides: UUID | None = None) -> list[Taken]:
    return [taken_of(m) for m in medicines_of(work, patient_id) if m.id != besides]


def _to_change(
    work: Work, medication_id: UUID, version: int | None, *, also_in_error: bool = False
) -> Medication:
    may_act(work)
    medication = work.get(Medication, medication_id)
    _lock_patient(work, medication.patient_id)
    work.session.refresh(medication)
    if not also_in_error:
        rules.check_not_in_error(medication.in_error)
    if version is not None and version != medication.version:
        raise RuleBroken(
            N_("Somebody changed this record after you opened the page. Please look again.")
        )
    return medication


def _lock_patient(work: Work, patient_id: UUID) -> None:
    """Two entries about one patient are made one after the other: they look at each other."""
    if work.hold(Patient, patient_id) is None:
        raise NotFound
