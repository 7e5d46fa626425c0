"""From a protocol to real days: where each session goes, what had to shift, and why."""

from services.rtms_unit.rules.planning.arranging import Placed, Rhythm, Wanted, arrange, wanted_of
from services.rtms_unit.rules.planning.diary import Diary, Entry, Place
from services.rtms_unit.rules.planning.making_up import MAKE_UP_WITHIN, make_up
from services.rtms_unit.rules.planning.opening import (
    DEFAULT_HOURS,
    HOURS_KNOWN,
    Days,
    Opening,
    Window,
)
from services.rtms_unit.rules.planning.proposal import Proposal, fingerprint, refuse_unseen
from services.rtms_unit.rules.planning.reasons import REASONS, Reason

__all__ = [
    "DEFAULT_HOURS",
    "HOURS_KNOWN",
    "MAKE_UP_WITHIN",
    "REASONS",
    "Days",
    "Diary",
    "Entry",
    "Opening",
    "Place",
    "Placed",
    "Proposal",
    "Reason",
    "Rhythm",
    "Wanted",
    "Window",
    "arrange",
    "fingerprint",
    "make_up",
    "refuse_unseen",
    "wanted_of",
]
