"""Pages for the people of a unit: its care, and where it wants them, scores and therapy."""

from shared.discipline.pages.care import discipline_pages
from shared.discipline.pages.shown import PageLook, PageWork

__all__ = ["PageLook", "PageWork", "discipline_pages"]
