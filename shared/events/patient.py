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
    """The identity or contact of a patient was corrected; carries it whole."""

    identity: Sealed
