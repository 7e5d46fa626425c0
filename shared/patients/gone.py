"""A patient who has died, or is cared for at another centre: nothing new is planned for either."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date

from shared.errors import RuleBroken
from shared.i18n import N_
from shared.patients.rules import ACTIVE as ACTIVE
from shared.patients.rules import DECEASED as DECEASED
from shared.patients.rules import GONE as GONE
from shared.patients.rules import TRANSFERRED as TRANSFERRED
from shared.patients.tables import Patient
from shared.work import Work

_REFUSED = {
    DECEASED: N_("The patient died on %(day)s: nothing new is planned."),
    TRANSFERRED: N_(
        "The patient was transferred to another centre on %(day)s: nothing is planned."
    ),
}
_REFUSED_WITHOUT_DAY = {
    DECEASED: N_("The patient has died: nothing new is planned."),
    TRANSFERRED: N_("The patient was transferred to another centre: nothing new is planned."),
}


@dataclass(frozen=True)
class Standing:
    """Whether a patient is treated here; `on` is the day of the death or transfer, if known."""

    status: str = ACTIVE
    on: date | None = None

    @property
    def is_gone(self) -> bool:
        return self.status != ACTIVE

    def took_place(self, starts_at: datetime, now: datetime, zone: ZoneInfo) -> bool:
        """Whether an appointment can have taken place: it has begun, and not after that day."""
        last = self.on if self.is_gone and self.on else date.max
        return starts_at <= now and starts_at.astimezone(zone).date() <= last


def standing_of(patient: Patient) -> Standing:
    return Standing(patient.status, patient.status_on)


def set_standing(patient: Patient, standing: Standing) -> bool:
    """Keep how the patient stands. Returns whether that is news."""
    if standing_of(patient) == standing:
        return False
    patient.status, patient.status_on = standing.status, standing.on
    patient.version += 1
    return True


def why_gone(patient: Patient | None) -> str:
    """The code of the reason for which everything ends; empty for whoever is treated here."""
    return f"patient-{patient.status}" if patient is not None and patient.is_gone else ""


def refuse_gone(work: Work, patient_id: UUID) -> None:
    """Refuse to plan something for a patient who has died or was transferred."""
    patient = work.find(Patient, patient_id)
    if patient is None or not patient.is_gone:
        return
    if patient.status_on is None:
        raise RuleBroken(_REFUSED_WITHOUT_DAY[patient.status])
    language = work.viewer.language if work.viewer else "en"
    day = format_date(patient.status_on, "d MMM y", locale=language)
    raise RuleBroken(_REFUSED[patient.status], day=day)
