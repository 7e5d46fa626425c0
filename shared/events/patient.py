"""Facts about who the patient is."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from shared.events.base import PatientEvent
from shared.sealing import Sealed


class Identifier(BaseModel):
    """A number that another organisation gave the patient (FHIR Identifier)."""

    model_config = ConfigDict(frozen=True)
    system: str
    value: str


class Identity(BaseModel):
    """Who the patient is; travels only sealed. `number` is the centre's own, e.g. `250 871`."""

    model_config = ConfigDict(frozen=True)
    number: str = ""
    family: str
    given: str = ""
    birth_date: date | None = None
    sex: str = "unknown"
    """FHIR AdministrativeGender: male, female, other, unknown."""
    phone: str = ""
    email: str = ""
    address: str = ""
    doctor_name: str = ""
    doctor_contact: str = ""
    identifiers: tuple[Identifier, ...] = ()


class PatientRegistered(PatientEvent, kind="patient.registered"):
    """A patient was registered at the centre. FHIR: Patient."""

    identity: Sealed


class PatientUpdated(PatientEvent, kind="patient.updated"):
    """Who or how the patient is was corrected; carries it whole."""

    identity: Sealed
    status: str = "active"
    """active, deceased or transferred (cared for at another centre)."""
    status_on: date | None = None
    """The day of the death or of the transfer, if it is known."""
