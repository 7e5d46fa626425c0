"""What a protocol must be before courses are planned from it: whole, and without contradiction."""

import re
from collections.abc import Mapping

from services.rtms_unit.rules.protocols.model import (
    DOSE,
    EVIDENCE,
    PHASE_KINDS,
    POINTS,
    SIDE_RULES,
    Known,
    Phase,
    Protocol,
    Setting,
)
from shared.errors import Invalid
from shared.i18n import N_

LIMITS: Mapping[str, tuple[float, float]] = {
    "frequency_hz": (0.1, 100),
    "intensity_percent": (1, 150),
    "pulses": (1, 20_000),
    "trains": (1, 1000),
    "train_seconds": (0.01, 3600),
    "interval_seconds": (0, 600),
}
"""What a slip of the pen exceeds; no statement about what is safe."""
MOST_SESSIONS, MOST_PHASES, LONGEST_STEP = 60, 8, 92
SHORTEST, LONGEST = 10, 240
"""Minutes of an appointment."""
OLDEST, LATEST = 1985, 2199
"""Years of a source: the first magnetic stimulation of a brain was in 1985."""
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def check(protocol: Protocol) -> None:
    """Raise `Invalid`, with the field that is wrong, unless courses can be planned from it."""
    _check_words(protocol)
    _check_list(protocol.evidence, EVIDENCE, "evidence")
    _check_list(protocol.side_rule, SIDE_RULES, "side_rule")
    _check_between(protocol.minutes, SHORTEST, LONGEST, "minutes")
    for known in (protocol.known, protocol.target_known, protocol.minutes_known):
        check_source(known)
    for name, setting in protocol.dose.items():
        _check_setting(name, setting)
    _check_arithmetic(protocol.dose)
    _check_phases(protocol.phases)


def check_source(known: Known, field: str = "source") -> None:
    """Nothing is a default without a source and a year."""
    if not known.source.strip():
        raise Invalid(N_("Say where this comes from."), field=field)
    _check_between(known.year, OLDEST, LATEST, "year")


def _check_words(protocol: Protocol) -> None:
    if not _CODE.fullmatch(protocol.code):
        raise Invalid(
            N_("A code has small letters and digits, and hyphens between them."), field="code"
        )
    for field in ("title", "target", "evidence_note"):
        if not getattr(protocol, field).strip():
            raise Invalid(N_("Please write a few words."), field=field)


def _check_list(code: str, known: Mapping[str, str], field: str) -> None:
    if code not in known:
        raise Invalid(N_("Choose one of the list."), field=field)


def _check_between(value: float, low: float, high: float, field: str) -> None:
    if not low <= value <= high:
        raise Invalid(
            N_("This lies between %(low)s and %(high)s."), field=field, low=low, high=high
        )


def _check_setting(name: str, setting: Setting) -> None:
    if name not in DOSE:
        raise Invalid(N_("Choose one of the list."), field="dose")
    low, high = LIMITS[name]
    for value in (setting.low, setting.value, setting.high):
        _check_between(value, low, high, name)
    if not setting.low <= setting.value <= setting.high:
        raise Invalid(N_("The value must lie within the range that is allowed."), field=name)
    check_source(setting.known)


def _check_arithmetic(dose: Mapping[str, Setting]) -> None:
    """Frequency, length and number of the trains make the number of pulses."""
    parts = ("frequency_hz", "trains", "train_seconds", "pulses")
    if not all(part in dose for part in parts):
        return
    hertz, trains, seconds, pulses = (dose[part].value for part in parts)
    if abs(hertz * trains * seconds - pulses) > 1:
        raise Invalid(
            N_("%(trains)s trains of %(seconds)s s at %(hertz)s Hz make %(made)s pulses."),
            field="pulses",
            trains=f"{trains:g}",
            seconds=f"{seconds:g}",
            hertz=f"{hertz:g}",
            made=f"{hertz * trains * seconds:g}",
        )


def _check_phases(phases: tuple[Phase, ...]) -> None:
    if not phases:
        raise Invalid(N_("A protocol has at least one phase."), field="phases")
    _check_between(len(phases), 1, MOST_PHASES, "phases")
    _check_once([phase.code for phase in phases])
    _check_once([phase.decision for phase in phases if phase.decision])
    for number, phase in enumerate(phases):
        _check_phase(phase, f"phases.{number}")
    _check_between(sum(phase.sessions for phase in phases), 1, MOST_SESSIONS, "phases")


def _check_once(names: list[str]) -> None:
    if len(set(names)) != len(names):
        raise Invalid(
            N_("Two phases have the same name, or the same decision point."), field="phases"
        )


def _check_phase(phase: Phase, place: str) -> None:
    _check_list(phase.kind, PHASE_KINDS, f"{place}.kind")
    if not _CODE.fullmatch(phase.code) or not phase.title.strip():
        raise Invalid(N_("Please write a few words."), field=f"{place}.title")
    _check_between(phase.sessions, 1, MOST_SESSIONS, f"{place}.sessions")
    _check_between(phase.step, 1, LONGEST_STEP, f"{place}.step")
    _check_between(phase.after, 0, LONGEST_STEP, f"{place}.after")
    _check_between(phase.least_gap, 1, LONGEST_STEP, f"{place}.least_gap")
    _check_between(phase.per_week, 1, 7, f"{place}.per_week")
    _check_between(phase.tolerance, 0, LONGEST_STEP, f"{place}.tolerance")
    _check_between(phase.threshold_days, 0, LONGEST_STEP, f"{place}.threshold_days")
    if phase.decision:
        _check_list(phase.decision, POINTS, f"{place}.decision")
    if phase.least_gap > phase.step:
        raise Invalid(
            N_("Sessions cannot be further apart at least than they are as a rule."),
            field=f"{place}.least_gap",
        )
    for known in (phase.known, phase.threshold_known):
        check_source(known)
