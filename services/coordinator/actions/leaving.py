"""A patient died or was transferred: what is owed ends, but for what somebody must know."""

from uuid import UUID

from sqlmodel import col

from services.coordinator.actions.obligations import end
from services.coordinator.actions.standing import standing
from services.coordinator.rules import owed
from services.coordinator.tables import Obligation
from shared.events import Event, PatientUpdated
from shared.patients import Patient
from shared.patients.gone import ACTIVE
from shared.work import Work


def is_gone(work: Work, patient_id: UUID) -> bool:
    """Whether the patient has died or was transferred; one whom nobody has named yet has not."""
    patient = work.find(Patient, patient_id)
    return patient is not None and patient.is_gone


def is_only_corrected(work: Work, event: Event) -> bool:
    """Whether somebody who is treated here, as before, has only another name or number.

    To be asked before the event is followed.
    """
    if not isinstance(event, PatientUpdated) or event.status != ACTIVE:
        return False
    return not is_gone(work, event.patient_id)


def end_what_need_not_be_done(work: Work, patient_id: UUID) -> None:
    """At once, not only when each unit has said what it cancelled."""
    live = standing(work, col(Obligation.patient_id) == patient_id)
    for row in live:
        if not owed.stays(row.what, row.creditor):
            end(work, row, "cancelled")
