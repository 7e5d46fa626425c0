"""What a resting motor threshold must say: how much, how it was found, and on which side."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from shared.errors import Invalid
from shared.i18n import N_

METHODS: Mapping[str, str] = {
    "visible-twitch": N_("Visible movement of the hand"),
    "muscle-potential": N_("Motor evoked potential (EMG)"),
    "other": N_("Another method"),
}
SIDES: Mapping[str, str] = {"left": N_("Left"), "right": N_("Right")}
"""The side of the head that is stimulated."""


@dataclass(frozen=True)
class Measured:
    """A threshold in per cent of the machine's output, and how it was found."""

    output_percent: int
    method: str
    side: str
    machine_id: UUID
    coil_id: UUID


def check(measured: Measured) -> None:
    """From 1 to 100 per cent of the machine's output, by a method and on a side of the list."""
    if not 1 <= measured.output_percent <= 100:  # noqa: PLR2004 - per cent
        raise Invalid(
            N_("This lies between %(low)s and %(high)s."), field="output_percent", low=1, high=100
        )
    if measured.method not in METHODS:
        raise Invalid(N_("Choose one of the list."), field="method")
    if measured.side not in SIDES:
        raise Invalid(N_("Choose one of the list."), field="side")
