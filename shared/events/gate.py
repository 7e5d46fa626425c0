"""Facts about gates: what may not go on, until a named physician has decided, and the decision."""

from collections.abc import Mapping
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.events.base import PatientEvent
from shared.sealing import Sealed


class Reasons(BaseModel):
    """A physician's reason for each thing that was found, by its code; travels only sealed."""

    model_config = ConfigDict(frozen=True)
    by_code: Mapping[str, str]


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
    yes: tuple[str, ...] = ()
    """The codes of what was found; who releases the gate says a reason for each of them."""


class GateReleased(GateEvent, kind="gate.released"):
    """A named person decided, with a reason, that it may go on; or what was asked is complete."""

    note: Sealed | None = None
    reason_code: str = ""
    """asked-again: nobody decided, because newer answers took the place of those."""
    decisions: Sealed | None = None
    """The reason for each thing that was found."""


class GateUpheld(GateEvent, kind="gate.upheld"):
    """A physician decided, with a reason, that what is held up will not be done."""

    note: Sealed
