"""What the tests of deaths and transfers do again and again: a full life, its end, what is owed."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlmodel import select

from services.coordinator.tables import LIVE_STATES, Obligation
from services.pain_physician import actions as physician
from services.pain_physician import forms
from shared.discipline import actions as unit
from shared.patients import Patient
from tests.clinic import Clinic
from tests.referring import Referred, refer
from tests.rtms_unit.planner import go_to, machine, planned, ready

Status = Literal["active", "deceased", "transferred"]
WEDNESDAY = date(2026, 11, 25)


class Life:
    """A patient with a course of stimulation, a referral that waits, and one that is on hold."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        machine(clinic)
        self.stimulation: Referred = ready(clinic)
        self.patient = self.stimulation.patient_id
        self.course = planned(clinic, self.stimulation)
        self.talks = refer(clinic, "psychologist", self.patient)
        self.relaxing = refer(clinic, "psychophysical_therapist", self.patient)
        with clinic.work("psychophysical_therapist", clinic.therapist) as work:
            unit.ask(work, self.relaxing.id, "Can the patient lie down?")
        go_to(clinic, WEDNESDAY)

    def owed(self) -> list[tuple[str, str]]:
        return owed(self.clinic, self.patient)


def owed(clinic: Clinic, patient_id: UUID) -> list[tuple[str, str]]:
    """What is owed for a patient, by whom; also what waits or was settled by hand."""
    with clinic.look("coordinator") as work:
        rows = work.all(select(Obligation).where(Obligation.patient_id == patient_id))
    return sorted((row.what, row.debtor) for row in rows if row.state in LIVE_STATES)


def obligations(clinic: Clinic, patient_id: UUID) -> list[UUID]:
    """What is owed for a patient now, by its id."""
    with clinic.look("coordinator") as work:
        rows = work.all(select(Obligation).where(Obligation.patient_id == patient_id))
    return [row.id for row in rows if row.state == "open"]


def stand(clinic: Clinic, patient_id: UUID, status: Status = "deceased", **more: Any) -> None:
    """The physician says that the patient died, was transferred, or is treated here after all."""
    with clinic.look("pain_physician") as work:
        version = work.get(Patient, patient_id).version
    values = {"on": clinic.now.date(), "reason": "The family called.", "sure": True, **more}
    entry = forms.Stand(status=status, version=version, **values)
    with clinic.work("pain_physician", clinic.physician) as work:
        physician.set_standing(work, patient_id, entry)
    clinic.settle()
