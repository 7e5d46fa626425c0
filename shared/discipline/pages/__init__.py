"""Pages for the people of a unit: its care, and where it wants them, scores and therapy."""

from shared.discipline.pages.care import discipline_pages
from shared.discipline.pages.scores import score_pages
from shared.discipline.pages.shown import PageLook, PageWork
from shared.discipline.pages.therapy import therapy_pages

__all__ = ["PageLook", "PageWork", "discipline_pages", "score_pages", "therapy_pages"]
