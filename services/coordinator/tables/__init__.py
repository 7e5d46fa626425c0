"""What the coordinator's office keeps: what is owed, where everybody stands, and what was told."""

from services.coordinator.tables.base import Table
from services.coordinator.tables.courses import AdverseEventState, CourseState, GateState
from services.coordinator.tables.ledger import (
    DELIVERY_STATES,
    DeliveryDecision,
    EventDelivery,
    Happening,
    ServiceLight,
)
from services.coordinator.tables.obligations import (
    LIVE_STATES,
    OBLIGATION_STATES,
    LadderVersion,
    MailState,
    Obligation,
    ObligationDeed,
    Redrawing,
)
from services.coordinator.tables.states import (
    ConcernState,
    FollowUpState,
    Measurement,
    ReferralState,
    SessionState,
)
from services.coordinator.tables.views import SavedView, WallScreen
from shared import patients

SHARED = (patients,)
"""Shared packages whose tables stand in this database too."""

__all__ = [
    "DELIVERY_STATES",
    "LIVE_STATES",
    "OBLIGATION_STATES",
    "SHARED",
    "AdverseEventState",
    "ConcernState",
    "CourseState",
    "DeliveryDecision",
    "EventDelivery",
    "FollowUpState",
    "GateState",
    "Happening",
    "LadderVersion",
    "MailState",
    "Measurement",
    "Obligation",
    "ObligationDeed",
    "Redrawing",
    "ReferralState",
    "SavedView",
    "ServiceLight",
    "SessionState",
    "Table",
    "WallScreen",
]
