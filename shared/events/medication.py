"""Facts about medicines: what a patient takes against pain, in lines, and what became of it."""

from datetime import date
from uuid import UUID

from shared.events.base import PatientEvent


class MedicationChanged(PatientEvent, kind="medication.changed"):
    """A medicine was begun, changed in dose, stopped or corrected. FHIR: MedicationStatement.

    Codes, doses and dates only. What matters for stimulation (`seizure_risk`) is checked again
    before the next session.
    """

    medication_id: UUID
    change: str
    """started, dose-changed, stopped or corrected."""
    drug: str
    drug_class: str
    dose: float | None = None
    dose_unit: str = ""
    """Of the daily dose, as UCUM writes it: mg/d."""
    changed_on: date
    stop_reason: str = ""
    """no-effect, adverse-effect, habituation, patient-choice, other; only when it was stopped."""
    adverse_effects: tuple[str, ...] = ()
    relief: str = ""
    """none, minimal, moderate or substantial."""
    seizure_risk: bool = False
