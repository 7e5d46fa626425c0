"""Exchange with other systems: referrals come in as FHIR messages."""

from shared.access.viewer import ADMINISTRATOR, COORDINATOR
from shared.events import ReferralCancelled, ReferralRequested, ReferralUpdated
from shared.service import NamePlate, Page

PLATE = NamePlate(
    "interop",
    title="Exchange",
    title_fr="Échanges",
    pages=(
        Page("/interop/messages", "Received messages", (COORDINATOR, ADMINISTRATOR), rank=80),
        Page("/interop/events", "Events", (COORDINATOR, ADMINISTRATOR), rank=81),
    ),
    announces=(ReferralCancelled, ReferralRequested, ReferralUpdated),
)
