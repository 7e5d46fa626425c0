"""What several protocols take from the same place: rules that are remembered, and not published."""

from services.rtms_unit.rules.protocols.model import Known, Setting
from shared.i18n import N_

REMEMBERED = Known(N_("Default of the centre, after common practice"), 2026)
"""No publication was at hand: the centre confirms it or changes it."""
THRESHOLD = Known(
    N_("Default of the centre: once a week in the induction, at every session after it"), 2026
)
ENVELOPE = Known(
    N_("Default of the centre: the published value, and what is still close to it"), 2026
)


def about(value: float, low: float, high: float, known: Known) -> Setting:
    """A number with a range around it."""
    return Setting(value, low, high, known)


def exactly(value: float, known: Known) -> Setting:
    """A number that a session does not leave."""
    return Setting(value, value, value, known)


def at_most(value: float, low: float, known: Known) -> Setting:
    """A number that may be less, for a patient who is to get used to it, but never more."""
    return Setting(value, low, value, known)
