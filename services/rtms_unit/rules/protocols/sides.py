"""Which side is stimulated: for the motor cortex the one opposite to the pain."""

from collections.abc import Mapping

from services.rtms_unit.rules.protocols.model import SIDES
from shared.errors import Invalid
from shared.i18n import N_

_OPPOSITE: Mapping[str, str] = {"left": "right", "right": "left"}


def side_of(rule: str, pain_side: str, chosen: str = "") -> str:
    """The side to stimulate. `chosen` counts only where the rule leaves a choice.

    Pain on both sides or on the midline has no opposite: then a person chooses left or right.
    """
    if pain_side not in SIDES:
        raise Invalid(N_("Say on which side the pain is."), field="pain_side")
    if rule in _OPPOSITE:
        return rule
    if pain_side in _OPPOSITE:
        side = _OPPOSITE[pain_side] if rule == "contralateral" else pain_side
        return _as_the_rule_says(side, chosen)
    if chosen not in _OPPOSITE:
        raise Invalid(
            N_("The pain is not on one side: choose which side is stimulated."), field="side"
        )
    return chosen


def _as_the_rule_says(side: str, chosen: str) -> str:
    if chosen and chosen != side:
        raise Invalid(
            N_("The protocol fixes the side by that of the pain: choose the other one."),
            field="side",
        )
    return side
