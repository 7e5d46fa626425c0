"""What a message from outside asks for, once it is understood: plain values, nothing of FHIR."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from services.interop.rules.refusal import Fault

NEW = "new"
UPDATE = "update"
CANCEL = "cancel"
UNSAID = ""
"""The sender gave no reason: new when the referral is unknown, else an update."""

NUMBER_KEY = "number:"
"""A key of a referral that is a business identifier; it counts more than an id."""
ID_KEY = "id:"


@dataclass(frozen=True)
class BusinessIdentifier:
    """A number that an organisation gave to a person, an organisation or a referral."""

    system: str
    value: str

    def __str__(self) -> str:
        return f"{self.system}|{self.value}"


@dataclass(frozen=True)
class PatientIdentity:
    """The patient as the sender knows him or her. `birth_date` is None unless it is whole."""

    identifiers: tuple[BusinessIdentifier, ...] = ()
    family: str = ""
    given: str = ""
    birth_date: date | None = None
    sex: str = "unknown"
    phone: str = ""
    email: str = ""
    address: str = ""
    doctor_name: str = ""
    doctor_contact: str = ""
    deceased: bool = False
    deceased_on: date | None = None
    """The day of the death; None when the message does not say it whole."""
    expression: str = ""
    """Where the patient stands in the message, to name the place in a refusal."""

    def said(self) -> dict[str, Any]:
        """All of it; where no death is told, it is as it was before there was a word for one."""
        left_out = () if self.deceased else ("deceased", "deceased_on")
        return {name: value for name, value in asdict(self).items() if name not in left_out}


@dataclass(frozen=True)
class Referrer:
    """Who sent the patient and waits for a report: a person, the organisations behind it."""

    organisations: tuple[str, ...] = ()
    practitioner: str = ""
    contact: str = ""
    identifiers: tuple[BusinessIdentifier, ...] = ()

    @property
    def name(self) -> str:
        """As a person reads it: `Dr Ada Stone, Fell Lane Surgery`."""
        return ", ".join(part for part in (self.practitioner, *self.organisations) if part)


@dataclass(frozen=True)
class Wording:
    """The words of the referral: what is asked, and everything that was written with it."""

    question: str = ""
    reason: str = ""
    was_shortened: bool = False


@dataclass(frozen=True)
class ReferralMessage:
    """One message about one referral.

    `reason` is new, update, cancel, or empty when the sender did not say; `status` that of the
    ServiceRequest. `referral_keys` name the referral at its sender, the strongest first.
    """

    reason: str
    status: str
    source: str
    message_id: str
    referral_keys: tuple[str, ...]
    patient: PatientIdentity
    referrer: Referrer
    wording: Wording
    urgency: str = "routine"
    authored_on: datetime | None = None
    sent_at: datetime | None = None
    warnings: tuple[Fault, ...] = field(default=(), compare=False)

    @property
    def fingerprint(self) -> str:
        """The whole content in one form, the same for JSON and XML: to know a message again."""
        content = {k: v for k, v in asdict(self).items() if k not in ("warnings",)}
        content["patient"] = self.patient.said()
        return json.dumps(content, default=str, sort_keys=True)
