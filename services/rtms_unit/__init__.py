"""The rTMS unit: answers referrals for magnetic stimulation, gives its sessions, reports back."""

from shared.access.viewer import RTMS_OPERATOR
from shared.discipline.plate import discipline_plate

PLATE = discipline_plate(
    __name__, title="rTMS unit", title_fr="Unité de rTMS", roles=(RTMS_OPERATOR,)
)
