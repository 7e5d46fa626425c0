"""Why a session is not where the protocol would have it, in words for whoever plans."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.i18n import N_

REASONS: Mapping[str, str] = {
    "weekend": N_("The unit is not open on this weekday"),
    "public-holiday": N_("Public holiday"),
    "closure": N_("The unit is closed"),
    "patient-away": N_("The patient cannot come"),
    "week-full": N_("The week has as many sessions as the protocol allows"),
    "full": N_("No machine or no operator is free"),
    "other-time": N_("Another time of day: the wished one is taken"),
    "follows": N_("Follows the session before it"),
    "made-up": N_("Stands in for a session that was not given"),
    "moved": N_("Moved by hand"),
    "resumed": N_("Went by while the course was stopped"),
}
"""Each reason why a day was passed over, or why a session lies where it does."""


@dataclass(frozen=True)
class Reason:
    """A reason of the list, and the day that it is about."""

    code: str
    day: date
