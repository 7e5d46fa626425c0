"""What a protocol says: target, dose, phases and decision points, each value with its source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from shared.i18n import N_

DOSE: Mapping[str, tuple[str, str]] = {
    "frequency_hz": (N_("Frequency"), "Hz"),
    "intensity_percent": (N_("Intensity, of the resting motor threshold"), "%"),
    "pulses": (N_("Pulses"), ""),
    "trains": (N_("Trains"), ""),
    "train_seconds": (N_("Length of a train"), "s"),
    "interval_seconds": (N_("Pause between trains"), "s"),
}
"""What a dose consists of: the name of each number, its words and its unit."""

SIDE_RULES: Mapping[str, str] = {
    "contralateral": N_("Opposite to the pain"),
    "ipsilateral": N_("On the side of the pain"),
    "left": N_("Always left"),
    "right": N_("Always right"),
}
SIDES: Mapping[str, str] = {
    "left": N_("Left"),
    "right": N_("Right"),
    "both": N_("Both sides"),
    "midline": N_("Midline"),
}
"""Where the pain is. Only left and right can be stimulated."""

EVIDENCE: Mapping[str, str] = {
    "controlled-trial": N_("Randomised controlled trial"),
    "cohort": N_("Open cohort, no control group"),
    "agreed-practice": N_("Agreed practice, as guidelines describe it"),
    "low": N_("Low evidence"),
}
PHASE_KINDS: Mapping[str, str] = {
    "induction": N_("Induction"),
    "test": N_("Test"),
    "maintenance": N_("Maintenance"),
}
POINTS: Mapping[str, str] = {
    "after-test": N_("After the test sessions"),
    "end-of-induction": N_("End of the induction"),
    "end-of-maintenance": N_("End of the maintenance"),
}
"""Decision points: after the last session of a phase a physician decides whether it goes on."""

END_REASONS: Mapping[str, str] = {
    "no-effect": N_("It does not help enough"),
    "not-tolerated": N_("It is not tolerated"),
    "patient-request": N_("The patient asked for it"),
    "planned-in-error": N_("Planned in error"),
    "other": N_("Another reason"),
}
"""Why people end a course before all its sessions."""


@dataclass(frozen=True)
class Known:
    """Where a value comes from, and whether the centre still has to confirm it."""

    source: str
    year: int
    to_confirm: bool = True


@dataclass(frozen=True)
class Setting:
    """A number of a dose and the range that a session may use, both ends included."""

    value: float
    low: float
    high: float
    known: Known


@dataclass(frozen=True)
class Phase:
    """Some sessions in a row with one rhythm. All distances are in days.

    `step` lies between two sessions, `after` between the last one before the phase and its first;
    with `open_days` both count days on which the unit usually opens. No two sessions are closer
    than `least_gap`, a calendar week (Monday to Sunday) has at most `per_week`, and a session is
    late when it lies more than `tolerance` days after its day. `threshold_days`: how old the
    motor threshold may be on the day of a session, 0 being the same day.
    """

    code: str
    title: str
    kind: str
    sessions: int
    step: int
    after: int = 0
    open_days: bool = False
    least_gap: int = 1
    per_week: int = 7
    tolerance: int = 3
    threshold_days: int = 0
    decision: str = ""
    known: Known = field(kw_only=True)
    threshold_known: Known = field(kw_only=True)


@dataclass(frozen=True)
class FollowUpPoint:
    """When to ask how the patient is: days after the first session."""

    code: str
    days: int

    def day(self, first: date) -> date:
        """The day of the point, for a course whose first session was on this day."""
        return first + timedelta(days=self.days)


@dataclass(frozen=True)
class Protocol:
    """A version of a protocol. A number that `dose` lacks is left to whoever prescribes it."""

    code: str
    version: int
    title: str
    summary: str
    known: Known
    evidence: str
    evidence_note: str
    target: str
    target_known: Known
    side_rule: str
    minutes: int
    """How long the appointment is."""
    minutes_known: Known
    dose: Mapping[str, Setting]
    phases: tuple[Phase, ...]
    needs_threshold: bool = True
    """Whether the intensity is measured against the motor threshold of the patient."""
    follow_ups: tuple[FollowUpPoint, ...] = ()

    @property
    def sessions(self) -> int:
        """How many sessions the protocol has."""
        return sum(phase.sessions for phase in self.phases)

    def phase(self, code: str) -> Phase:
        """The phase of this code, or `KeyError`."""
        return {phase.code: phase for phase in self.phases}[code]

    def phase_of(self, ordinal: int) -> Phase:
        """The phase of the session with this number, from 1, or `IndexError`."""
        every = [phase for phase in self.phases for _ in range(phase.sessions)]
        return every[ordinal - 1]
