"""The coordinator's office: who owes what to whom, each patient's pathway, and every delivery."""

from shared.access.viewer import ADMINISTRATOR, CLINICAL, COORDINATOR
from shared.events import (
    DeliveryRetried,
    DeliverySkipped,
    ObligationCancelled,
    ObligationEscalated,
    ObligationMet,
    ObligationOpened,
)
from shared.i18n import N_
from shared.service import NamePlate, Page

PLATE = NamePlate(
    "coordinator",
    title="Coordination",
    title_fr="Coordination",
    roles=(COORDINATOR,),
    pages=(
        Page("board", N_("Board"), (COORDINATOR, *sorted(CLINICAL)), rank=10),
        Page("figures", N_("Figures"), (COORDINATOR,), rank=60),
        Page("ladders", N_("Ladders"), (COORDINATOR, ADMINISTRATOR), rank=70),
        Page("ledger", N_("Ledger"), (COORDINATOR,), rank=80),
        Page("screens", N_("Wall screens"), (ADMINISTRATOR,), rank=85),
    ),
    announces=(
        DeliveryRetried,
        DeliverySkipped,
        ObligationCancelled,
        ObligationEscalated,
        ObligationMet,
        ObligationOpened,
    ),
)
