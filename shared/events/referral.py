"""Facts about a referral: one question to one service. States follow FHIR Task."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.events.base import PatientEvent
from shared.sealing import Sealed

OUTSIDE = "outside"
"""The requester of a referral that came from outside the team."""


class ReferralDetails(BaseModel):
    """The words of a referral; travel only sealed."""

    model_config = ConfigDict(frozen=True)
    question: str
    reason: str = ""
    tried: str = ""
    referrer: str = ""
    """Who asks, as a person reads it: `Dr É. Caradec`, or the outside organisation."""
    referrer_contact: str = ""


class ReferralEvent(PatientEvent):
    """`requester` and `performer` are service names; `requester` may be `outside`."""

    referral_id: UUID
    requester: str
    performer: str


class FromReferrer(ReferralEvent):
    """Comes from the referrer, who may know in passing that the patient has died."""

    patient_status: str = ""
    """deceased; empty when the referrer says nothing of it."""
    patient_status_on: date | None = None


class ReferralRequested(FromReferrer, kind="referral.requested"):
    """One question was put to one service. FHIR: ServiceRequest, active; Task, requested."""

    urgency: str = "routine"
    """FHIR RequestPriority: routine, urgent, asap, stat."""
    reason_code: str = ""
    requested_at: AwareDatetime
    requester_member: UUID | None = None
    replaces: UUID | None = None
    identity: Sealed
    details: Sealed


class ReferralUpdated(FromReferrer, kind="referral.updated"):
    """The referrer corrected the referral; carries it whole."""

    urgency: str = "routine"
    reason_code: str = ""
    identity: Sealed
    details: Sealed


class ReferralReceived(ReferralEvent, kind="referral.received"):
    """The performing service has stored the referral. It is not acceptance."""


class ReferralAccepted(ReferralEvent, kind="referral.accepted"):
    """The performing service takes the patient on."""


class ReferralRejected(ReferralEvent, kind="referral.rejected"):
    """The performing service declines, with a coded reason and a next step."""

    reason_code: str
    next_step: str
    """back-to-referrer, refer-onward or refer-again-when."""
    onward_to: str = ""
    note: Sealed


class ReferralHeld(ReferralEvent, kind="referral.held"):
    """The performing service asks the referrer a question before it answers."""

    question: Sealed


class ReferralResumed(ReferralEvent, kind="referral.resumed"):
    """The referrer answered the question; the performing service goes on."""

    answer: Sealed


class ReferralCancelled(FromReferrer, kind="referral.cancelled"):
    """The referrer withdrew the referral, or the patient is no longer treated here."""

    reason_code: str
    """withdrawn, entered-in-error, patient-declined or other; patient-deceased or -transferred."""
    note: Sealed | None = None


class ReferralCompleted(ReferralEvent, kind="referral.completed"):
    """The work that was asked for is done; a report is owed to the referrer."""

    outcome_code: str = ""


class ReferralFailed(ReferralEvent, kind="referral.failed"):
    """Handed back to the referrer: nobody answered, or the patient is no longer treated here."""

    reason_code: str = "no-answer"
    """no-answer, patient-deceased or patient-transferred."""


class ReferralClosed(ReferralEvent, kind="referral.closed"):
    """The referrer has taken note of a decline, a failure or a report, and says what follows."""

    next_step: str = ""


class ReportSent(ReferralEvent, kind="report.sent"):
    """The performing service reported back to whoever sent the patient."""

    report: Sealed
