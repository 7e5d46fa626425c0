"""The psycho-physical therapist: relaxation, hypnosis, mindfulness and movement."""

from shared.access.viewer import THERAPIST
from shared.discipline.plate import discipline_plate

PLATE = discipline_plate(
    __name__,
    title="Psycho-physical therapist",
    title_fr="Thérapeute psychocorporel",
    roles=(THERAPIST,),
)
