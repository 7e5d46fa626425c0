"""Facts about gates: what may not go on, until a named physician has decided, and the decision."""

from uuid import UUID

from shared.events.base import PatientEvent
from shared.sealing import Sealed


class ScreeningCompleted(PatientEvent, kind="screening.completed"):
    """Every question of a safety screening was answered; `yes` has the codes of what was found."""

    screening_id: UUID
    referral_id: UUID
    requester: str
    performer: str
    yes: tuple[str, ...] = ()


class GateEvent(PatientEvent):
    """`gate` is screening, safe-today, motor-threshold, dose-envelope, stop or decision-point.

    `performer` is the service that is held up; `decided_by` the service whose physician is asked.
    The physicians of both may decide; the first decision counts.
    """

    gate_id: UUID
    gate: str
    referral_id: UUID
    requester: str
    performer: str
    decided_by: str
    course_id: UUID | None = None
    session_id: UUID | None = None


class GateClosed(GateEvent, kind="gate.closed"):
    """Something must not go on until somebody has done or decided what is asked."""

    ask: str = "decide"
    """decide: a physician decides; complete: the performer has something to complete first."""
    reason_code: str = ""
    urgent: bool = False
    note: Sealed | None = None
    """What the person who decides should read."""


class GateReleased(GateEvent, kind="gate.released"):
    """A named person decided, with a reason, that it may go on; or what was asked is complete."""

    note: Sealed | None = None


class GateUpheld(GateEvent, kind="gate.upheld"):
    """A physician decided, with a reason, that what is held up will not be done."""

    note: Sealed
