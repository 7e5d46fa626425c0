"""Facts about adverse events: what a treatment did to a patient, and who has read it."""

from uuid import UUID

from pydantic import AwareDatetime

from shared.events.base import PatientEvent
from shared.sealing import Sealed


class AdverseEventEvent(PatientEvent):
    """FHIR: AdverseEvent. `addressed_to` is the service whose physician must acknowledge it."""

    adverse_event_id: UUID
    referral_id: UUID
    raised_by: str
    addressed_to: str


class AdverseEventReported(AdverseEventEvent, kind="adverse_event.reported"):
    """An adverse effect was noticed in or after a session."""

    session_id: UUID | None = None
    course_id: UUID | None = None
    code: str
    """What it was: headache, scalp-pain, seizure ..."""
    severity: str
    """mild, moderate or severe (FHIR AdverseEventSeverity)."""
    serious: bool = False
    relation: str = ""
    """unrelated, unlikely, possible, probable or certain (WHO-UMC)."""
    action: str = ""
    """none, session-interrupted, course-stopped, sent-to-emergency or other."""
    occurred_at: AwareDatetime
    note: Sealed | None = None


class AdverseEventAcknowledged(AdverseEventEvent, kind="adverse_event.acknowledged"):
    """A named physician has read it and says what is done about it."""

    note: Sealed
