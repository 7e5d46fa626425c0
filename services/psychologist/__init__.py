"""The psychologist: answers referrals, gives sessions, and raises a concern when there is one."""

from shared.access.viewer import PSYCHOLOGIST
from shared.discipline.plate import discipline_plate

PLATE = discipline_plate(
    __name__, title="Psychologist", title_fr="Psychologue", roles=(PSYCHOLOGIST,)
)
