"""JSON for programs: the care of a unit, and where it wants them, scores and therapy."""

from shared.discipline.routes.care import TEXTS, discipline_router
from shared.discipline.routes.scores import score_router
from shared.discipline.routes.therapy import therapy_router

__all__ = ["TEXTS", "discipline_router", "score_router", "therapy_router"]
