"""Pages for the psychologist: the pages of every discipline."""

from shared.discipline.pages import discipline_pages

router = discipline_pages()
