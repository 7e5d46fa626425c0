"""Facts about the patient's pain: assessments, measurements and concerns."""

from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.events.base import PatientEvent
from shared.sealing import Sealed


class Note(BaseModel):
    """Free text; travels only sealed."""

    model_config = ConfigDict(frozen=True)
    text: str = ""


class AssessmentRecorded(PatientEvent, kind="assessment.recorded"):
    """The clinical picture of a patient was recorded (codes and numbers only)."""

    assessment_id: UUID
    cause: str
    side: str
    areas: tuple[str, ...] = ()
    background: tuple[str, ...] = ()
    paroxysms: tuple[str, ...] = ()
    paroxysms_per_day: int | None = None
    evoked: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    life: dict[str, int] = Field(default_factory=dict)
    """Effect on work, family, own life, sleep, mood: each 0-10."""
    first: bool = True


class MeasurementRecorded(PatientEvent, kind="measurement.recorded"):
    """A score was measured. FHIR: Observation. `code` e.g. nrs-average, dn4, pgic."""

    measurement_id: UUID
    code: str
    value: float
    unit: str = "{score}"
    context: str = ""
    """Where it was taken: assessment, session-before, session-after, follow-up, baseline."""
    measured_at: AwareDatetime
    referral_id: UUID | None = None
    course_id: UUID | None = None
    """The referral and the course that it was measured for, if it was for one."""
    corrects: UUID | None = None
    """The measurement whose place it takes: that one was recorded wrongly."""


class ConcernRaised(PatientEvent, kind="concern.raised"):
    """Somebody of the team is worried about a patient; a named person must acknowledge it."""

    concern_id: UUID
    referral_id: UUID | None = None
    raised_by: str
    """The service that raised it."""
    addressed_to: str
    """The service whose member must acknowledge it."""
    urgent: bool = True
    reason_code: str = ""
    """by-hand, phq9-item-9, suicidal-crisis or relapse-suspected; empty in older events."""
    note: Sealed


class NoteShared(PatientEvent, kind="note.shared"):
    """A therapist shared the note on a session with all who treat the patient, on purpose."""

    note_id: UUID
    referral_id: UUID
    session_id: UUID
    shared_by: str
    """The service whose note it is."""
    method: str
    written_at: AwareDatetime
    note: Sealed


class ConcernAcknowledged(PatientEvent, kind="concern.acknowledged"):
    """A named person has read the concern and says what is done about it."""

    concern_id: UUID
    addressed_to: str
    raised_by: str
    note: Sealed
