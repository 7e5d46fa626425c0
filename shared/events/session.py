"""Facts about sessions: booked -> arrived -> completed, interrupted, missed or cancelled."""

from uuid import UUID

from pydantic import AwareDatetime

from shared.events.base import PatientEvent


class SessionEvent(PatientEvent):
    """FHIR: Appointment. `number` counts the sessions of one referral from 1."""

    session_id: UUID
    referral_id: UUID
    requester: str
    performer: str
    number: int


class SessionBooked(SessionEvent, kind="session.booked"):
    """A patient has an appointment for a session."""

    starts_at: AwareDatetime
    minutes: int
    practitioner_id: UUID | None = None
    course_id: UUID | None = None
    """The course that the session belongs to, if it belongs to one."""


class SessionMoved(SessionEvent, kind="session.moved"):
    """The appointment is at another time now."""

    starts_at: AwareDatetime
    minutes: int
    was_at: AwareDatetime


class SessionArrived(SessionEvent, kind="session.arrived"):
    """The patient is here."""


class SessionCompleted(SessionEvent, kind="session.completed"):
    """The session was given. Pain on the NRS, 0-10, before and after, when it was asked."""

    nrs_before: int | None = None
    nrs_after: int | None = None


class SessionInterrupted(SessionEvent, kind="session.interrupted"):
    """The session was begun and not finished."""

    reason_code: str


class SessionMissed(SessionEvent, kind="session.missed"):
    """The patient did not come, or could not be treated, with a coded reason."""

    reason_code: str


class SessionCancelled(SessionEvent, kind="session.cancelled"):
    """The appointment was taken back."""

    reason_code: str
