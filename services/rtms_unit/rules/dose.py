"""The dose of a session: what can be, and what lies outside the envelope of its protocol."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from services.rtms_unit.rules.protocols.model import Setting
from shared.errors import Invalid, RuleBroken
from shared.i18n import N_

MOST_HERTZ, MOST_TRAINS, MOST_PULSES = 100.0, 1000, 20_000
"""What a slip of the pen exceeds; no statement about what is safe."""


@dataclass(frozen=True)
class Dose:
    """Intensity in per cent of the threshold, frequency in Hz; the pulses that are planned."""

    intensity_percent: float
    frequency_hz: float
    trains: int
    pulses: int


def check(dose: Dose, delivered: int) -> None:
    """A dose that a machine can give; never more pulses than were planned."""
    _check("intensity_percent", dose.intensity_percent, 1, 200)
    _check("frequency_hz", dose.frequency_hz, 0.1, MOST_HERTZ)
    _check("trains", dose.trains, 1, MOST_TRAINS)
    _check("pulses_planned", dose.pulses, 1, MOST_PULSES)
    if delivered < 0:
        _check("pulses_delivered", delivered, 0, dose.pulses)
    if delivered > dose.pulses:
        raise Invalid(
            N_("More pulses than planned: enter the dose that was really meant."),
            field="pulses_delivered",
        )


def _check(field: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise Invalid(
            N_("This lies between %(low)s and %(high)s."), field=field, low=low, high=high
        )


def output_of(threshold_percent: int | None, intensity_percent: float) -> int:
    """Per cent of the machine's maximal output; without a threshold the intensity is that."""
    output = round(
        intensity_percent * (100 if threshold_percent is None else threshold_percent) / 100
    )
    if output > 100:  # noqa: PLR2004 - per cent
        raise Invalid(
            N_("That would be more than the machine can give (%(output)s %% of its output)."),
            field="intensity_percent",
            output=output,
        )
    return output


def outside(dose: Dose, envelope: Mapping[str, Setting]) -> dict[str, tuple[float, float, float]]:
    """Which numbers of the dose the protocol does not allow: value, lowest and highest."""
    given = asdict(dose)
    return {
        name: (given[name], setting.low, setting.high)
        for name, setting in envelope.items()
        if name in given and not setting.low <= given[name] <= setting.high
    }


def refuse_outside(beyond: Mapping[str, tuple[float, float, float]]) -> None:
    """Refuse a dose outside the protocol, with every number that is."""
    if beyond:
        first = next(iter(beyond))
        numbers = ", ".join(f"{value:g} ({low:g}–{high:g})" for value, low, high in beyond.values())
        raise RuleBroken(
            N_(
                "This dose lies outside the protocol: %(numbers)s. Nothing was saved. Correct it, "
                "or ask a physician to allow it."
            ),
            field="pulses_planned" if first == "pulses" else first,
            numbers=numbers,
        )
