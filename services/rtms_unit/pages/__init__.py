"""Pages for the rTMS unit: the pages of every discipline."""

from shared.discipline.pages import discipline_pages

router = discipline_pages()
