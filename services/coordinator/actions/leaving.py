"""A patient died or was transferred: what is owed ends, but for what somebody must know."""

from uuid import UUID

from sqlmodel import col

from services.coordinator.actions.obligations import end
from services.coordinator.actions.standing import standing
from services.coordinator.rules import owed
from services.coordinator.tables import Obligation
from shared.patients import Patient
from shared.work import Work


def is_gone(work: Work, patient_id: UUID) -> bool:
    """Whether the patient has died or was transferred; one whom nobody has named yet has not."""
    patient = work.find(Patient, patient_id)
    return patient is not None and patient.is_gone


def end_what_need_not_be_done(work: Work, patient_id: UUID) -> None:
    """At once, not only when each unit has said what it cancelled."""
    live = standing(work, col(Obligation.patient_id) == patient_id)
    for row in live:
        if not owed.stays(row.what, row.creditor):
            end(work, row, "cancelled")
