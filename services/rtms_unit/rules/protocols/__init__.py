"""Protocols of stimulation: what they say, which ones Relais brings along, and which can be."""

from services.rtms_unit.rules.protocols.checks import check
from services.rtms_unit.rules.protocols.model import (
    DOSE,
    END_REASONS,
    EVIDENCE,
    PHASE_KINDS,
    POINTS,
    SIDE_RULES,
    SIDES,
    FollowUpPoint,
    Known,
    Phase,
    Protocol,
    Setting,
)
from services.rtms_unit.rules.protocols.shipped import SHIPPED
from services.rtms_unit.rules.protocols.sides import side_of

__all__ = [
    "DOSE",
    "END_REASONS",
    "EVIDENCE",
    "PHASE_KINDS",
    "POINTS",
    "SHIPPED",
    "SIDES",
    "SIDE_RULES",
    "FollowUpPoint",
    "Known",
    "Phase",
    "Protocol",
    "Setting",
    "check",
    "side_of",
]
